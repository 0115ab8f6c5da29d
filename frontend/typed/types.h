// TypeTable: the types of a program in dialect B, each known by a number.
// How: a type put together from others is interned, so two types are equal if and only if their numbers are.
//      A list of types (parameters, several results) is a type as well: all but the last, and the last.
// Invariants: TY-1 a type's parts have smaller numbers than the type itself.
// Threads: one at a time.  Owns: the table; names are the NameTable's.
#ifndef FOXVM_FRONTEND_TYPED_TYPES_H_
#define FOXVM_FRONTEND_TYPED_TYPES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "frontend/names.h"

namespace foxvm::frontend {

using TypeId = uint32_t;

enum class TypeKind : uint8_t {
  kUnknown,  // of what has an error already: fits everything
  kVoid,
  kInt,
  kFloat,
  kString,
  kBool,
  kError,
  kChannel,
  kNull,     // of `kosong`
  kHandle,   // what the standard modules keep for the host; programs cannot name it
  kNoTypes,  // the empty list
  kList,     // a: all but the last, b: the last
  kStruct,   // a: its number in the program
  kInterface,
  kPointer,   // a: what it points to
  kArray,     // a: the elements' type
  kMap,       // a: of keys, b: of values
  kFunction,  // a: list of parameters, b: result: kVoid, one type, or a list of several
};

inline constexpr TypeId kUnknownType = static_cast<TypeId>(TypeKind::kUnknown);
inline constexpr TypeId kVoidType = static_cast<TypeId>(TypeKind::kVoid);
inline constexpr TypeId kIntType = static_cast<TypeId>(TypeKind::kInt);
inline constexpr TypeId kFloatType = static_cast<TypeId>(TypeKind::kFloat);
inline constexpr TypeId kStringType = static_cast<TypeId>(TypeKind::kString);
inline constexpr TypeId kBoolType = static_cast<TypeId>(TypeKind::kBool);
inline constexpr TypeId kErrorType = static_cast<TypeId>(TypeKind::kError);
inline constexpr TypeId kChannelType = static_cast<TypeId>(TypeKind::kChannel);
inline constexpr TypeId kNullType = static_cast<TypeId>(TypeKind::kNull);
inline constexpr TypeId kHandleType = static_cast<TypeId>(TypeKind::kHandle);
inline constexpr TypeId kNoTypes = static_cast<TypeId>(TypeKind::kNoTypes);

class TypeTable {
 public:
  TypeTable();

  TypeKind Kind(TypeId type) const { return entries_[type].kind; }
  // The parts, by kind.
  uint32_t A(TypeId type) const { return entries_[type].a; }
  uint32_t B(TypeId type) const { return entries_[type].b; }

  // A new structure or interface called `name`; `number` is the caller's.
  TypeId AddNamed(TypeKind kind, uint32_t number, absl::string_view name);

  // Makes struct number `number` the one that `error` stands for.
  void BindError(uint32_t number) { entries_[kErrorType].a = number; }

  TypeId Pointer(TypeId target) { return Intern(TypeKind::kPointer, target, 0); }
  TypeId Array(TypeId element) { return Intern(TypeKind::kArray, element, 0); }
  TypeId Map(TypeId key, TypeId value) { return Intern(TypeKind::kMap, key, value); }
  TypeId Function(TypeId params, TypeId result) { return Intern(TypeKind::kFunction, params, result); }
  // `list` with `last` behind it.
  TypeId Append(TypeId list, TypeId last) { return Intern(TypeKind::kList, list, last); }

  using List = absl::InlinedVector<TypeId, 8>;
  // The types of a list; of any other type but kVoid itself alone.
  List Elements(TypeId type) const;
  // Whether a part of an array's or a map's type is open, as in that of an empty literal.
  bool IsOpen(TypeId type) const { return entries_[type].is_open; }
  // How many types the list has.
  uint32_t Length(TypeId list) const { return entries_[list].length; }

  // What messages call the type; cut where it gets long.
  std::string Name(TypeId type) const;

 private:
  struct Entry {
    TypeKind kind;
    uint32_t a;
    uint32_t b;
    uint32_t length = 0;   // of a list
    bool is_open = false;  // of an array or a map
  };
  struct Key {
    uint64_t kind_and_a;
    uint32_t b;
    bool operator==(const Key&) const = default;
    template <typename H>
    friend H AbslHashValue(H hash, const Key& key) {
      return H::combine(std::move(hash), key.kind_and_a, key.b);
    }
  };

  TypeId Intern(TypeKind kind, uint32_t a, uint32_t b);
  void AppendName(TypeId type, std::string* out) const;
  void AppendNames(TypeId list, std::string* out) const;

  std::vector<Entry> entries_;
  absl::flat_hash_map<Key, TypeId> ids_;
  absl::flat_hash_map<TypeId, absl::string_view> names_;  // of structures and interfaces
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_TYPED_TYPES_H_
