// DumpHeap: a heap as text, for people and for scripts.
// How: lines of words with spaces between them; the first word says what the line is. References and
//      addresses are offsets from the heap's start in hexadecimal behind an @, so that equal runs give equal
//      dumps:
//        foxvm-heap-dump 1
//        heap young=BYTES old=BYTES committed=BYTES
//        root KIND @OBJECT                 KIND: handle, host, persistent, stack
//        site NUMBER NAME                  before its first object; NAME is the rest of the line
//        object @OBJECT TYPE bytes=N age=N [pinned] [site=NUMBER] [+SLOT=@OBJECT]...
//        end objects=N bytes=N
//      TYPE is the type's name with _ for spaces; age is the number of minor collections survived, or old, or
//      large; SLOT is a byte offset from the object's start. Slots and roots that hold no reference are left
//      out.
// Threads: the mutator's.  Collects: never; as with Heap::ForEachObject, what has died since the last major
//      collection is in it. Time linear in the heap; memory for one piece of text and a bit for each site.
#ifndef FOXVM_GC_HEAP_DUMP_H_
#define FOXVM_GC_HEAP_DUMP_H_

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "gc/heap.h"

namespace foxvm::gc {

// Hands the text to `write` piece by piece, until that returns false: then the result is false, too.
bool DumpHeap(Heap& heap, absl::FunctionRef<bool(absl::string_view)> write);

}  // namespace foxvm::gc

#endif  // FOXVM_GC_HEAP_DUMP_H_
