// Constructors of the objects behind built-in functions: atoms, files, times, pointers, and the plain records
// that channels, threads, mutexes and wait queues are made of.
// Threads: the VM's.  Collects: all functions.  Not here: what they do (interp/builtins, interp/scheduler).
#ifndef FOXVM_INTERP_OBJECTS_NATIVE_OBJECTS_H_
#define FOXVM_INTERP_OBJECTS_NATIVE_OBJECTS_H_

#include <cstddef>
#include <cstdint>

#include "interp/objects/context.h"
#include "interp/objects/layout.h"

namespace foxvm::objects {

// Each returns Value::Empty() when out of memory.

// An atom holding *v.
gc::Value MakeAtom(Context& ctx, gc::Value* v);

// A file over the descriptor `fd`, which the object closes when it dies open. *path is the string programs
// gave; the flags are the caller's. When out of memory `fd` stays open and the caller's.
gc::Value MakeFile(Context& ctx, int fd, uint32_t flags, gc::Value* path);

// A moment, in nanoseconds since 1970.
gc::Value MakeTime(Context& ctx, int64_t unix_nanos);

// A raw memory address.
gc::Value MakePointer(Context& ctx, uint64_t address);

// A channel, thread, mutex or wait queue: `second` = state, all slots kosong.
gc::Value MakeRecord(Context& ctx, HeapType type, uint64_t state);

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_NATIVE_OBJECTS_H_
