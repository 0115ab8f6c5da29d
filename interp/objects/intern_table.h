// InternTable: one flat string per distinct content, for constants, field names and single characters.
// How: interned strings are pinned, so caches and compiled code may embed their addresses and compare words
//      instead of bytes. The table is weak: what nobody uses goes with the next full collection, except the
//      256 characters and the empty string, which it roots.
// Threads: the VM's.  Collects: Create and Intern.  Owns: the table, not the strings.
#ifndef FOXVM_INTERP_OBJECTS_INTERN_TABLE_H_
#define FOXVM_INTERP_OBJECTS_INTERN_TABLE_H_

#include <array>
#include <cstdint>
#include <memory>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gc/heap.h"
#include "gc/roots.h"
#include "interp/objects/context.h"
#include "interp/objects/layout.h"

namespace foxvm::objects {

class InternTable : private gc::WeakProvider, private gc::RootProvider {
 public:
  // A table for `heap`, whose types are registered and which outlives it. ResourceExhausted when memory is
  // out.
  static absl::StatusOr<std::unique_ptr<InternTable>> Create(gc::Heap& heap);
  ~InternTable() override;
  InternTable(const InternTable&) = delete;
  InternTable& operator=(const InternTable&) = delete;

  // The interned string of these bytes, which must not lie in the heap; Value::Empty() when out of memory.
  gc::Value Intern(Context& ctx, absl::string_view bytes);
  // The interned string of these bytes if there is one, or Value::Empty(). Never collects.
  gc::Value Find(absl::string_view bytes) const;

  // chr(byte).
  gc::Value Char(uint8_t byte) const { return chars_[byte]; }
  gc::Value empty() const { return empty_; }

  size_t size() const { return strings_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(const FlatString* s) const;
    size_t operator()(absl::string_view s) const;
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const FlatString* a, const FlatString* b) const { return a == b; }
    bool operator()(const FlatString* a, absl::string_view b) const;
    bool operator()(absl::string_view a, const FlatString* b) const { return (*this)(b, a); }
  };

  explicit InternTable(gc::Heap& heap) : heap_(heap) {}
  // Null when out of memory.
  FlatString* InternBytes(absl::string_view bytes);
  void VisitWeak(gc::WeakVisitor& visitor) override;
  void VisitRoots(gc::SlotVisitor& visitor) override;

  gc::Heap& heap_;
  absl::flat_hash_set<FlatString*, Hash, Equal> strings_;
  std::array<gc::Value, 256> chars_;
  gc::Value empty_;
};

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_INTERN_TABLE_H_
