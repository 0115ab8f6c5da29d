#include "vm/morph_mem_state.h"

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"

namespace foxvm::vm {
namespace {

std::string& NewestError() {
  thread_local std::string error;
  return error;
}

}  // namespace

void SetMemoryError(absl::string_view message) { NewestError() = std::string(message); }

bool MemoryDebugWanted() {
  const char* value = std::getenv("MORPH_MEM_DEBUG");
  return value != nullptr && absl::string_view(value) != "" && absl::string_view(value) != "0";
}

void LogMemory(absl::string_view line) {
  std::fputs(absl::StrCat("foxvm memory: ", line, "\n").c_str(), stderr);
}

absl::StatusOr<gc::StructLayout> LayoutOf(const morph_type* type) {
  if (type == nullptr || (type->pointer_offsets == nullptr && type->pointer_count != 0)) {
    return absl::InvalidArgumentError("the type's layout is NULL");
  }
  gc::StructLayout layout;
  layout.name = type->name == nullptr ? "" : type->name;
  layout.bytes = type->bytes;
  if (type->pointer_count != 0) {
    layout.pointer_offsets.assign(type->pointer_offsets, type->pointer_offsets + type->pointer_count);
  }
  layout.repeats = type->is_array != 0;
  return layout;
}

bool RefuseHandle(const void* handle) {
  if (handle == nullptr) {
    SetMemoryError("the context, arena, pool or heap is NULL");
    return false;
  }
  LogMemory(absl::StrFormat("%p was destroyed, or never was a context, arena, pool or heap", handle));
  std::abort();
}

void KeepDestroyed(void* handle) {
  static absl::Mutex mutex(absl::kConstInit);
  static auto& kept = *new std::vector<void*>;  // so that no leak is reported
  absl::MutexLock lock(&mutex);
  kept.push_back(handle);
}

}  // namespace foxvm::vm

const char* morph_mem_error(void) { return foxvm::vm::NewestError().c_str(); }
