// RootSet: everything outside the heap that keeps objects alive: native handles, providers, stacks, and what
// Lifetimes (weak.h) keeps.
// Threads: changed by the mutator, visited while it is stopped.  Collects: never.  Owns: nothing; providers
//      are the host's and stay registered until removed.
#ifndef FOXVM_GC_ROOT_SET_H_
#define FOXVM_GC_ROOT_SET_H_

#include <cstddef>

#include "gc/check.h"
#include "gc/handle_stack.h"
#include "gc/linked_list.h"
#include "gc/roots.h"
#include "gc/stack_roots.h"
#include "gc/tracer.h"
#include "gc/weak.h"

namespace foxvm::gc {

class RootSet {
 public:
  RootSet(HandleStack& handles, Lifetimes& lifetimes) : handles_(handles), lifetimes_(lifetimes) {}

  void Add(RootProvider* provider) { providers_.PushBack(provider); }
  void Remove(RootProvider* provider) { Erase(provider); }
  void AddWeak(WeakProvider* provider) { lifetimes_.providers().PushBack(provider); }
  void RemoveWeak(WeakProvider* provider) { Erase(provider); }
  void SetStack(stackmaps::FrameWalker* walker, const stackmaps::StackMapSource* maps) {
    FOXVM_CHECK((walker == nullptr) == (maps == nullptr));
    walker_ = walker;
    maps_ = maps;
    walking_ = false;
  }

  // Every strong root slot of `scope`, once per registration. A visitor with BeginRoots(RootKind) is told
  // which kind comes next.
  template <typename Visitor>
  void VisitStrong(Visitor& visitor) {
    VisitAllButStacks(visitor, RootScope::kAll);
    Announce(visitor, RootKind::kStack);
    if (walker_ != nullptr) VisitStackRoots(*walker_, *maps_, visitor);
  }
  // The same but for settled frames.
  template <typename Visitor>
  void VisitStrongButSettled(Visitor& visitor) {
    VisitAllButStacks(visitor, RootScope::kAll);
    if (walker_ != nullptr) VisitStackRootsButSettled(*walker_, *maps_, visitor);
  }
  // For these: see FrameWalker.
  void BeginSettledWalk(stackmaps::FrameVisitor& visitor) {
    walking_ = walker_ != nullptr;
    if (walking_) walker_->BeginSettledWalk(visitor);
  }
  // Whether a walk has yet to end.
  bool walking_settled() const { return walking_; }
  void WalkSettledSome(size_t frames) { walking_ = walking_ && !walker_->WalkSettledSome(frames); }
  // Visits the slots of a frame that a walker gave.
  template <typename Visitor>
  void VisitFrameOfWalk(const stackmaps::SuspendedFrame& frame, Visitor& visitor) {
    VisitFrame(frame, *maps_, visitor);
  }
  // Those that may refer to young objects, in a minor collection; what `visitor` is for see
  // VisitUnsettledStackRoots.
  template <typename Visitor>
  void VisitMayBeYoung(Visitor& visitor) {
    VisitAllButStacks(visitor, RootScope::kMayBeYoung);
    if (walker_ != nullptr) VisitUnsettledStackRoots(*walker_, *maps_, visitor);
  }
  // The slots on stacks that VisitMayBeYoung would leave out now.
  template <typename Visitor>
  void VisitSettled(Visitor& visitor) {
    if (walker_ != nullptr) VisitSettledStackRoots(*walker_, *maps_, visitor);
  }

 private:
  template <typename Visitor>
  void VisitAllButStacks(Visitor& visitor, RootScope scope) {
    SlotVisitorAdapter<Visitor> adapter(visitor);
    Announce(visitor, RootKind::kHandle);
    handles_.VisitRoots(adapter);
    Announce(visitor, RootKind::kHost);
    providers_.ForEach([&adapter](RootProvider* provider) { provider->VisitRoots(adapter); });
    Announce(visitor, RootKind::kPersistent);
    lifetimes_.VisitStrong(scope, [&visitor](Value* slot) {
      visitor.template VisitSlot<SlotKind::kTagged>(reinterpret_cast<uint64_t*>(slot));
    });
  }

  template <typename Visitor>
  static void Announce(Visitor& visitor, RootKind kind) {
    if constexpr (requires { visitor.BeginRoots(kind); }) visitor.BeginRoots(kind);
  }
  template <typename Provider>
  static void Erase(Provider* provider) {
    FOXVM_CHECK(provider->linked());
    provider->Unlink();
  }

  HandleStack& handles_;
  Lifetimes& lifetimes_;
  LinkedList<RootProvider> providers_;
  stackmaps::FrameWalker* walker_ = nullptr;
  const stackmaps::StackMapSource* maps_ = nullptr;
  bool walking_ = false;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_ROOT_SET_H_
