// Slow paths of instructions: what the dispatch loop (and compiled code) calls out of line.
// How: the caller has stored its frame (Fiber::base, saved pc) first, so everything here may collect and may
//      look at the stack. Operands are slots of that frame.
// Threads: the VM's.  Collects: every function.
#ifndef FOXVM_INTERP_RUNTIME_CALLS_H_
#define FOXVM_INTERP_RUNTIME_CALLS_H_

#include <cstdint>

#include "gc/value.h"
#include "interp/code/function_record.h"
#include "interp/code/instruction.h"
#include "interp/engine.h"
#include "interp/frame.h"

namespace foxvm::interp {

// What a slow call came to.
enum class CallOutcome : uint8_t {
  kValue,      // *result is the call's value
  kEntered,    // a frame was pushed: continue at Fiber::base with its saved pc
  kSuspended,  // the fiber waits; the same instruction runs again on resume
  kFatal,      // Context::fatal says why
};

// Makes the frame of `function` at `callee_slot + kFrameHeaderSlots`, growing the stack when it must: callee
// and arguments are in place. The frame's saved pc is the function's first instruction. False: fatal.
bool PushFrame(Engine& engine, uint32_t callee_slot, const code::FunctionRecord* function,
               FrameKind kind);

// A call of whatever is in slot `callee_slot`, with `count` arguments behind the frame header's gap.
CallOutcome CallSlow(Engine& engine, uint32_t callee_slot, uint32_t count, gc::Value* result);

// The value of an import, or its body's frame at `base_slot`.
CallOutcome ImportSlow(Engine& engine, code::ImportState* import, uint32_t base_slot,
                       gc::Value* result);

// Built-in `index` of `count` arguments from `args`.
CallOutcome CallBuiltin(Engine& engine, uint32_t index, gc::Value* args, uint32_t count,
                        gc::Value* result);

// A closure whose cells come from the frame at `base`. Value::Empty(): fatal.
gc::Value NewClosure(Engine& engine, const code::ClosureSite* site, gc::Value* base);

// Reads or writes a field by name, updating the site's cache.
gc::Value GetFieldSlow(Engine& engine, code::FieldSite* site, gc::Value* container);
bool SetFieldSlow(Engine& engine, code::FieldSite* site, gc::Value* container, gc::Value* value);

// The method that a site names, of the schema of `receiver`, updating the site's cache. Value::Empty():
// fatal. Never collects.
gc::Value FindMethodSlow(Engine& engine, code::MethodSite* site, gc::Value receiver);
// Makes `closure` the method `name`, an interned string, of `schema`. False: fatal. Never collects.
bool SetMethod(Engine& engine, gc::Value schema, gc::Value name, gc::Value closure);

// At a safepoint whose counter reached the limit; `counted` instructions since the last poll are charged.
enum class PollOutcome : uint8_t { kContinue, kYield, kFatal };
PollOutcome PollSlow(Engine& engine, int64_t counted);

// Charges instructions to the run's budget. False: fatal, it is used up.
bool ChargeInstructions(Engine& engine, int64_t counted);

}  // namespace foxvm::interp

#endif  // FOXVM_INTERP_RUNTIME_CALLS_H_
