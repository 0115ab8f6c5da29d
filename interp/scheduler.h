// Scheduler: the fibers of a machine, who runs next, and what the concurrency built-ins do.
// How: one fiber runs at a time. A built-in that has to wait puts its fiber into the queue of what it waits for and
//      reports it suspended; the event wakes the first of that queue, whose built-in then runs again and looks anew. So
//      a wake-up is only a hint and nothing is lost when somebody else was faster.
// Invariants: SC-1 fibers switch on blocking and on the safepoint counter only, never by the clock, so output does not
//      depend on timing (sleeping apart). SC-2 an entry in `waiting_` is not empty.
// Threads: the VM's.  Collects: FiberServices' functions.  Owns: the fibers.
#ifndef FOXVM_INTERP_SCHEDULER_H_
#define FOXVM_INTERP_SCHEDULER_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "gc/roots.h"
#include "interp/builtins/fiber_services.h"
#include "interp/code/function_record.h"
#include "interp/engine.h"
#include "interp/stack_walker.h"

namespace foxvm::interp {

class Scheduler : public builtins::FiberServices, public gc::RootProvider {
 public:
  explicit Scheduler(Engine& engine);
  ~Scheduler() override;

  const std::vector<std::unique_ptr<Fiber>>& fibers() const { return fibers_; }
  StackWalker& walker() { return walker_; }

  // Makes the main fiber, about to run `function` with `globals`, the current one. False: fatal.
  bool StartMain(code::FunctionRecord* function, gc::Value globals);
  // The same for a closure with `count` arguments; they are copied before anything is allocated.
  bool StartMain(gc::Value closure, const gc::Value* args, uint32_t count, gc::Value globals);
  // Runs fibers until the main one ends. False: Context::fatal says why, engine.current where.
  bool RunMain();
  // Drops every fiber.
  void Clear();

  // builtins::FiberServices.
  gc::Value MakeChannel(int64_t capacity) override;
  gc::Value Send(gc::Value* channel, gc::Value* v) override;
  gc::Value Receive(gc::Value* channel) override;
  gc::Value Spawn(gc::Value* args, uint32_t count) override;
  gc::Value Join(gc::Value* thread) override;
  gc::Value MakeMutex() override;
  gc::Value Lock(gc::Value* mutex) override;
  bool Unlock(gc::Value* mutex) override;
  gc::Value Sleep(int64_t milliseconds) override;

  // gc::RootProvider.
  void VisitRoots(gc::SlotVisitor& visitor) override;

 private:
  Fiber* NewFiber();
  void Release(Fiber* fiber);
  // Puts the entry frame for `closure`, in *callee, on the fiber's empty stack.
  bool PushEntryFrame(Fiber* fiber, gc::Value closure, const gc::Value* args, uint32_t count);
  gc::Value NewWaitId();
  gc::Value BlockOn(uint64_t queue);
  void WakeOne(uint64_t queue);
  void WakeAll(uint64_t queue);
  void MakeReady(uint32_t id);
  // The next fiber to run, waiting for sleepers when there is no other. Null: fatal (deadlock, interruption).
  Fiber* PickNext();
  bool WaitForSleepers();
  void FinishThread(Fiber* fiber, gc::Value result);
  // A thread's fatal error becomes its result.
  bool AbsorbFatal(Fiber* fiber);

  Engine& engine_;
  std::vector<std::unique_ptr<Fiber>> fibers_;  // by id; 0 unused, 1 the main fiber
  StackWalker walker_;
  std::vector<uint32_t> free_ids_;
  std::deque<uint32_t> ready_;
  std::set<std::pair<int64_t, uint32_t>> sleepers_;  // wake time, id
  absl::flat_hash_map<uint64_t, std::deque<uint32_t>> waiting_;
  int64_t next_wait_id_ = 1;
};

}  // namespace foxvm::interp

#endif  // FOXVM_INTERP_SCHEDULER_H_
