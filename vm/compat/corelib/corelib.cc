#include "vm/compat/corelib/corelib.h"

#include "vm/compat/corelib/blocks.h"

namespace foxvm::corelib {
namespace {

struct Arena {
  uint64_t start;
  uint64_t current;
  uint64_t end;
  uint64_t id;
};
static_assert(sizeof(Arena) == 32);

// Behind `end`, out of the host's sight, a bit for every 8 bytes of objects: set at the start of an object in
// use.
struct Pool {
  uint64_t start;
  uint64_t current;
  uint64_t end;
  uint64_t object_size;
  uint64_t free;  // address of the first free object, whose first word is that of the next
  uint64_t magic;

  uint64_t& UseWord(uint64_t object) const {
    return reinterpret_cast<uint64_t*>((end + 7) & ~uint64_t{7})[(object - start) / 512];
  }
  static uint64_t UseBit(uint64_t offset) { return uint64_t{1} << offset / 8 % 64; }
};
static_assert(sizeof(Pool) == 48);
constexpr uint64_t kMinObjectBytes = 8;

// Bytes behind the objects' `bytes`, with what aligns them.
uint64_t UseBytes(uint64_t bytes) { return (bytes / 512 + 2) * sizeof(uint64_t); }

// Null unless `pointer` is a live arena (pool) whose header can be trusted.
Arena* FindArena(void* pointer) {
  uint64_t bytes = blocks.BytesOf(pointer);
  if (bytes < sizeof(Arena)) return nullptr;
  auto* arena = static_cast<Arena*>(pointer);
  auto base = reinterpret_cast<uint64_t>(pointer);
  bool sound = arena->start == base + sizeof(Arena) && arena->start <= arena->current &&
               arena->current <= arena->end && arena->end <= base + bytes;
  return sound ? arena : nullptr;
}

Pool* FindPool(void* pointer) {
  uint64_t bytes = blocks.BytesOf(pointer);
  if (bytes < sizeof(Pool)) return nullptr;
  auto* pool = static_cast<Pool*>(pointer);
  auto base = reinterpret_cast<uint64_t>(pointer);
  bool sound = pool->magic == pool_magic_sig && pool->start == base + sizeof(Pool) &&
               pool->start < pool->end && pool->start <= pool->current && pool->current <= pool->end &&
               pool->end <= base + bytes && pool->object_size >= kMinObjectBytes &&
               pool->object_size <= pool->end - pool->start &&
               sizeof(Pool) + (pool->end - pool->start) + UseBytes(pool->end - pool->start) <= bytes;
  return sound ? pool : nullptr;
}

bool IsObjectStart(const Pool& pool, uint64_t offset) {
  // In a pool of whole words the bits say it all.
  if (pool.object_size % 8 == 0) return offset % 8 == 0;
  // The short division is several times as fast as the long one.
  bool fits32 = ((offset | pool.object_size) >> 32) == 0;
  if (fits32) return static_cast<uint32_t>(offset) % static_cast<uint32_t>(pool.object_size) == 0;
  return offset % pool.object_size == 0;
}

}  // namespace
}  // namespace foxvm::corelib

using foxvm::corelib::Arena;
using foxvm::corelib::blocks;
using foxvm::corelib::FindArena;
using foxvm::corelib::FindPool;
using foxvm::corelib::Pool;

uint64_t current_page_ptr = 0;
int64_t current_offset = 0;
int64_t __sys_page_size = foxvm::corelib::kPageBytes;
uint64_t pool_magic_sig = 0x4C4F4F50464F524D;

void* mem_alloc(int64_t size) { return blocks.Allocate(size); }
void mem_free(void* block) { blocks.Free(block); }
void mem_reset() { blocks.Reset(); }

void* arena_create(int64_t size) {
  if (size < static_cast<int64_t>(sizeof(Arena))) return nullptr;
  auto* arena = static_cast<Arena*>(blocks.Allocate(size));
  if (arena == nullptr) return nullptr;
  auto base = reinterpret_cast<uint64_t>(arena);
  *arena = {base + sizeof(Arena), base + sizeof(Arena), base + static_cast<uint64_t>(size), 0};
  return arena;
}

void* arena_alloc(void* pointer, int64_t size) {
  Arena* arena = FindArena(pointer);
  if (arena == nullptr || static_cast<uint64_t>(size) > arena->end - arena->current) return nullptr;
  uint64_t result = arena->current;
  arena->current += static_cast<uint64_t>(size);
  return reinterpret_cast<void*>(result);
}

void arena_reset(void* pointer) {
  Arena* arena = FindArena(pointer);
  if (arena != nullptr) arena->current = arena->start;
}

int64_t arena_get_usage(void* pointer) {
  Arena* arena = FindArena(pointer);
  return arena == nullptr ? 0 : static_cast<int64_t>(arena->current - arena->start);
}

int64_t arena_get_capacity(void* pointer) {
  Arena* arena = FindArena(pointer);
  return arena == nullptr ? 0 : static_cast<int64_t>(arena->end - arena->start);
}

void* pool_create(int64_t object_size, int64_t capacity) {
  if (object_size < static_cast<int64_t>(foxvm::corelib::kMinObjectBytes) || capacity <= 0) return nullptr;
  uint64_t bytes;
  if (__builtin_mul_overflow(static_cast<uint64_t>(object_size), static_cast<uint64_t>(capacity), &bytes) ||
      bytes > foxvm::corelib::PageRuns::kMaxBytes) {
    return nullptr;
  }
  uint64_t whole = sizeof(Pool) + bytes + foxvm::corelib::UseBytes(bytes);
  auto* pool = static_cast<Pool*>(blocks.Allocate(static_cast<int64_t>(whole)));
  if (pool == nullptr) return nullptr;
  uint64_t start = reinterpret_cast<uint64_t>(pool) + sizeof(Pool);
  *pool = {start, start, start + bytes, static_cast<uint64_t>(object_size), 0, pool_magic_sig};
  return pool;
}

void* pool_alloc(void* pointer) {
  Pool* pool = FindPool(pointer);
  if (pool == nullptr) return nullptr;
  uint64_t object = pool->free;
  if (object != 0) {
    bool sound = object >= pool->start && object < pool->current &&
                 pool->object_size <= pool->current - object &&
                 (pool->UseWord(object) & Pool::UseBit(object - pool->start)) == 0;
    // A program that wrote to a freed object has cut the list off here.
    pool->free = sound ? *reinterpret_cast<uint64_t*>(object) : 0;
    if (!sound) object = 0;
  }
  if (object == 0) {
    if (pool->object_size > pool->end - pool->current) return nullptr;
    object = pool->current;
    pool->current += pool->object_size;
  }
  pool->UseWord(object) |= Pool::UseBit(object - pool->start);
  return reinterpret_cast<void*>(object);
}

void pool_free(void* pointer, void* freed) {
  Pool* pool = FindPool(pointer);
  auto object = reinterpret_cast<uint64_t>(freed);
  if (pool == nullptr || object < pool->start || object >= pool->current) return;
  uint64_t offset = object - pool->start;
  uint64_t& word = pool->UseWord(object);
  if ((word & Pool::UseBit(offset)) == 0 || !foxvm::corelib::IsObjectStart(*pool, offset)) return;
  word &= ~Pool::UseBit(offset);
  *reinterpret_cast<uint64_t*>(object) = pool->free;
  pool->free = object;
}

int64_t pool_validate(void* pointer) { return FindPool(pointer) != nullptr ? 1 : 0; }
