// HandleTable: the values behind a C host's handles.
// How: a handle is a slot number with the slot's generation, which changes at every release, so a stale
//      handle is noticed. Slots keep their address: hosts hold pointers to the text in them.
// Threads: the VM's.  Owns: the values.
#ifndef FOXVM_VM_FOXVM_HANDLES_H_
#define FOXVM_VM_FOXVM_HANDLES_H_

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "vm/foxvm.h"
#include "vm/value.h"

namespace foxvm::vm {

class HandleTable {
 public:
  struct Slot {
    Value value;
    std::string text;         // what the host was shown last
    uint32_t generation = 1;  // of the handle it has now or gets next
    bool live = false;
    bool scoped = false;  // ends with the scope that is open
  };

  foxvm_value Add(Value value) {
    if (free_.empty()) {
      free_.push_back(static_cast<uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    const uint32_t index = free_.back();
    free_.pop_back();
    Slot& slot = slots_[index];
    slot.value = std::move(value);
    slot.live = true;
    slot.scoped = in_scope_;
    const foxvm_value handle{uint64_t{slot.generation} << 32 | index};
    if (in_scope_) scope_.push_back(handle);
    return handle;
  }

  // Null for a handle that is stale or never was one.
  Slot* Find(foxvm_value handle) {
    const uint64_t index = handle.handle & UINT32_MAX;
    if (index >= slots_.size()) return nullptr;
    Slot& slot = slots_[index];
    return slot.live && slot.generation == handle.handle >> 32 ? &slot : nullptr;
  }

  // False for a stale handle.
  bool Release(foxvm_value handle) {
    Slot* slot = Find(handle);
    if (slot == nullptr) return false;
    slot->value = Value();
    slot->text = std::string();
    slot->live = false;
    // Never 0, so that no handle is {0}.
    if (++slot->generation == 0) slot->generation = 1;
    free_.push_back(static_cast<uint32_t>(handle.handle & UINT32_MAX));
    return true;
  }

  // Handles made from here to CloseScope end there, unless their `scoped` was set to false. Scopes do not
  // nest.
  void OpenScope() { in_scope_ = true; }
  void CloseScope() {
    in_scope_ = false;
    for (foxvm_value handle : scope_) {
      const Slot* slot = Find(handle);
      if (slot != nullptr && slot->scoped) Release(handle);
    }
    scope_.clear();
  }

 private:
  std::deque<Slot> slots_;
  std::vector<uint32_t> free_;
  std::vector<foxvm_value> scope_;
  bool in_scope_ = false;
};

}  // namespace foxvm::vm

#endif  // FOXVM_VM_FOXVM_HANDLES_H_
