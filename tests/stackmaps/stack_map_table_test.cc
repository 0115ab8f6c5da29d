#include "stackmaps/stack_map_table.h"

#include <map>
#include <random>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace foxvm::stackmaps {
namespace {

struct Expected {
  std::vector<uint64_t> bits;
  uint32_t begin, end;
};

TEST(StackMapTable, FindsEveryKeyAndNoOther) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 50; ++round) {
    StackMapTableBuilder builder;
    std::map<uint32_t, Expected> expected;
    uint32_t key = random() % 5;
    for (int n = 0; n < 200; ++n) {
      Expected map;
      map.bits.assign(random() % 3, random() % 4);
      map.begin = static_cast<uint32_t>(random() % 3);
      map.end = map.begin + static_cast<uint32_t>(random() % 3);
      builder.Add(key, builder.Intern({map.bits, map.begin, map.end}));
      expected[key] = map;
      key += 1 + static_cast<uint32_t>(random() % (round == 0 ? 1 : 300));
    }
    StackMapTable table = builder.Build();
    EXPECT_EQ(table.size(), expected.size());
    for (uint32_t k = 0; k < key + 10; ++k) {
      StackMap found;
      auto at = expected.find(k);
      ASSERT_EQ(table.Find(k, &found), at != expected.end()) << k;
      if (at == expected.end()) continue;
      for (size_t word = 0; word < at->second.bits.size(); ++word) {
        uint64_t bits = word < found.bits.size() ? found.bits[word] : 0;
        ASSERT_EQ(bits, at->second.bits[word]) << k;
      }
      ASSERT_EQ(found.range_begin, at->second.begin);
      ASSERT_EQ(found.range_end, at->second.end);
    }
  }
}

TEST(StackMapTable, AnEmptyTableFindsNothing) {
  StackMapTable table = StackMapTableBuilder().Build();
  StackMap map;
  EXPECT_FALSE(table.Find(0, &map));
  EXPECT_EQ(table.size(), 0u);
}

TEST(StackMapTable, EqualMapsShareTheirBits) {
  std::vector<uint64_t> bits(100, 0x5555);
  StackMapTableBuilder builder;
  for (uint32_t key = 0; key < 10000; ++key) builder.Add(key, builder.Intern({bits, 0, 0}));
  // Two bytes of key and map index each, a checkpoint in sixteen, and one copy of the 800 bytes of bits.
  EXPECT_LT(builder.Build().memory_bytes(), 50000u);
}

}  // namespace
}  // namespace foxvm::stackmaps
