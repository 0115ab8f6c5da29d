// FaultInjection: named faults that tests plant to prove that verification and stress catch them.
// How: a flag per fault; the faulty part reads it, or is told of a change. And a countdown to a request of
//      the heap's tables that the system is to refuse. Tests only.
// Threads: the mutator's.  Collects: never.
#ifndef FOXVM_GC_FAULT_INJECTION_H_
#define FOXVM_GC_FAULT_INJECTION_H_

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

namespace foxvm::gc {

enum class Fault {
  kSkipCardMark,           // the write barrier's store does not reach the card table
  kSkipPromotionDirtying,  // a promoted object that still refers to young ones leaves its cards clean
  kSettleYoungFrames,      // a frame that still refers to survivors is not visited again
  kSkipSnapshotLog,        // the write barrier does not log what it overwrites while a marking runs
  kTinyMarkStack,  // no fault in itself: a mark stack, and a list of keys reached, that overflow at once
};
inline constexpr size_t kFaultCount = 5;

class FaultInjection {
 public:
  void Set(Fault fault, bool on) {
    flags_.set(static_cast<size_t>(fault), on);
    if (on_change_) on_change_();
  }
  bool IsSet(Fault fault) const { return flags_.test(static_cast<size_t>(fault)); }
  // The heap's tables (table_memory.h) get what they ask for `granted` times from now on; the next `refused`
  // requests are refused.
  void RefuseTables(uint64_t granted, uint64_t refused) {
    tables_granted_ = granted;
    tables_refused_ = refused;
  }
  // How many of them are still to be refused.
  uint64_t refusals_left() const { return tables_refused_; }
  // For TableMemory: whether this request is refused.
  bool RefusesTable() {
    if (tables_refused_ == 0) return false;
    if (tables_granted_ != 0) return --tables_granted_, false;
    --tables_refused_;
    return true;
  }
  // Called after every Set. One listener: the heap.
  void OnChange(std::function<void()> listener) { on_change_ = std::move(listener); }

 private:
  std::bitset<kFaultCount> flags_;
  uint64_t tables_granted_ = 0;
  uint64_t tables_refused_ = 0;
  std::function<void()> on_change_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_FAULT_INJECTION_H_
