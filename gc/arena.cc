#include "gc/arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "absl/strings/str_format.h"
#include "gc/check.h"
#include "gc/memory_tools.h"

namespace foxvm::gc {

struct Arena::Chunk {
  Chunk* previous;
  size_t bytes;  // header included

  uintptr_t begin() const { return reinterpret_cast<uintptr_t>(this + 1); }
  uintptr_t end() const { return reinterpret_cast<uintptr_t>(this) + bytes; }
};

// What the debug mode remembers.
struct Arena::Debug {
  struct Allocation {
    unsigned char* address;
    size_t bytes;
  };
  std::vector<Allocation> allocations;
  uintptr_t limit;  // of the current chunk: Arena::limit_ stays shut (AR-3)
};

namespace {

constexpr size_t kMinChunkBytes = size_t{1} << 10;
constexpr size_t kMaxChunkBytes = size_t{1} << 30;
constexpr size_t kPageBytes = 4096;
// Chunks from here on are mapped, so that giving one back always reaches the system.
constexpr size_t kMappedBytes = size_t{64} << 10;
// More than this cannot be had; sums of two such sizes do not overflow.
constexpr size_t kMaxRequestBytes = SIZE_MAX / 4;
// Kept chunks that one call gives back at most: it takes a system call each.
constexpr int kReleasedAtATime = 2;

constexpr size_t kRedZoneBytes = 16;
constexpr unsigned char kRedZone = 0xFB;
constexpr unsigned char kFresh = 0xCD;
constexpr unsigned char kEnded = 0xDD;

uintptr_t AlignUp(uintptr_t address, size_t alignment) {
  return (address + alignment - 1) & ~(uintptr_t{alignment} - 1);
}

// The address of an arena without a chunk: nothing fits, and zero bytes have an address that is not null.
uintptr_t NoMemory() {
  alignas(std::max_align_t) static char none;
  return reinterpret_cast<uintptr_t>(&none);
}

}  // namespace

absl::Status ArenaOptions::Validate() const {
  const auto is_chunk_size = [](size_t bytes) {
    return std::has_single_bit(bytes) && bytes >= kMinChunkBytes && bytes <= kMaxChunkBytes;
  };
  if (!is_chunk_size(first_chunk_bytes) || !is_chunk_size(max_chunk_bytes)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s must be a power of two from %d to %d",
                        is_chunk_size(first_chunk_bytes) ? "max_chunk_bytes" : "first_chunk_bytes",
                        kMinChunkBytes, kMaxChunkBytes));
  }
  if (first_chunk_bytes > max_chunk_bytes) {
    return absl::InvalidArgumentError("first_chunk_bytes is above max_chunk_bytes");
  }
  return absl::OkStatus();
}

Arena::Arena() : Arena(ArenaOptions()) {}

Arena::Arena(const ArenaOptions& options)
    : cursor_(NoMemory()),
      limit_(NoMemory()),
      next_chunk_bytes_(options.first_chunk_bytes),
      options_(options) {
  FOXVM_CHECK(options.Validate().ok());
  // Valgrind has to be told of every allocation, which the fast path does not.
  if (!options.debug && !RunningOnValgrind()) return;
  debug_ = std::make_unique<Debug>();
  debug_->limit = limit_;
}

Arena::~Arena() {
  Reset();
  Trim();
}

void* Arena::AllocateSlow(size_t bytes, size_t alignment) {
  if (bytes > kMaxRequestBytes || alignment > kMaxRequestBytes || !std::has_single_bit(alignment))
    return nullptr;
  return debug_ != nullptr ? AllocateDebug(bytes, alignment) : AllocateMore(bytes, alignment);
}

void* Arena::AllocateDebug(size_t bytes, size_t alignment) {
  limit_ = debug_->limit;
  auto* start = static_cast<unsigned char*>(AllocateMore(bytes + kRedZoneBytes, alignment));
  debug_->limit = std::exchange(limit_, cursor_);
  if (start == nullptr) return nullptr;
  std::memset(start, kFresh, bytes);
  std::memset(start + bytes, kRedZone, kRedZoneBytes);
  UnpoisonMemory(start, bytes);  // to valgrind it is not initialised
  // Inaccessible for the tools; for us it is checked when the allocation ends.
  PoisonMemory(start + bytes, kRedZoneBytes);
  debug_->allocations.push_back({start, bytes});
  return start;
}

void* Arena::AllocateMore(size_t bytes, size_t alignment) {
  uintptr_t start = AlignUp(cursor_, alignment);
  if (start > limit_ || bytes > limit_ - start) {
    ReleaseSome();
    // The worst gap in front: memory behind a header is aligned as every type may be.
    const size_t needed = bytes + (alignment > kDefaultAlignment ? alignment : 0);
    if (needed > next_chunk_bytes_ / 4) {
      Chunk* block = NewChunk(needed);
      if (block == nullptr) return nullptr;
      block->previous = large_;
      if (large_ == nullptr) oldest_large_ = block;
      large_ = block;
      used_chunk_bytes_ += block->bytes;
      start = AlignUp(block->begin(), alignment);
      UnpoisonMemory(reinterpret_cast<void*>(start), bytes);
      return reinterpret_cast<void*>(start);
    }
    Chunk* chunk = TakeChunk(needed);
    if (chunk == nullptr) return nullptr;
    Use(chunk);
    start = AlignUp(cursor_, alignment);
  }
  cursor_ = AlignUp(start + bytes, kGranuleBytes);
  UnpoisonMemory(reinterpret_cast<void*>(start), bytes);
  return reinterpret_cast<void*>(start);
}

Arena::Chunk* Arena::TakeChunk(size_t bytes) {
  while (spare_ != nullptr) {
    Chunk* chunk = std::exchange(spare_, spare_->previous);
    if (chunk->bytes - sizeof(Chunk) >= bytes) return chunk;
    ReleaseChunk(chunk);
  }
  Chunk* chunk = nullptr;
  // Near the limit a smaller chunk may be had.
  for (size_t total = next_chunk_bytes_; chunk == nullptr && total >= sizeof(Chunk) + bytes; total /= 2) {
    chunk = NewChunk(total - sizeof(Chunk));
  }
  if (chunk != nullptr) next_chunk_bytes_ = std::min(next_chunk_bytes_ * 2, options_.max_chunk_bytes);
  return chunk;
}

Arena::Chunk* Arena::NewChunk(size_t bytes) {
  static_assert(sizeof(Chunk) % kDefaultAlignment == 0);
  size_t total = AlignUp(sizeof(Chunk) + bytes, kDefaultAlignment);
  const bool mapped = total >= kMappedBytes;
  if (mapped) total = AlignUp(total, kPageBytes);
  // What is held never exceeds the limit.
  const auto take = [&] {
    return total <= options_.max_bytes - reserved_bytes_ &&
           (options_.budget == nullptr || options_.budget->Take(total));
  };
  if (!take()) {
    Trim();
    if (!take()) return nullptr;
  }
  void* memory;
  if (mapped) {
    memory = mmap(nullptr, total, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) memory = nullptr;
  } else {
    memory = std::malloc(total);
  }
  if (memory == nullptr) {
    if (options_.budget != nullptr) options_.budget->Return(total);
    return nullptr;
  }
  reserved_bytes_ += total;
  peak_reserved_bytes_ = std::max(peak_reserved_bytes_, reserved_bytes_);
  Chunk* chunk = new (memory) Chunk{nullptr, total};
  PoisonMemory(chunk + 1, total - sizeof(Chunk));
  return chunk;
}

void Arena::ReleaseChunk(Chunk* chunk) {
  const size_t bytes = chunk->bytes;
  reserved_bytes_ -= bytes;
  if (options_.budget != nullptr) options_.budget->Return(bytes);
  UnpoisonMemory(chunk, bytes);
  if (bytes >= kMappedBytes) {
    FOXVM_CHECK(munmap(chunk, bytes) == 0);
  } else {
    std::free(chunk);
  }
}

void Arena::Use(Chunk* chunk) {
  chunk->previous = chunks_;
  if (chunks_ == nullptr) oldest_chunk_ = chunk;
  chunks_ = chunk;
  used_chunk_bytes_ += chunk->bytes;
  cursor_ = chunk->begin();
  limit_ = chunk->end();
}

Arena::Mark Arena::Save() const {
  Mark mark;
  mark.chunk_ = chunks_;
  mark.large_ = large_;
  mark.cleanups_ = cleanups_;
  mark.cursor_ = cursor_;
  if (debug_ != nullptr) mark.allocations_ = debug_->allocations.size();
  return mark;
}

void Arena::RunCleanups(const Cleanup* last) {
  in_cleanups_ = true;
  while (cleanups_ != last) {
    // Unlinked first: a destructor may look at the arena.
    const Cleanup* cleanup = std::exchange(cleanups_, cleanups_->next);
    cleanup->run(cleanup->object);
  }
  in_cleanups_ = false;
}

void Arena::EndDebugAllocations(size_t kept) {
  while (debug_->allocations.size() > kept) {
    const Debug::Allocation ended = debug_->allocations.back();
    debug_->allocations.pop_back();
    UnpoisonMemory(ended.address, ended.bytes + kRedZoneBytes);
    // Valgrind has reported the write itself, and takes the zone for undefined.
    for (size_t i = 0; i < kRedZoneBytes && !RunningOnValgrind(); ++i) {
      if (ended.address[ended.bytes + i] == kRedZone) continue;
      std::fprintf(stderr, "arena: %zu bytes at %p were written past their end\n", ended.bytes,
                   static_cast<void*>(ended.address));
      CheckFailed(__FILE__, __LINE__, "the red zone behind an allocation is intact");
    }
    std::memset(ended.address, kEnded, ended.bytes + kRedZoneBytes);
    PoisonMemory(ended.address, ended.bytes + kRedZoneBytes);
  }
}

void Arena::Retire(Chunk* first, Chunk* last, Chunk** list) {
  if constexpr (kAddressSanitizer) {
    for (Chunk* chunk = first;; chunk = chunk->previous) {
      PoisonMemory(chunk + 1, chunk->bytes - sizeof(Chunk));
      if (chunk == last) break;
    }
  }
  last->previous = *list;
  *list = first;
}

void Arena::Reset() {
  if (in_cleanups_) return;
  RunCleanups(nullptr);
  if (debug_ != nullptr) {
    EndDebugAllocations(0);
    debug_->limit = NoMemory();
  }
  cursor_ = limit_ = NoMemory();
  if (chunks_ != nullptr) Retire(std::exchange(chunks_, nullptr), oldest_chunk_, &spare_);
  if (large_ != nullptr) Retire(std::exchange(large_, nullptr), oldest_large_, &dead_);
  used_chunk_bytes_ = 0;
  ReleaseSome();
}

void Arena::Rewind(const Mark& mark) {
  if (in_cleanups_) return;
  if (mark.chunk_ == nullptr && mark.large_ == nullptr && mark.cleanups_ == nullptr) return Reset();
  RunCleanups(mark.cleanups_);
  if (debug_ != nullptr) EndDebugAllocations(mark.allocations_);
  while (chunks_ != mark.chunk_) {
    Chunk* chunk = std::exchange(chunks_, chunks_->previous);
    used_chunk_bytes_ -= chunk->bytes;
    Retire(chunk, chunk, &spare_);
  }
  while (large_ != mark.large_) {
    Chunk* block = std::exchange(large_, large_->previous);
    used_chunk_bytes_ -= block->bytes;
    Retire(block, block, &dead_);
  }
  cursor_ = mark.cursor_;
  const uintptr_t limit = chunks_ == nullptr ? NoMemory() : chunks_->end();
  limit_ = debug_ == nullptr ? limit : cursor_;
  if (debug_ != nullptr) debug_->limit = limit;
  if constexpr (kAddressSanitizer) PoisonMemory(reinterpret_cast<void*>(cursor_), limit - cursor_);
  ReleaseSome();
}

void Arena::ReleaseSome() {
  for (int i = 0; i < kReleasedAtATime; ++i) {
    if (dead_ != nullptr) {
      ReleaseChunk(std::exchange(dead_, dead_->previous));
    } else if (spare_ != nullptr && reserved_bytes_ - used_chunk_bytes_ > options_.kept_bytes) {
      ReleaseChunk(std::exchange(spare_, spare_->previous));
    }
  }
}

void Arena::Trim() {
  for (Chunk** list : {&dead_, &spare_}) {
    while (*list != nullptr) ReleaseChunk(std::exchange(*list, (*list)->previous));
  }
}

bool Arena::Contains(const void* address) const {
  const auto at = reinterpret_cast<uintptr_t>(address);
  for (const Chunk* list : {chunks_, large_}) {
    for (const Chunk* chunk = list; chunk != nullptr; chunk = chunk->previous) {
      const uintptr_t end = chunk == chunks_ ? cursor_ : chunk->end();
      if (at >= chunk->begin() && at < end) return true;
    }
  }
  return false;
}

ArenaStatistics Arena::statistics() const {
  const size_t current_rest = chunks_ == nullptr ? 0 : chunks_->end() - cursor_;
  return {.used_bytes = used_chunk_bytes_ - current_rest,
          .reserved_bytes = reserved_bytes_,
          .spare_bytes = reserved_bytes_ - used_chunk_bytes_,
          .peak_reserved_bytes = peak_reserved_bytes_};
}

}  // namespace foxvm::gc
