// What the parts of morph_mem.cc share: the newest error, the environment's switches, and handles that notice
// their use after they were destroyed.
// How: each handle starts with a mark that says whether it lives. In debug mode a destroyed handle's memory
//      is kept, so that the mark can be trusted; otherwise a stale handle is the caller's undefined
//      behaviour, as with free().
// Threads: any; a handle belongs to one at a time.
#ifndef FOXVM_VM_MORPH_MEM_STATE_H_
#define FOXVM_VM_MORPH_MEM_STATE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gc/struct_heap.h"
#include "vm/morph_mem.h"

namespace foxvm::vm {

// Makes `message` the thread's newest error.
void SetMemoryError(absl::string_view message);
inline int FailWith(const absl::Status& status) {
  SetMemoryError(status.message());
  return 1;
}

// MORPH_MEM_DEBUG is set to something other than "" and "0".
bool MemoryDebugWanted();
// A line on standard error.
void LogMemory(absl::string_view line);

absl::StatusOr<gc::StructLayout> LayoutOf(const morph_type* type);
// What morph_register_type and its like return; `owner` is a MemoryContext or a StructHeap.
template <typename Owner>
int RegisterType(Owner& owner, uint32_t type, const morph_type* layout) {
  absl::StatusOr<gc::StructLayout> converted = LayoutOf(layout);
  if (!converted.ok()) return FailWith(converted.status());
  const absl::Status status = owner.RegisterType(type, *std::move(converted));
  return status.ok() ? 0 : FailWith(status);
}

// What a handle has around what it stands for; Owner is a std::unique_ptr or a std::optional.
template <typename Owner>
struct MemoryHandle {
  template <typename... Args>
  explicit MemoryHandle(bool debug, Args&&... what) : debug(debug), object(std::forward<Args>(what)...) {}

  static constexpr uint32_t kLive = 0x4C495645;
  static constexpr uint32_t kDestroyed = 0x44454144;
  uint32_t mark = kLive;
  const bool debug;
  Owner object;
};

// Reports NULL as a bad argument and returns false; ends the process for a handle that was destroyed.
bool RefuseHandle(const void* handle);

template <typename Handle>
inline bool IsLive(const Handle* handle) {
  return ABSL_PREDICT_TRUE(handle != nullptr) && ABSL_PREDICT_TRUE(handle->mark == Handle::kLive);
}

// Whether `handle` may be used; if not, as RefuseHandle.
template <typename Handle>
inline bool Usable(const Handle* handle) {
  return IsLive(handle) ? true : RefuseHandle(handle);
}

// Keeps a destroyed handle's memory to the end of the process.
void KeepDestroyed(void* handle);

// Ends a usable handle and what it stands for.
template <typename Handle>
void DestroyHandle(Handle* handle) {
  handle->object.reset();
  handle->mark = Handle::kDestroyed;
  if (handle->debug) {
    KeepDestroyed(handle);
  } else {
    delete handle;
  }
}

}  // namespace foxvm::vm

#endif  // FOXVM_VM_MORPH_MEM_STATE_H_
