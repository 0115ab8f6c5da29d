// ByteList: bytes that are appended and read once, in order.
// How: chunks that grow from small to large and are never moved: growing copies nothing and needs no second
//      room.
// Threads: one at a time.  Owns: its chunks.
#ifndef FOXVM_INTERP_BYTECODE_BYTE_LIST_H_
#define FOXVM_INTERP_BYTECODE_BYTE_LIST_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "absl/base/optimization.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace foxvm::bytecode {

class ByteList {
 public:
  void PutByte(uint8_t byte) {
    if (ABSL_PREDICT_FALSE(at_ == end_)) AddChunk();
    *at_++ = static_cast<char>(byte);
  }
  // LEB128, shortest form.
  void PutVarint(uint64_t value) {
    while (ABSL_PREDICT_FALSE(value >= 0x80)) {
      PutByte(static_cast<uint8_t>(value | 0x80));
      value >>= 7;
    }
    PutByte(static_cast<uint8_t>(value));
  }
  // `bytes` bytes of the value, the lowest first.
  void PutFixed(uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) PutByte(static_cast<uint8_t>(value >> (8 * i)));
  }
  void Append(absl::string_view bytes) {
    while (!bytes.empty()) {
      if (at_ == end_) AddChunk();
      const size_t count = std::min(bytes.size(), static_cast<size_t>(end_ - at_));
      std::memcpy(at_, bytes.data(), count);
      at_ += count;
      bytes.remove_prefix(count);
    }
  }
  // Length and bytes.
  void PutBytes(absl::string_view bytes) {
    PutVarint(bytes.size());
    Append(bytes);
  }

  size_t size() const {
    return full_bytes_ + (chunks_.empty() ? 0 : static_cast<size_t>(at_ - chunks_.back().bytes.get()));
  }

  // Calls `take` with the bytes, in pieces.
  template <typename Take>
  void ForEachPiece(Take take) const {
    for (const Chunk& chunk : chunks_) {
      const bool last = &chunk == &chunks_.back();
      take(absl::string_view(chunk.bytes.get(),
                             last ? static_cast<size_t>(at_ - chunk.bytes.get()) : chunk.size));
    }
  }

 private:
  static constexpr size_t kFirstChunk = 256;
  static constexpr size_t kLargestChunk = size_t{32} << 10;

  struct Chunk {
    std::unique_ptr<char[]> bytes;
    size_t size;
  };

  void AddChunk() {
    const size_t size = chunks_.empty() ? kFirstChunk : std::min(2 * chunks_.back().size, kLargestChunk);
    if (!chunks_.empty()) full_bytes_ += chunks_.back().size;
    chunks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
    at_ = chunks_.back().bytes.get();
    end_ = at_ + size;
  }

  std::vector<Chunk> chunks_;
  size_t full_bytes_ = 0;  // of all chunks but the last
  char* at_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace foxvm::bytecode

#endif  // FOXVM_INTERP_BYTECODE_BYTE_LIST_H_
