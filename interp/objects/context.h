// Context: what operations on objects need from the VM they run in.
// How: every operation that may collect takes a Context&. Out of memory is the result Value::Empty() with
//      `fatal` set; language-level failures are ordinary error values.
// Threads: the VM's.
#ifndef FOXVM_INTERP_OBJECTS_CONTEXT_H_
#define FOXVM_INTERP_OBJECTS_CONTEXT_H_

#include <atomic>
#include <string>

#include "gc/heap.h"
#include "gc/mutator.h"

namespace foxvm::objects {

class InternTable;
class ShapeTable;

// Why a program must stop; the message is the report's text (language.md: `Runtime error:`).
enum class FatalKind : uint8_t {
  kNone,
  kProgram,
  kOutOfMemory,
  kStackOverflow,
  kInterrupted,
  kOutOfInstructions,
};

struct Context {
  gc::Heap& heap;
  gc::Mutator& mutator;
  InternTable& strings;
  ShapeTable& shapes;
  // Set by any thread to stop the program at its next safepoint; long operations poll it.
  std::atomic<bool>* interrupt = nullptr;

  FatalKind fatal = FatalKind::kNone;
  std::string fatal_message = {};

  // Records the first fatal failure and returns Value::Empty(), to be returned to the interpreter at once.
  gc::Value Fail(FatalKind kind, std::string message);
  gc::Value OutOfMemory() { return Fail(FatalKind::kOutOfMemory, "virtual memory limit reached"); }
};

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_CONTEXT_H_
