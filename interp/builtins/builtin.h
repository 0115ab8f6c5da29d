// The built-in functions: their context, their signature and the table the interpreter calls them through.
// How: a built-in gets its arguments in the frame slots they were pushed to, checks count and types itself
// and
//      returns one value; all that belongs to the world outside comes through the context, so that a host
//      decides what programs may reach.
// Threads: the VM's.  Collects: every built-in may.
// Not here: names (interp/bytecode/builtin_names.h), waiting and scheduling (fiber_services.h).
#ifndef FOXVM_INTERP_BUILTINS_BUILTIN_H_
#define FOXVM_INTERP_BUILTINS_BUILTIN_H_

#include <cstdint>

#include "absl/time/time.h"
#include "gc/value.h"
#include "interp/builtins/fiber_services.h"
#include "interp/builtins/host_io.h"
#include "interp/builtins/raw_memory.h"
#include "interp/objects/context.h"

namespace foxvm::builtins {

// What programs may do to the machine; the default is nothing. A call without the right gets an error value.
struct Capabilities {
  bool files = false;  // open files by path
  bool clock = false;  // read the time, sleep

  static Capabilities All() { return {.files = true, .clock = true}; }
};

// Processor and wall time of one moment, for info_cpu; all zero before the first call.
struct CpuSample {
  int64_t wall_nanos = 0;
  int64_t cpu_nanos = 0;
};

// One per VM. Nothing in it is owned; all of it outlives the calls.
struct BuiltinContext {
  objects::Context& objects;
  HostIo& io;
  RawMemory& memory;
  FiberServices* fibers = nullptr;  // null: concurrency built-ins give an error value
  Capabilities capabilities = {};
  absl::TimeZone zone = absl::LocalTimeZone();  // of format_waktu
  CpuSample last_cpu = {};
};

// `args` are `count` rooted slots outside the heap (frame slots), which may be overwritten. Returns the
// result, or Value::Empty(): the program must stop if objects.fatal is set, otherwise the fiber is suspended
// (fiber_services.h).
using BuiltinFunction = gc::Value (*)(BuiltinContext& ctx, gc::Value* args, uint32_t count);

// The function bytecode::BuiltinName(index) names. Requires index < bytecode::kAllBuiltinCount.
BuiltinFunction GetBuiltin(uint32_t index);

}  // namespace foxvm::builtins

#endif  // FOXVM_INTERP_BUILTINS_BUILTIN_H_
