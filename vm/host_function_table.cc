#include "vm/host_function_table.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "frontend/compile.h"
#include "gc/handle.h"
#include "interp/objects/error.h"

namespace foxvm::vm {

absl::Status HostFunctionTable::Add(absl::string_view name, HostFunction function) {
  if (!frontend::IsHostFunctionName(name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", name, "` cannot name a host function: not an identifier, a keyword or built in"));
  }
  if (function == nullptr) return absl::InvalidArgumentError(absl::StrCat("`", name, "` has no function"));
  const uint32_t number = static_cast<uint32_t>(entries_.size());
  if (!numbers_.try_emplace(std::string(name), number).second) {
    return absl::AlreadyExistsError(absl::StrCat("there is a host function `", name, "` already"));
  }
  entries_.push_back({std::string(name), std::move(function)});
  return absl::OkStatus();
}

std::vector<absl::string_view> HostFunctionTable::names() const {
  std::vector<absl::string_view> names;
  names.reserve(entries_.size());
  for (const Entry& entry : entries_) names.push_back(entry.name);
  return names;
}

std::optional<uint32_t> HostFunctionTable::Find(absl::string_view name) const {
  const auto found = numbers_.find(name);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

gc::Value HostFunctionTable::Call(uint32_t index, gc::Value* args, uint32_t count) {
  std::vector<Value> arguments;
  arguments.reserve(count);
  for (uint32_t i = 0; i < count; ++i) arguments.push_back(values_.FromHeap(args[i]));
  const absl::StatusOr<Value> result = entries_[index].function(arguments);
  objects::Context& ctx = values_.context();
  absl::Status status = result.status();
  if (status.ok()) {
    gc::HandleScope scope(ctx.mutator);
    if (const gc::Value* v = values_.ToHeap(*result, &status)) return *v;
    if (absl::IsResourceExhausted(status)) return ctx.OutOfMemory();
  }
  return objects::MakeError(ctx, objects::ErrorCode::kE005, status.message());
}

}  // namespace foxvm::vm
