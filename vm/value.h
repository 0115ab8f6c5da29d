// Value: a value of the language as C++ hosts hold it, for as long as they like.
// How: kosong, booleans and numbers are copied into the Value; everything else stays in the VM's heap and the
//      Value keeps a root on it, shared by its copies. Reading converts; asking for another type than the
//      value has is an error status, never undefined.
// Invariants: VA-1 a Value may outlive its VM: it is then of the kind kGone, and every question is an error.
// Threads: the thread that owns the VM.  Collects: At and Get.
// Not here: making strings, arrays, hashes and errors (vm.h), which needs a VM.
#ifndef FOXVM_VM_VALUE_H_
#define FOXVM_VM_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gc/value.h"

namespace foxvm::vm {

class ValueTable;
struct Root;

enum class ValueKind : uint8_t {
  kNull,  // kosong
  kBool,
  kInt,
  kFloat,
  kString,
  kArray,
  kHash,
  kError,
  kFunction,  // a closure, a built-in function or a host's function
  kOther,     // a struct, file, channel, ...
  kGone,      // its VM was destroyed
};

class Value {
 public:
  Value() = default;  // kosong
  static Value Bool(bool b);
  static Value Int(int64_t i);
  static Value Float(double d);

  ValueKind kind() const;
  bool is_null() const { return kind() == ValueKind::kNull; }
  // What the language's `tipe` gives: "INTEGER", "STRING", ... The text lives for ever.
  absl::string_view type_name() const;

  // Errors of all: InvalidArgument, naming the type that the value has.
  absl::StatusOr<bool> AsBool() const;
  absl::StatusOr<int64_t> AsInt() const;
  absl::StatusOr<double> AsFloat() const;  // of an integer too
  absl::StatusOr<std::string> AsString() const;
  absl::StatusOr<std::string> ErrorMessage() const;  // of an error value
  // Elements of an array, entries of a hash, bytes of a string.
  absl::StatusOr<size_t> Length() const;
  // Element i of an array. Also OutOfRange.
  absl::StatusOr<Value> At(size_t i) const;
  absl::StatusOr<std::vector<Value>> Elements() const;
  // Key and value of entry i of a hash, in the order of insertion. Also OutOfRange.
  absl::StatusOr<std::pair<Value, Value>> EntryAt(size_t i) const;
  absl::StatusOr<std::vector<std::pair<Value, Value>>> Entries() const;
  // The value of `key` in a hash. Also NotFound, ResourceExhausted.
  absl::StatusOr<Value> Get(const Value& key) const;
  // What `cetak` prints, of any value. Errors: ResourceExhausted, Cancelled (interrupted).
  absl::StatusOr<std::string> Text() const;

 private:
  friend class ValueTable;

  absl::Status WrongType(absl::string_view wanted) const;

  ValueKind kind_ = ValueKind::kNull;  // of what is stored here; kOther: see root_
  union {
    bool bool_;
    int64_t int_ = 0;
    double float_;
  };
  std::shared_ptr<Root> root_;
};

}  // namespace foxvm::vm

#endif  // FOXVM_VM_VALUE_H_
