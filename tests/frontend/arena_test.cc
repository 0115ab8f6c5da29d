#include "gc/arena.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace foxvm::gc {
namespace {

struct Pair {
  int first;
  double second;
};

TEST(ArenaTest, AnUnusedArenaOwnsNothing) {
  Arena arena;
  EXPECT_EQ(arena.reserved_bytes(), 0u);
}

TEST(ArenaTest, NewConstructsFromItsArguments) {
  Arena arena;
  const Pair* pair = arena.New<Pair>(3, 4.5);
  EXPECT_EQ(pair->first, 3);
  EXPECT_EQ(pair->second, 4.5);
}

TEST(ArenaTest, AllocationsAreAlignedAndDisjoint) {
  Arena arena;
  std::vector<std::pair<uintptr_t, size_t>> taken;
  for (size_t i = 1; i < 3000; ++i) {
    const size_t alignment = size_t{1} << (i % 5);
    const size_t bytes = i % 97 + 1;
    void* memory = arena.Allocate(bytes, alignment);
    std::memset(memory, 0xAB, bytes);
    const uintptr_t address = reinterpret_cast<uintptr_t>(memory);
    EXPECT_EQ(address % alignment, 0u);
    for (const auto& [start, size] : taken) {
      ASSERT_TRUE(address + bytes <= start || start + size <= address);
    }
    if (i % 50 == 0) taken.emplace_back(address, bytes);
  }
}

TEST(ArenaTest, AddressesStayValidWhileItGrows) {
  Arena arena;
  std::vector<int*> numbers;
  for (int i = 0; i < 100000; ++i) numbers.push_back(arena.New<int>(i));
  for (int i = 0; i < 100000; ++i) ASSERT_EQ(*numbers[i], i);
}

TEST(ArenaTest, StartsSmallAndGrows) {
  Arena arena;
  arena.Allocate(1, 1);
  EXPECT_EQ(arena.reserved_bytes(), Arena::kFirstChunkBytes);
  for (int i = 0; i < 100000; ++i) arena.Allocate(100, 8);
  EXPECT_LE(arena.reserved_bytes(), 100000u * 104 + 2 * Arena::kMaxChunkBytes);
}

TEST(ArenaTest, LargeAllocationsLeaveTheCurrentChunkInUse) {
  Arena arena;
  char* before = static_cast<char*>(arena.Allocate(8, 8));
  void* large = arena.Allocate(Arena::kMaxChunkBytes * 3, 16);
  std::memset(large, 1, Arena::kMaxChunkBytes * 3);
  EXPECT_EQ(static_cast<char*>(arena.Allocate(8, 8)), before + 8);
}

TEST(ArenaTest, CopiesArraysAndStrings) {
  Arena arena;
  const std::vector<int> numbers = {1, 2, 3};
  const absl::Span<int> copy = arena.CopyArray<int>(numbers);
  EXPECT_EQ(std::vector<int>(copy.begin(), copy.end()), numbers);
  EXPECT_NE(copy.data(), numbers.data());
  EXPECT_TRUE(arena.CopyArray<int>({}).empty());

  std::string text = "halo";
  const absl::string_view kept = arena.CopyString(text);
  text = "lain";
  EXPECT_EQ(kept, "halo");
  EXPECT_EQ(arena.CopyString(""), "");
}

TEST(ArenaTest, EmptyAllocationsTakeNoMemory) {
  Arena arena;
  for (int i = 0; i < 100000; ++i) arena.Allocate(0, 16);
  EXPECT_LE(arena.reserved_bytes(), Arena::kFirstChunkBytes);
}

}  // namespace
}  // namespace foxvm::gc
