// ValueTable: the roots behind the Values of one VM, and the way of a value in and out of its heap.
// How: roots form a list that the collector walks; a root leaves it with its last Value. When the VM goes,
//      the roots that are left are cut off, so that their Values notice.
// Threads: the VM's.  Collects: ToHeap, and what makes objects.  Owns: nothing; the Values own the roots.
// Not here: conversions for hosts (value.h).
#ifndef FOXVM_VM_VALUE_TABLE_H_
#define FOXVM_VM_VALUE_TABLE_H_

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gc/roots.h"
#include "interp/machine.h"
#include "vm/value.h"

namespace foxvm::vm {

// One reference that the host holds, a link of its table's list.
struct Root {
  Root(ValueTable* owner, gc::Value referent);
  ~Root();
  Root(const Root&) = delete;
  Root& operator=(const Root&) = delete;

  ValueTable* table;  // null: the VM is gone
  gc::Value value;
  Root* previous = nullptr;
  Root* next = nullptr;
};

class ValueTable : private gc::RootProvider {
 public:
  explicit ValueTable(interp::Machine& machine);
  ~ValueTable() override;
  ValueTable(const ValueTable&) = delete;
  ValueTable& operator=(const ValueTable&) = delete;

  objects::Context& context() { return context_; }

  // A Value for `v`. Never collects.
  Value FromHeap(gc::Value v);
  // The word for `value` in a slot of the innermost HandleScope. Null with *status set: InvalidArgument (a
  // value of another VM), ResourceExhausted.
  gc::Value* ToHeap(const Value& value, absl::Status* status);

  // Errors: InvalidArgument (values of another VM), ResourceExhausted.
  absl::StatusOr<Value> NewString(absl::string_view bytes);
  absl::StatusOr<Value> NewArray(absl::Span<const Value> elements);
  absl::StatusOr<Value> NewHash(absl::Span<const std::pair<Value, Value>> entries);
  absl::StatusOr<Value> NewError(absl::string_view message);

  // The failure an operation left in the context, as a status; the context is clean afterwards.
  absl::Status TakeFailure();

 private:
  friend struct Root;

  void VisitRoots(gc::SlotVisitor& visitor) override;
  absl::StatusOr<Value> Made(gc::Value v);

  objects::Context& context_;
  Root* first_ = nullptr;
};

}  // namespace foxvm::vm

#endif  // FOXVM_VM_VALUE_TABLE_H_
