// StackMapTable: the maps of one function, compact and searchable.
// How: keys are delta-coded bytes with a checkpoint every 16 entries; bitmaps are shared between equal maps. Lookup is
//      a binary search over checkpoints and a short decode.
// Invariants: keys are strictly increasing.
// Threads: immutable once built.  Owns: its bitmaps.
#ifndef FOXVM_STACKMAPS_STACK_MAP_TABLE_H_
#define FOXVM_STACKMAPS_STACK_MAP_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/types/span.h"
#include "stackmaps/stack_map.h"

namespace foxvm::stackmaps {

class StackMapTable {
 public:
  // Finds the map stored under `key`; false when there is none.
  bool Find(uint32_t key, StackMap* map) const;
  size_t size() const { return size_; }
  // Bytes held, for statistics.
  size_t memory_bytes() const;

 private:
  friend class StackMapTableBuilder;
  struct Checkpoint {
    uint32_t key;   // of the first entry behind it
    uint32_t byte;  // where that entry's bytes begin
  };
  struct Shape {
    uint32_t first_word;  // into words_
    uint32_t word_count;
    uint32_t range_begin;
    uint32_t range_end;
  };
  static constexpr size_t kEntriesPerCheckpoint = 16;

  StackMap ShapeAt(uint32_t index) const {
    const Shape& s = shapes_[index];
    return {absl::MakeConstSpan(words_).subspan(s.first_word, s.word_count), s.range_begin, s.range_end};
  }

  std::vector<Checkpoint> checkpoints_;
  std::vector<uint8_t> bytes_;  // per entry: varint key delta, varint shape index
  std::vector<Shape> shapes_;
  std::vector<uint64_t> words_;
  size_t size_ = 0;
};

// Collects maps in increasing key order.
class StackMapTableBuilder {
 public:
  StackMapTableBuilder() : shapes_(0, ShapeHash{&table_}, ShapeEqual{&table_}) {}
  StackMapTableBuilder(const StackMapTableBuilder&) = delete;
  StackMapTableBuilder& operator=(const StackMapTableBuilder&) = delete;

  // The index of a shared map equal to `map`, which is copied; trailing zero words are dropped.
  uint32_t Intern(const StackMap& map);
  // Stores map `shape` (from Intern) under `key`. Requires a key above all earlier ones.
  void Add(uint32_t key, uint32_t shape);
  StackMapTable Build();

 private:
  // The set holds shape indices only; their contents are in the table.
  struct ShapeHash {
    using is_transparent = void;
    const StackMapTable* table;
    size_t operator()(uint32_t index) const { return (*this)(table->ShapeAt(index)); }
    size_t operator()(const StackMap& map) const;
  };
  struct ShapeEqual {
    using is_transparent = void;
    const StackMapTable* table;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(uint32_t a, const StackMap& b) const;
    bool operator()(const StackMap& a, uint32_t b) const { return (*this)(b, a); }
  };

  StackMapTable table_;
  uint32_t last_key_ = 0;
  absl::flat_hash_set<uint32_t, ShapeHash, ShapeEqual> shapes_;
};

}  // namespace foxvm::stackmaps

#endif  // FOXVM_STACKMAPS_STACK_MAP_TABLE_H_
