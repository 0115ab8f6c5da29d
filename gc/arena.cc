#include "gc/arena.h"

#include <algorithm>

#include "gc/check.h"

namespace foxvm::gc {

namespace {

constexpr size_t kAlignment = alignof(std::max_align_t);

}  // namespace

Arena::~Arena() {
  while (chunks_ != nullptr) {
    Chunk* next = chunks_->next;
    ::operator delete(chunks_);
    chunks_ = next;
  }
}

Arena::Chunk* Arena::AddChunk(size_t bytes) {
  static_assert(sizeof(Chunk) % kAlignment == 0, "the memory after the chunk's header is aligned");
  Chunk* chunk = new (::operator new(bytes)) Chunk{chunks_, bytes};
  chunks_ = chunk;
  reserved_bytes_ += bytes;
  return chunk;
}

void* Arena::AllocateSlow(size_t bytes, size_t alignment) {
  FOXVM_CHECK(alignment <= kAlignment);
  FOXVM_CHECK(bytes <= SIZE_MAX / 2);
  if (bytes > next_chunk_bytes_ / 4) return AddChunk(sizeof(Chunk) + bytes) + 1;
  Chunk* chunk = AddChunk(next_chunk_bytes_);
  next_chunk_bytes_ = std::min(next_chunk_bytes_ * 2, kMaxChunkBytes);
  const uintptr_t start = reinterpret_cast<uintptr_t>(chunk + 1);
  limit_ = reinterpret_cast<uintptr_t>(chunk) + chunk->bytes;
  cursor_ = start + bytes;
  return reinterpret_cast<void*>(start);
}

}  // namespace foxvm::gc
