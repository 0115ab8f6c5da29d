#include "stackmaps/stack_map_table.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"

namespace foxvm::stackmaps {
namespace {

void AppendVarint(std::vector<uint8_t>* bytes, uint32_t v) {
  while (v >= 0x80) {
    bytes->push_back(static_cast<uint8_t>(v | 0x80));
    v >>= 7;
  }
  bytes->push_back(static_cast<uint8_t>(v));
}

uint32_t ReadVarint(const std::vector<uint8_t>& bytes, uint32_t* at) {
  uint32_t v = 0;
  for (int shift = 0;; shift += 7) {
    uint8_t b = bytes[(*at)++];
    v |= uint32_t{b & 0x7Fu} << shift;
    if (b < 0x80) return v;
  }
}

}  // namespace

bool StackMapTable::Find(uint32_t key, StackMap* map) const {
  auto after = std::upper_bound(checkpoints_.begin(), checkpoints_.end(), key,
                                [](uint32_t k, const Checkpoint& c) { return k < c.key; });
  if (after == checkpoints_.begin()) return false;
  const Checkpoint& checkpoint = *(after - 1);
  uint32_t end = after == checkpoints_.end() ? static_cast<uint32_t>(bytes_.size()) : after->byte;
  uint32_t at = checkpoint.byte;
  uint32_t current = checkpoint.key;
  for (bool first = true; at < end; first = false) {
    uint32_t delta = ReadVarint(bytes_, &at);
    uint32_t shape = ReadVarint(bytes_, &at);
    if (!first) current += delta;
    if (current > key) return false;
    if (current == key) {
      *map = ShapeAt(shape);
      return true;
    }
  }
  return false;
}

size_t StackMapTable::memory_bytes() const {
  return checkpoints_.capacity() * sizeof(Checkpoint) + bytes_.capacity() +
         shapes_.capacity() * sizeof(Shape) + words_.capacity() * sizeof(uint64_t);
}

size_t StackMapTableBuilder::ShapeHash::operator()(const StackMap& map) const {
  return absl::HashOf(map.bits, map.range_begin, map.range_end);
}

bool StackMapTableBuilder::ShapeEqual::operator()(uint32_t a, const StackMap& b) const {
  StackMap shape = table->ShapeAt(a);
  return shape.range_begin == b.range_begin && shape.range_end == b.range_end && shape.bits == b.bits;
}

uint32_t StackMapTableBuilder::Intern(const StackMap& map) {
  StackMap trimmed = map;
  while (!trimmed.bits.empty() && trimmed.bits.back() == 0) trimmed.bits.remove_suffix(1);
  auto known = shapes_.find(trimmed);
  if (known != shapes_.end()) return *known;
  uint32_t index = static_cast<uint32_t>(table_.shapes_.size());
  table_.shapes_.push_back({static_cast<uint32_t>(table_.words_.size()),
                            static_cast<uint32_t>(trimmed.bits.size()), trimmed.range_begin,
                            trimmed.range_end});
  table_.words_.insert(table_.words_.end(), trimmed.bits.begin(), trimmed.bits.end());
  shapes_.insert(index);
  return index;
}

void StackMapTableBuilder::Add(uint32_t key, uint32_t shape) {
  if (table_.size_ % StackMapTable::kEntriesPerCheckpoint == 0) {
    table_.checkpoints_.push_back({key, static_cast<uint32_t>(table_.bytes_.size())});
  }
  AppendVarint(&table_.bytes_, key - last_key_);
  AppendVarint(&table_.bytes_, shape);
  last_key_ = key;
  ++table_.size_;
}

StackMapTable StackMapTableBuilder::Build() {
  table_.checkpoints_.shrink_to_fit();
  table_.bytes_.shrink_to_fit();
  table_.shapes_.shrink_to_fit();
  table_.words_.shrink_to_fit();
  return std::move(table_);
}

}  // namespace foxvm::stackmaps
