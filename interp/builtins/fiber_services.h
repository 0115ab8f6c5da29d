// FiberServices: what the concurrency built-ins ask of the scheduler, which implements it.
// How: a built-in runs on the host's stack and cannot wait there. A call that has to wait returns
// Value::Empty() with
//      ctx.fatal == kNone: the running fiber is suspended, and when it is resumed the same built-in is called
//      again with the same arguments. So each function must know a repeated call of the suspended fiber for
//      what it is.
// Threads: the VM's.  Collects: all functions may.  Arguments (Value*) are rooted slots of types already
// checked.
#ifndef FOXVM_INTERP_BUILTINS_FIBER_SERVICES_H_
#define FOXVM_INTERP_BUILTINS_FIBER_SERVICES_H_

#include <cstdint>

#include "gc/value.h"

namespace foxvm::builtins {

class FiberServices {
 public:
  virtual ~FiberServices() = default;

  // Every result is a value, an error value, or Value::Empty(): fatal if ctx.fatal is set, suspended
  // otherwise.

  // A new CHANNEL with room for `capacity` values, >= 0 and as large as programs like: nothing is set aside
  // for it.
  virtual gc::Value MakeChannel(int64_t capacity) = 0;
  // kosong once *v is delivered or buffered. May suspend.
  virtual gc::Value Send(gc::Value* channel, gc::Value* v) = 0;
  // The next value. May suspend.
  virtual gc::Value Receive(gc::Value* channel) = 0;

  // A THREAD running the closure args[0] with args[1..count): missing parameters are kosong, surplus ones
  // dropped.
  virtual gc::Value Spawn(gc::Value* args, uint32_t count) = 0;
  // The result of *thread the first time, kosong later. May suspend.
  virtual gc::Value Join(gc::Value* thread) = 0;

  // A new MUTEX, unlocked.
  virtual gc::Value MakeMutex() = 0;
  // kosong once the mutex is held. May suspend.
  virtual gc::Value Lock(gc::Value* mutex) = 0;
  // False if the mutex was not locked.
  virtual bool Unlock(gc::Value* mutex) = 0;

  // kosong once `milliseconds`, > 0, have passed since the first call. May suspend.
  virtual gc::Value Sleep(int64_t milliseconds) = 0;
};

}  // namespace foxvm::builtins

#endif  // FOXVM_INTERP_BUILTINS_FIBER_SERVICES_H_
