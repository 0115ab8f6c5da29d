// The layout of every heap object of the language: type ids and structs over ObjectHeader.
// How: `second` (the header's second word) carries the length, shape or code record, so small objects stay
//      small. Array elements sit in a separate store so that growth publishes a new store and never changes a
//      layout in place. Shapes and function records are not heap objects: they never move and are named by
//      plain pointers.
// Invariants: LY-1 all reference fields are tagged Values from `slots()` on (Cell and Atom: from `second`
//      on). LY-2 an Array with read_length > 0 owns its store: elements [0, read_length) are there and
//      current. LY-3 an Array with write_length > 0 may be written in place without telling an older version
//      (array.h). LY-4 words that pad an object to its size are kosong or 0, never a stale reference.
// Threads: the VM's.  Collects: never.  Not here: operations (number.h, string.h, array.h, hash.h, ...).
#ifndef FOXVM_INTERP_OBJECTS_LAYOUT_H_
#define FOXVM_INTERP_OBJECTS_LAYOUT_H_

#include <bit>
#include <cstddef>
#include <cstdint>

#include "gc/object.h"
#include "gc/value.h"

namespace foxvm::code {
struct FunctionRecord;
}  // namespace foxvm::code

namespace foxvm::objects {

struct Shape;

enum HeapType : gc::TypeId {
  kInt64Type = 1,         // boxed integer outside 62 bits
  kFloatType = 2,         // boxed double without an inline form
  kStringType = 3,        // flat string
  kRopeType = 4,          // concatenation not yet flattened, or flattened (right == kosong, left flat)
  kAppendStringType = 5,  // prefix of a shared, growing ByteBuffer
  kByteBufferType = 6,    // internal
  kArrayType = 7,
  kArrayStoreType = 8,  // internal
  kHashType = 9,
  kHashEntriesType = 10,  // internal: keys and values
  kHashIndexType = 11,    // internal: open addressing over entries
  kStructType = 12,
  kSchemaType = 13,
  kClosureType = 14,
  kCellType = 15,  // internal: a captured variable
  kErrorType = 16,
  kFileType = 17,
  kTimeType = 18,
  kPointerType = 19,
  kAtomType = 20,
  kChannelType = 21,
  kThreadType = 22,
  kMutexType = 23,
  kGlobalsType = 24,    // internal: the global variables of a fiber
  kArrayLogType = 25,   // internal: overwritten elements that older versions of an array still see
  kWaitQueueType = 26,  // internal
};

struct Int64Box : gc::ObjectHeader {  // second: the integer
  int64_t value() const { return static_cast<int64_t>(second); }
};

struct FloatBox : gc::ObjectHeader {  // second: the double's bits
  double value() const { return std::bit_cast<double>(second); }
};

// Any string: second = length in bytes (low 32 bits) | content hash (high 32 bits, 0: not computed yet).
struct StringObject : gc::ObjectHeader {
  uint32_t length() const { return static_cast<uint32_t>(second); }
  uint32_t cached_hash() const { return static_cast<uint32_t>(second >> 32); }
};

struct FlatString : StringObject {
  char* bytes() { return reinterpret_cast<char*>(this + 1); }
  const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }
};

struct Rope : StringObject {
  gc::Value left;   // a string; once flattened, the flat string
  gc::Value right;  // a string; once flattened, kosong
};

struct AppendString : StringObject {
  gc::Value buffer;  // ByteBuffer whose first length() bytes are the contents
  gc::Value padding;
};

struct ByteBuffer : gc::ObjectHeader {  // second = used (low 32 bits) | capacity (high 32 bits), in bytes
  uint32_t used() const { return static_cast<uint32_t>(second); }
  uint32_t capacity() const { return static_cast<uint32_t>(second >> 32); }
  char* bytes() { return reinterpret_cast<char*>(this + 1); }
  const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }
};

struct Array : gc::ObjectHeader {
  // second = read_length (low 32 bits) | write_length (high 32 bits): what the in-place fast paths may touch;
  // either is the true length or 0, and 0 sends the access to array.h.
  gc::Value store;   // ArrayStore
  gc::Value length;  // true length (low 30 bits of a small integer), a stale version's log position above

  uint32_t read_length() const { return static_cast<uint32_t>(second); }
  uint32_t write_length() const { return static_cast<uint32_t>(second >> 32); }
};

struct ArrayStore : gc::ObjectHeader {  // second = capacity (low 32 bits) | used (high 32 bits), in elements
  gc::Value log;                        // ArrayLog or kosong
  uint32_t capacity() const { return static_cast<uint32_t>(second); }
  uint32_t used() const { return static_cast<uint32_t>(second >> 32); }
  gc::Value* elements() { return reinterpret_cast<gc::Value*>(this + 1); }
};

struct ArrayLog : gc::ObjectHeader {  // second = capacity (low 32 bits) | used (high 32 bits), in records
  uint32_t capacity() const { return static_cast<uint32_t>(second); }
  uint32_t used() const { return static_cast<uint32_t>(second >> 32); }
  gc::Value* record(size_t i) { return slots() + 2 * i; }  // index, value overwritten
};

// second = number of entries, removed ones included (low 32 bits) | of removed ones (high 32 bits)
struct HashObject : gc::ObjectHeader {
  gc::Value entries;                    // HashEntries, or kosong while empty
  gc::Value index;                      // HashIndex, or kosong while there are few entries

  uint32_t count() const { return static_cast<uint32_t>(second); }
  uint32_t removed() const { return static_cast<uint32_t>(second >> 32); }
};

struct HashEntries : gc::ObjectHeader {  // second = capacity in pairs
  uint32_t capacity() const { return static_cast<uint32_t>(second); }
  gc::Value* pair(size_t i) { return slots() + 2 * i; }  // key, value
};

struct HashIndex : gc::ObjectHeader {  // second = number of words in use, a power of two
  // 0: free; else hash (high 32 bits) | entry number + 1.
  uint64_t* words() { return reinterpret_cast<uint64_t*>(this + 1); }
};

// A struct instance: second = Shape*; one slot per field.
struct StructObject : gc::ObjectHeader {
  Shape* shape() const { return reinterpret_cast<Shape*>(second); }
  gc::Value* field(size_t i) { return slots() + i; }
};

// second = Shape*.
struct SchemaObject : gc::ObjectHeader {
  Shape* shape() const { return reinterpret_cast<Shape*>(second); }
};

// second = FunctionRecord*; one slot per capture, each a Cell.
struct Closure : gc::ObjectHeader {
  code::FunctionRecord* function() const { return reinterpret_cast<code::FunctionRecord*>(second); }
  gc::Value* captures() { return slots(); }
};

// A captured variable: second is its Value.
struct Cell : gc::ObjectHeader {
  gc::Value* value() { return reinterpret_cast<gc::Value*>(&second); }
};

// second is the Value held.
struct Atom : gc::ObjectHeader {
  gc::Value* value() { return reinterpret_cast<gc::Value*>(&second); }
};

// second = ErrorCode (error.h).
struct ErrorObject : gc::ObjectHeader {
  gc::Value message;  // a string
  gc::Value padding;
};

// second = descriptor (low 32 bits, signed; kClosedFile: closed) | flags of interp/builtins (high 32 bits).
struct FileObject : gc::ObjectHeader {
  static constexpr int32_t kClosedFile = -1;
  gc::Value path;  // a string
  gc::Value state;

  int32_t descriptor() const { return static_cast<int32_t>(second); }
  uint32_t flags() const { return static_cast<uint32_t>(second >> 32); }
  void MarkClosed() { second |= 0xFFFFFFFF; }
};

struct TimeObject : gc::ObjectHeader {  // second: nanoseconds since 1970
  int64_t unix_nanos() const { return static_cast<int64_t>(second); }
};

struct PointerObject : gc::ObjectHeader {  // second: the address
  uint64_t address() const { return second; }
};

// A channel, thread, mutex or wait queue; second: the owner's state word.
struct RecordObject : gc::ObjectHeader {
  gc::Value a, b, c, d;
};

struct Globals : gc::ObjectHeader {  // second = number of variables
  gc::Value* variables() { return slots(); }
};

static_assert(sizeof(Array) == 32);
static_assert(sizeof(ArrayStore) == 24);
static_assert(sizeof(Rope) == 32 && sizeof(AppendString) == 32);
static_assert(sizeof(HashObject) == 32 && sizeof(ErrorObject) == 32 && sizeof(FileObject) == 32);
static_assert(sizeof(RecordObject) == 48);

// True if `v` refers to an object of type `type`.
inline bool Is(gc::Value v, HeapType type) { return v.IsHeapRef() && v.object()->type() == type; }

inline bool IsString(gc::Value v) {
  if (!v.IsHeapRef()) return false;
  gc::TypeId t = v.object()->type();
  return t >= kStringType && t <= kAppendStringType;
}

// Requires a hash that is not empty.
inline HashEntries* HashEntriesOf(gc::Value hash) {
  return static_cast<HashEntries*>(static_cast<const HashObject*>(hash.object())->entries.object());
}

inline bool IsError(gc::Value v) { return Is(v, kErrorType); }

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_LAYOUT_H_
