// HostFunctionTable: a VM's host functions by name and number; the call from a program into the host.
// How: arguments become Values, the host's answer a word; a failed status becomes an error value of the
//      language, so a host function can fail but not stop the program. Numbers and entries stay once given.
// Threads: the VM's.  Collects: Call.
#ifndef FOXVM_VM_HOST_FUNCTION_TABLE_H_
#define FOXVM_VM_HOST_FUNCTION_TABLE_H_

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "interp/host_functions.h"
#include "vm/value.h"
#include "vm/value_table.h"

namespace foxvm::vm {

// A function of the host. The status of a failure becomes the message of an error value (code E005). It may
// use all of the VM but loading and running: those are refused while a program runs.
using HostFunction = std::function<absl::StatusOr<Value>(absl::Span<const Value> arguments)>;

class HostFunctionTable : public interp::HostFunctions {
 public:
  // `values` outlives the table.
  explicit HostFunctionTable(ValueTable& values) : values_(values) {}

  // Errors: InvalidArgument (the name, no function), AlreadyExists.
  absl::Status Add(absl::string_view name, HostFunction function);
  // The names in the order they were added, for the compiler; good until the next Add.
  std::vector<absl::string_view> names() const;

  std::optional<uint32_t> Find(absl::string_view name) const override;
  gc::Value Call(uint32_t index, gc::Value* args, uint32_t count) override;

 private:
  struct Entry {
    std::string name;
    HostFunction function;
  };

  ValueTable& values_;
  std::deque<Entry> entries_;  // a running function may add others
  absl::flat_hash_map<std::string, uint32_t> numbers_;
};

}  // namespace foxvm::vm

#endif  // FOXVM_VM_HOST_FUNCTION_TABLE_H_
