#include "interp/scheduler.h"

#include <algorithm>
#include <string>

#include "absl/time/clock.h"
#include "gc/handle.h"
#include "gc/write_barrier.h"
#include "interp/frame.h"
#include "interp/globals.h"
#include "interp/interpreter.h"
#include "interp/objects/array.h"
#include "interp/objects/closure.h"
#include "interp/objects/error.h"
#include "interp/objects/layout.h"
#include "interp/objects/native_objects.h"

namespace foxvm::interp {

using gc::Value;
using objects::FatalKind;
using objects::RecordObject;

namespace {

constexpr uint32_t kMainFiber = 1;
// How long a wait for sleepers lasts before the interrupt flag is looked at again.
constexpr absl::Duration kSleepSlice = absl::Milliseconds(10);

// THREAD: second.
constexpr uint64_t kThreadRunning = 0;
constexpr uint64_t kThreadDone = 1;
constexpr uint64_t kThreadDropped = 2;

int64_t NowNanos() { return absl::GetCurrentTimeNanos(); }

RecordObject* Record(Value v) { return static_cast<RecordObject*>(v.object()); }

// Each waitable object has an id, kept in slot b; a channel has one queue for senders and one for receivers.
uint64_t FirstQueue(Value object) { return static_cast<uint64_t>(Record(object)->b.small_int()) * 2; }
uint64_t SecondQueue(Value object) { return FirstQueue(object) + 1; }

}  // namespace

Scheduler::Scheduler(Engine& engine) : engine_(engine), walker_(fibers_, engine.current) {
  fibers_.resize(1);
  engine_.walker = &walker_;
  engine_.objects.heap.AddRoots(this);
}

Scheduler::~Scheduler() { engine_.objects.heap.RemoveRoots(this); }

Fiber* Scheduler::NewFiber() {
  uint32_t id;
  if (free_ids_.empty()) {
    id = static_cast<uint32_t>(fibers_.size());
    fibers_.emplace_back();
  } else {
    id = free_ids_.back();
    free_ids_.pop_back();
  }
  fibers_[id] = std::make_unique<Fiber>(id);
  walker_.NoteRuns(*fibers_[id]);
  return fibers_[id].get();
}

void Scheduler::Release(Fiber* fiber) {
  uint32_t id = fiber->id();
  walker_.Forget(*fiber);
  fibers_[id].reset();
  if (id != kMainFiber) free_ids_.push_back(id);
}

void Scheduler::Clear() {
  for (const std::unique_ptr<Fiber>& fiber : fibers_) {
    if (fiber == nullptr) continue;
    walker_.Forget(*fiber);
    if (!fiber->thread.IsNull()) Record(fiber->thread)->second = kThreadDropped;
  }
  fibers_.clear();
  fibers_.resize(1);
  free_ids_.clear();
  ready_.clear();
  sleepers_.clear();
  waiting_.clear();
  engine_.current = nullptr;
}

bool Scheduler::PushEntryFrame(Fiber* fiber, Value closure, const Value* args, uint32_t count) {
  auto* function = static_cast<objects::Closure*>(closure.object())->function();
  if (!fiber->Grow(fiber->stack(), kFrameHeaderSlots + std::max(function->frame_slots, function->params),
                   engine_.stack_max_slots)) {
    engine_.objects.Fail(FatalKind::kStackOverflow, "stack overflow");
    return false;
  }
  Value* base = fiber->stack() + kFrameHeaderSlots;
  base[kCalleeSlot] = closure;
  base[kSavedPcSlot] = Value::FromBits(reinterpret_cast<uint64_t>(function->code));
  base[kLinkSlot] = Value::FromBits(MakeLink(0, FrameKind::kEntry));
  for (uint32_t p = 0; p < function->params; ++p) base[p] = p < count ? args[p] : Value::Null();
  fiber->base = base;
  return true;
}

bool Scheduler::StartMain(code::FunctionRecord* function, Value globals) {
  gc::HandleScope scope(engine_.objects.mutator);
  const gc::Handle kept = scope.Make(globals);
  Value closure = objects::MakeClosure(engine_.objects, function, 0);
  if (closure.IsEmpty()) {
    Clear();
    return false;
  }
  return StartMain(closure, nullptr, 0, kept.get());
}

bool Scheduler::StartMain(Value closure, const Value* args, uint32_t count, Value globals) {
  Clear();
  Fiber* fiber = NewFiber();
  fiber->globals = globals;
  if (!PushEntryFrame(fiber, closure, args, count)) return false;
  engine_.current = fiber;
  return true;
}

bool Scheduler::RunMain() {
  for (;;) {
    Fiber* fiber = engine_.current;
    walker_.NoteRuns(*fiber);
    fiber->started = true;
    engine_.others_ready = !ready_.empty() || !sleepers_.empty();
    switch (Execute(engine_)) {
      case Outcome::kReturned:
        if (fiber->id() == kMainFiber) return true;
        FinishThread(fiber, engine_.result);
        break;
      case Outcome::kYielded: MakeReady(fiber->id()); break;
      case Outcome::kSuspended: break;
      case Outcome::kFatal:
        if (fiber->id() == kMainFiber || !AbsorbFatal(fiber)) return false;
        break;
    }
    Fiber* next = PickNext();
    if (next == nullptr) return false;
    engine_.current = next;
  }
}

bool Scheduler::AbsorbFatal(Fiber* fiber) {
  objects::Context& ctx = engine_.objects;
  if (ctx.fatal != FatalKind::kProgram && ctx.fatal != FatalKind::kStackOverflow) return false;
  std::string message = ctx.fatal_message;
  ctx.fatal = FatalKind::kNone;
  ctx.fatal_message.clear();
  fiber->started = false;
  fiber->DropFrames();
  Value error = objects::MakeError(ctx, objects::ErrorCode::kNone, message);
  if (error.IsEmpty()) return false;
  FinishThread(fiber, error);
  return true;
}

void Scheduler::FinishThread(Fiber* fiber, Value result) {
  RecordObject* thread = Record(fiber->thread);
  thread->second = kThreadDone;
  gc::WriteField(engine_.objects.mutator, &thread->a, result);
  WakeAll(FirstQueue(fiber->thread));
  Release(fiber);
}

Value Scheduler::NewWaitId() { return Value::SmallInt(next_wait_id_++); }

Value Scheduler::BlockOn(uint64_t queue) {
  waiting_[queue].push_back(engine_.current->id());
  return Value::Empty();
}

void Scheduler::MakeReady(uint32_t id) { ready_.push_back(id); }

void Scheduler::WakeOne(uint64_t queue) {
  auto at = waiting_.find(queue);
  if (at == waiting_.end()) return;
  uint32_t id = at->second.front();
  at->second.pop_front();
  if (at->second.empty()) waiting_.erase(at);
  MakeReady(id);
  engine_.others_ready = true;
}

void Scheduler::WakeAll(uint64_t queue) {
  while (waiting_.contains(queue)) WakeOne(queue);
}

bool Scheduler::WaitForSleepers() {
  for (;;) {
    if (engine_.objects.interrupt->load(std::memory_order_relaxed)) {
      engine_.objects.Fail(FatalKind::kInterrupted, "interrupted");
      return false;
    }
    absl::Duration rest = absl::Nanoseconds(sleepers_.begin()->first - NowNanos());
    if (rest <= absl::ZeroDuration()) return true;
    absl::SleepFor(std::min(rest, kSleepSlice));
  }
}

Fiber* Scheduler::PickNext() {
  if (ready_.empty()) {
    if (sleepers_.empty()) {
      // Nobody can ever run again; the trace is the main fiber's.
      engine_.current = fibers_[kMainFiber].get();
      engine_.objects.Fail(FatalKind::kProgram, "deadlock");
      return nullptr;
    }
    if (!WaitForSleepers()) return nullptr;
  }
  if (!sleepers_.empty()) {
    int64_t now = NowNanos();
    while (!sleepers_.empty() && sleepers_.begin()->first <= now) {
      MakeReady(sleepers_.begin()->second);
      sleepers_.erase(sleepers_.begin());
    }
  }
  Fiber* next = fibers_[ready_.front()].get();
  ready_.pop_front();
  return next;
}

// ---- Channels. second = capacity; a: ring of values (a private array); c: position of the oldest; d: values
// held and receivers waiting.

namespace {

constexpr int kWaitingShift = 31;

int64_t Held(Value channel) { return Record(channel)->d.small_int() & ((int64_t{1} << kWaitingShift) - 1); }
int64_t Waiting(Value channel) { return Record(channel)->d.small_int() >> kWaitingShift; }
void SetCounts(Value channel, int64_t held, int64_t waiting) {
  gc::WriteFieldNonRef(&Record(channel)->d, Value::SmallInt(held | waiting << kWaitingShift));
}

constexpr size_t kFirstRingSize = 4;

// Appends *v to the channel's `held` values. False: out of memory.
bool RingPush(objects::Context& ctx, Value* channel, int64_t held, Value* v) {
  Value ring = Record(*channel)->a;
  size_t size = ring.IsNull() ? 0 : objects::ArrayLength(ring);
  size_t first = static_cast<size_t>(Record(*channel)->c.small_int());
  if (static_cast<size_t>(held) == size) {
    size_t grown_size = size == 0 ? kFirstRingSize : size * 2;
    Value grown = objects::MakeArrayFilled(ctx, grown_size);
    if (grown.IsEmpty()) return false;
    ring = Record(*channel)->a;
    const Value* old = size == 0 ? nullptr : objects::ArrayElementsInPlace(ring);
    for (size_t i = 0; i < size; ++i) objects::SetFresh(ctx, grown, i, old[(first + i) % size]);
    gc::WriteField(ctx.mutator, &Record(*channel)->a, grown);
    gc::WriteFieldNonRef(&Record(*channel)->c, Value::SmallInt(0));
    ring = grown;
    size = grown_size;
    first = 0;
  }
  objects::SetFresh(ctx, ring, (first + static_cast<size_t>(held)) % size, *v);
  return true;
}

// Takes the oldest value.
Value RingPop(objects::Context& ctx, Value channel) {
  RecordObject* record = Record(channel);
  size_t first = static_cast<size_t>(record->c.small_int());
  Value value = objects::ArrayElementsInPlace(record->a)[first];
  objects::SetFresh(ctx, record->a, first, Value::Null());
  size_t next = (first + 1) % objects::ArrayLength(record->a);
  gc::WriteFieldNonRef(&record->c, Value::SmallInt(static_cast<int64_t>(next)));
  return value;
}

}  // namespace

Value Scheduler::MakeChannel(int64_t capacity) {
  Value channel =
      objects::MakeRecord(engine_.objects, objects::kChannelType, static_cast<uint64_t>(capacity));
  if (channel.IsEmpty()) return channel;
  RecordObject* record = Record(channel);
  gc::WriteFieldNonRef(&record->b, NewWaitId());
  gc::WriteFieldNonRef(&record->c, Value::SmallInt(0));
  SetCounts(channel, 0, 0);
  return channel;
}

Value Scheduler::Send(Value* channel, Value* v) {
  objects::Context& ctx = engine_.objects;
  int64_t held = Held(*channel), waiting = Waiting(*channel);
  // A value may also go straight to a receiver that waits for one.
  uint64_t room = Record(*channel)->second + static_cast<uint64_t>(waiting);
  if (static_cast<uint64_t>(held) >= room) return BlockOn(FirstQueue(*channel));
  if (!RingPush(ctx, channel, held, v)) return Value::Empty();
  SetCounts(*channel, held + 1, waiting);
  WakeOne(SecondQueue(*channel));
  return Value::Null();
}

Value Scheduler::Receive(Value* channel) {
  Fiber& fiber = *engine_.current;
  int64_t held = Held(*channel), waiting = Waiting(*channel);
  if (fiber.counted_as_receiver) {
    fiber.counted_as_receiver = false;
    --waiting;
  }
  if (held == 0) {
    fiber.counted_as_receiver = true;
    SetCounts(*channel, held, waiting + 1);
    WakeOne(FirstQueue(*channel));
    return BlockOn(SecondQueue(*channel));
  }
  SetCounts(*channel, held - 1, waiting);
  Value value = RingPop(engine_.objects, *channel);
  WakeOne(FirstQueue(*channel));
  return value;
}

// ---- Threads. second: kThreadRunning, kThreadDone or kThreadDropped; a: result.

Value Scheduler::Spawn(Value* args, uint32_t count) {
  objects::Context& ctx = engine_.objects;
  gc::HandleScope scope(ctx.mutator);
  Value* thread = ctx.mutator.handles.Push(objects::MakeRecord(ctx, objects::kThreadType, kThreadRunning));
  if (thread->IsEmpty()) return Value::Empty();
  gc::WriteFieldNonRef(&Record(*thread)->b, NewWaitId());
  Value globals = CopyGlobals(ctx, &engine_.current->globals);
  if (globals.IsEmpty()) return Value::Empty();
  Fiber* fiber = NewFiber();
  fiber->globals = globals;
  fiber->thread = *thread;
  if (!PushEntryFrame(fiber, args[0], args + 1, count - 1)) {
    Release(fiber);
    return Value::Empty();
  }
  MakeReady(fiber->id());
  engine_.others_ready = true;
  return *thread;
}

Value Scheduler::Join(Value* thread) {
  RecordObject* record = Record(*thread);
  if (record->second == kThreadRunning) return BlockOn(FirstQueue(*thread));
  if (record->second == kThreadDropped) {
    return objects::MakeRuntimeError(engine_.objects, "the thread was dropped when its program ended");
  }
  Value result = record->a;
  gc::WriteField(engine_.objects.mutator, &record->a, Value::Null());
  return result;
}

// ---- Mutexes. second: 1 while locked.

Value Scheduler::MakeMutex() {
  Value mutex = objects::MakeRecord(engine_.objects, objects::kMutexType, 0);
  if (!mutex.IsEmpty()) gc::WriteFieldNonRef(&Record(mutex)->b, NewWaitId());
  return mutex;
}

Value Scheduler::Lock(Value* mutex) {
  if (Record(*mutex)->second != 0) return BlockOn(FirstQueue(*mutex));
  Record(*mutex)->second = 1;
  return Value::Null();
}

bool Scheduler::Unlock(Value* mutex) {
  if (Record(*mutex)->second == 0) return false;
  Record(*mutex)->second = 0;
  WakeOne(FirstQueue(*mutex));
  return true;
}

Value Scheduler::Sleep(int64_t milliseconds) {
  Fiber& fiber = *engine_.current;
  int64_t now = NowNanos();
  if (fiber.wake_at_ns == 0) {
    constexpr int64_t kNanosPerMilli = 1000000;
    int64_t longest = (INT64_MAX - now) / kNanosPerMilli;
    fiber.wake_at_ns = now + std::min(milliseconds, longest) * kNanosPerMilli;
  } else if (now >= fiber.wake_at_ns) {
    fiber.wake_at_ns = 0;
    return Value::Null();
  }
  sleepers_.insert({fiber.wake_at_ns, fiber.id()});
  return Value::Empty();
}

void Scheduler::VisitRoots(gc::SlotVisitor& visitor) { visitor.Visit(gc::Slot::Tagged(&engine_.result)); }

}  // namespace foxvm::interp
