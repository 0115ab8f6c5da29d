// The host's memory calls from C++: against a model with random calls, and one by one at their limits. That
// they work in a program without a C library is calls_test's.
#include "vm/compat/corelib/corelib.h"

#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace {

constexpr uint64_t kPageMagic = 0x584F464C454F5A56;

struct PageHeader {
  PageHeader* next;
  PageHeader* previous;
  int64_t seconds;
  uint64_t bytes;
  uint64_t magic;
};

int64_t SizeWord(const void* block) { return static_cast<const int64_t*>(block)[-1]; }
uintptr_t AddressOf(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer); }
char* BytesAt(void* block) { return static_cast<char*>(block); }

bool AllBytesAre(const void* memory, size_t bytes, unsigned char value) {
  const auto* at = static_cast<const unsigned char*>(memory);
  for (size_t i = 0; i < bytes; ++i) {
    if (at[i] != value) return false;
  }
  return true;
}

// Walks the page headers back from the current page. Their number; fails the test when one is wrong.
size_t CountPages() {
  auto* page = reinterpret_cast<PageHeader*>(current_page_ptr);
  size_t pages = 0;
  PageHeader* behind = nullptr;
  for (; page != nullptr; behind = page, page = page->previous, ++pages) {
    EXPECT_EQ(page->magic, kPageMagic);
    EXPECT_EQ(page->next, behind);
    EXPECT_GT(page->seconds, 0);
    EXPECT_EQ(page->bytes % 4096, 0u);
    EXPECT_EQ(AddressOf(page) % 4096, 0u);
  }
  return pages;
}

class CorelibTest : public testing::Test {
 protected:
  void SetUp() override { mem_reset(); }
};

TEST_F(CorelibTest, BlockHasSizeInFrontAndIsZero) {
  for (int64_t size : {0, 1, 8, 9, 24, 4000, 4040, 4041, 5000, 1 << 20}) {
    void* block = mem_alloc(size);
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(AddressOf(block) % 16, 8u);
    EXPECT_EQ(SizeWord(block), size);
    EXPECT_TRUE(AllBytesAre(block, static_cast<size_t>(size), 0));
    std::memset(block, 0xFF, static_cast<size_t>(size));
  }
  EXPECT_EQ(CountPages(), 6u);
}

TEST_F(CorelibTest, ImpossibleSizesGiveNull) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  for (int64_t size :
       {kMin, kMin + 1, int64_t{-1}, int64_t{-9}, kMax, kMax - 7, kMax - 64, int64_t{1} << 60}) {
    EXPECT_EQ(mem_alloc(size), nullptr) << size;
    EXPECT_EQ(arena_create(size), nullptr) << size;
    EXPECT_EQ(pool_create(size, 1), nullptr) << size;
    EXPECT_EQ(pool_create(8, size), nullptr) << size;
  }
  EXPECT_EQ(arena_create(0), nullptr);
  EXPECT_EQ(pool_create(8, 0), nullptr);
  EXPECT_EQ(pool_create(0, 8), nullptr);
  EXPECT_EQ(pool_create(int64_t{1} << 33, int64_t{1} << 31), nullptr);
  EXPECT_NE(mem_alloc(1), nullptr);
}

TEST_F(CorelibTest, FreedBlockIsMarkedAndUsedAgain) {
  void* block = mem_alloc(40);
  std::memset(block, 0xFF, 40);
  mem_free(block);
  EXPECT_EQ(SizeWord(block), -40);
  void* again = mem_alloc(40);
  EXPECT_EQ(again, block);
  EXPECT_TRUE(AllBytesAre(again, 40, 0));
}

TEST_F(CorelibTest, StaleInnerAndForeignPointersAreNotFreed) {
  void* first = mem_alloc(100);
  void* block = mem_alloc(100);
  std::memset(block, 1, 100);
  for (int offset = -8; offset < 112; ++offset) {
    if (offset != 0) mem_free(BytesAt(block) + offset);
  }
  EXPECT_EQ(SizeWord(first), 100);
  EXPECT_EQ(SizeWord(block), 100);
  mem_free(block);
  mem_free(block);
  EXPECT_EQ(SizeWord(block), -100);
  int64_t foreign[4] = {16, 16, 16, 16};
  mem_free(&foreign[1]);
  EXPECT_EQ(foreign[0], 16);
  mem_free(nullptr);
  mem_free(reinterpret_cast<void*>(8));
  mem_free(reinterpret_cast<void*>(~uintptr_t{7}));
  void* large = mem_alloc(1 << 20);
  mem_free(BytesAt(large) + 4096);
  mem_free(BytesAt(large) + 16);
  EXPECT_EQ(SizeWord(large), 1 << 20);
  mem_free(large);
  mem_free(large);
  EXPECT_EQ(CountPages(), 1u);
}

TEST_F(CorelibTest, OverrunHarmsTheNeighbourOnly) {
  void* block = mem_alloc(24);
  void* neighbour = mem_alloc(24);
  void* other = mem_alloc(24);
  std::memset(block, 0xEE, 24 + 8 + 24);
  mem_free(neighbour);
  mem_free(block);
  std::memset(other, 0x11, 24);
  std::vector<void*> blocks;
  for (int i = 0; i < 1000; ++i) blocks.push_back(mem_alloc(24));
  EXPECT_TRUE(AllBytesAre(other, 24, 0x11));
  EXPECT_EQ(std::set<void*>(blocks.begin(), blocks.end()).size(), blocks.size());
}

TEST_F(CorelibTest, HolesOfFullPagesAreFilled) {
  std::vector<void*> blocks;
  for (int i = 0; i < 10000; ++i) blocks.push_back(mem_alloc(40));
  size_t pages = CountPages();
  for (size_t i = 0; i < blocks.size(); i += 2) mem_free(blocks[i]);
  for (size_t i = 0; i < blocks.size(); i += 2) blocks[i] = mem_alloc(40);
  EXPECT_LE(CountPages(), pages + 1);
  for (void* block : blocks) mem_free(block);
  EXPECT_EQ(CountPages(), 1u);
}

TEST_F(CorelibTest, PagesOfSmallBlocksServeLargeOnes) {
  std::vector<void*> blocks;
  for (int i = 0; i < 100000; ++i) blocks.push_back(mem_alloc(24));
  auto [low, high] = std::pair(AddressOf(blocks.front()), AddressOf(blocks.back()));
  for (void* block : blocks) mem_free(block);
  void* large = mem_alloc(1 << 20);
  EXPECT_GE(AddressOf(large), low);
  EXPECT_LE(AddressOf(large), high);
  EXPECT_TRUE(AllBytesAre(large, 1 << 20, 0));
}

TEST_F(CorelibTest, ResetDropsEverythingButOnePage) {
  void* arena = arena_create(256);
  void* pool = pool_create(16, 4);
  for (int i = 0; i < 3000; ++i) std::memset(mem_alloc(500), 0xFF, 500);
  mem_alloc(1 << 22);
  mem_reset();
  EXPECT_EQ(CountPages(), 1u);
  EXPECT_EQ(current_offset, 48);
  EXPECT_EQ(arena_alloc(arena, 8), nullptr);
  EXPECT_EQ(pool_alloc(pool), nullptr);
  for (int i = 0; i < 3000; ++i) ASSERT_TRUE(AllBytesAre(mem_alloc(500), 500, 0));
}

TEST_F(CorelibTest, RandomCallsAgreeWithModel) {
  struct Block {
    void* memory;
    size_t size;
    unsigned char fill;
  };
  std::mt19937 random(7);
  std::vector<Block> blocks;
  std::vector<void*> freed;
  for (int step = 0; step < 200000; ++step) {
    uint32_t choice = random() % 1000;
    // Grows for a while, shrinks for a while.
    uint32_t allocations = (step / 20000) % 2 == 0 ? 600 : 400;
    if (choice == 0 && random() % 20 == 0) {
      mem_reset();
      blocks.clear();
      freed.clear();
    } else if (choice < allocations || blocks.empty()) {
      size_t size = random() % 100 == 0 ? random() % 100000
                    : random() % 8 == 0 ? random() % 4100
                                        : random() % 100;
      Block block{mem_alloc(static_cast<int64_t>(size)), size, static_cast<unsigned char>(random())};
      ASSERT_NE(block.memory, nullptr);
      ASSERT_TRUE(AllBytesAre(block.memory, size, 0)) << step;
      ASSERT_EQ(SizeWord(block.memory), static_cast<int64_t>(size));
      std::memset(block.memory, block.fill, size);
      blocks.push_back(block);
    } else {
      size_t at = random() % blocks.size();
      Block block = blocks[at];
      ASSERT_TRUE(AllBytesAre(block.memory, block.size, block.fill)) << step;
      ASSERT_EQ(SizeWord(block.memory), static_cast<int64_t>(block.size));
      mem_free(block.memory);
      blocks[at] = blocks.back();
      blocks.pop_back();
      mem_free(block.memory);
      mem_free(BytesAt(block.memory) + 16 * (1 + random() % 10) * (block.size > 176 ? 1 : 0));
    }
    if (step % 20000 == 0) CountPages();
  }
  for (const Block& block : blocks) {
    EXPECT_TRUE(AllBytesAre(block.memory, block.size, block.fill));
    mem_free(block.memory);
  }
  EXPECT_EQ(CountPages(), 1u);
}

TEST_F(CorelibTest, ArenaHandsOutBytesInOrder) {
  void* arena = arena_create(100);
  auto* header = static_cast<uint64_t*>(arena);
  EXPECT_EQ(header[0], AddressOf(arena) + 32);
  EXPECT_EQ(header[2], AddressOf(arena) + 100);
  EXPECT_EQ(arena_get_capacity(arena), 68);
  EXPECT_EQ(arena_alloc(arena, 3), BytesAt(arena) + 32);
  EXPECT_EQ(arena_alloc(arena, 0), BytesAt(arena) + 35);
  EXPECT_EQ(arena_alloc(arena, -1), nullptr);
  EXPECT_EQ(arena_alloc(arena, std::numeric_limits<int64_t>::min()), nullptr);
  EXPECT_EQ(arena_alloc(arena, 66), nullptr);
  EXPECT_EQ(arena_alloc(arena, 65), BytesAt(arena) + 35);
  EXPECT_EQ(arena_get_usage(arena), 68);
  arena_reset(arena);
  EXPECT_EQ(arena_get_usage(arena), 0);
  EXPECT_EQ(arena_alloc(arena, 68), BytesAt(arena) + 32);
}

TEST_F(CorelibTest, WhatIsNoArenaOrPoolIsRefused) {
  uint64_t foreign[8] = {0, 0, ~uint64_t{0}, 8, 0, pool_magic_sig, 0, 0};
  void* block = mem_alloc(64);
  void* arena = arena_create(64);
  static_cast<uint64_t*>(arena)[2] = ~uint64_t{0};
  for (void* pointer : {static_cast<void*>(foreign), block, arena, static_cast<void*>(nullptr)}) {
    EXPECT_EQ(arena_alloc(pointer, 8), nullptr);
    EXPECT_EQ(arena_get_usage(pointer), 0);
    EXPECT_EQ(arena_get_capacity(pointer), 0);
    arena_reset(pointer);
    EXPECT_EQ(pool_alloc(pointer), nullptr);
    EXPECT_EQ(pool_validate(pointer), 0);
    pool_free(pointer, foreign);
  }
  EXPECT_EQ(foreign[1], 0u);
}

TEST_F(CorelibTest, PoolReusesWhatWasFreedLast) {
  void* pool = pool_create(24, 3);
  EXPECT_EQ(pool_validate(pool), 1);
  void* a = pool_alloc(pool);
  void* b = pool_alloc(pool);
  void* c = pool_alloc(pool);
  EXPECT_EQ(pool_alloc(pool), nullptr);
  EXPECT_EQ(BytesAt(b) - BytesAt(a), 24);
  pool_free(pool, a);
  pool_free(pool, c);
  EXPECT_EQ(pool_alloc(pool), c);
  EXPECT_EQ(pool_alloc(pool), a);
  EXPECT_EQ(pool_alloc(pool), nullptr);
}

TEST_F(CorelibTest, PoolKnowsEveryDoubleFree) {
  for (int64_t object_size : {8, 9, 13, 16, 24, 31, 100}) {
    void* pool = pool_create(object_size, 100);
    std::vector<void*> objects;
    while (void* object = pool_alloc(pool)) objects.push_back(object);
    ASSERT_EQ(objects.size(), 100u);
    // Objects that hold pointers into the pool are freed all the same.
    for (void* object : objects) std::memcpy(object, &objects[50], sizeof(void*));
    for (void* object : objects) {
      for (int64_t inner = 1; inner < object_size; ++inner) pool_free(pool, BytesAt(object) + inner);
      pool_free(pool, object);
      pool_free(pool, object);
    }
    std::set<void*> again;
    while (void* object = pool_alloc(pool)) again.insert(object);
    EXPECT_EQ(again, std::set<void*>(objects.begin(), objects.end()));
  }
}

TEST_F(CorelibTest, WriteToFreedObjectCostsTheFreeListOnly) {
  void* pool = pool_create(32, 4);
  void* a = pool_alloc(pool);
  pool_alloc(pool);
  pool_free(pool, a);
  std::memset(a, 0xFF, 8);
  EXPECT_EQ(pool_alloc(pool), a);
  EXPECT_EQ(pool_alloc(pool), BytesAt(a) + 64);
  EXPECT_EQ(pool_alloc(pool), BytesAt(a) + 96);
  EXPECT_EQ(pool_alloc(pool), nullptr);
}

TEST_F(CorelibTest, FreedPoolIsNoPool) {
  void* pool = pool_create(32, 1000);
  void* object = pool_alloc(pool);
  mem_free(pool);
  EXPECT_EQ(pool_alloc(pool), nullptr);
  pool_free(pool, object);
  EXPECT_EQ(pool_validate(pool), 0);
}

}  // namespace
