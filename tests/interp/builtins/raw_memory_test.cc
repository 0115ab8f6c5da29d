#include "interp/builtins/raw_memory.h"

#include <cstdint>
#include <limits>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace foxvm::builtins {
namespace {

constexpr absl::string_view kNil = "segmentation fault: nil pointer";
constexpr absl::string_view kOutside = "segmentation fault: out of bounds";

absl::string_view FindError(RawMemory& memory, uint64_t address, int64_t offset, int64_t count) {
  absl::StatusOr<absl::Span<char>> found = memory.Find(address, offset, count);
  if (found.ok()) return "";
  return found.status().message() == kNil ? kNil : kOutside;
}

TEST(RawMemoryTest, BlocksAreZeroedDisjointAndWritable) {
  RawMemory memory;
  uint64_t p = *memory.Allocate(100);
  uint64_t q = *memory.Allocate(100);
  EXPECT_EQ(p % 16, 0u);
  absl::Span<char> bytes = *memory.Find(p, 0, 100);
  for (char byte : bytes) EXPECT_EQ(byte, 0);
  bytes[99] = 'x';
  EXPECT_EQ((*memory.Find(p, 99, 1))[0], 'x');
  EXPECT_EQ((*memory.Find(p + 50, 49, 1))[0], 'x');
  EXPECT_EQ((*memory.Find(p + 99, -99, 100)).data(), bytes.data());
  EXPECT_EQ((*memory.Find(q, 99, 1))[0], 0);
}

TEST(RawMemoryTest, RangesMustLieInsideOneBlock) {
  RawMemory memory;
  uint64_t p = *memory.Allocate(64);
  EXPECT_EQ(FindError(memory, p, 0, 64), "");
  EXPECT_EQ(FindError(memory, p, 64, 0), "");
  EXPECT_EQ(FindError(memory, p, 0, 65), kOutside);
  EXPECT_EQ(FindError(memory, p, 64, 1), kOutside);
  EXPECT_EQ(FindError(memory, p, -1, 1), kOutside);
  EXPECT_EQ(FindError(memory, p, 0, -1), kOutside);
  EXPECT_EQ(FindError(memory, p, 1, std::numeric_limits<int64_t>::max()), kOutside);
}

TEST(RawMemoryTest, AddressArithmeticDoesNotWrap) {
  RawMemory memory;
  uint64_t p = *memory.Allocate(64);
  constexpr uint64_t kTop = std::numeric_limits<uint64_t>::max();
  EXPECT_EQ(FindError(memory, kTop, 0, 1), kOutside);
  EXPECT_EQ(FindError(memory, kTop, 2, 1), kOutside);
  EXPECT_EQ(FindError(memory, 1, -2, 1), kOutside);
  EXPECT_EQ(FindError(memory, p, std::numeric_limits<int64_t>::min(), 1), kOutside);
  EXPECT_EQ(FindError(memory, p, std::numeric_limits<int64_t>::max(), 1), kOutside);
  // Reaches p only modulo 2^64.
  EXPECT_EQ(FindError(memory, p + (uint64_t{1} << 63), std::numeric_limits<int64_t>::min(), 1), "");
  EXPECT_EQ(FindError(memory, kTop - 15, static_cast<int64_t>(p) + 16, 1), kOutside);
}

TEST(RawMemoryTest, NilIsToldFromWild) {
  RawMemory memory;
  EXPECT_EQ(FindError(memory, 0, 0, 1), kNil);
  EXPECT_EQ(FindError(memory, 0, 100, 1), kNil);
  EXPECT_EQ(FindError(memory, 100, -100, 1), kNil);
  EXPECT_EQ(FindError(memory, 1, 0, 1), kOutside);
}

TEST(RawMemoryTest, RefusesSizesAndTotalsPastTheLimits) {
  RawMemory memory(RawMemoryLimits{.block_bytes = 1000, .total_bytes = 1500});
  EXPECT_EQ(memory.Allocate(0).status().message(), "invalid allocation size: 0");
  EXPECT_EQ(memory.Allocate(-5).status().message(), "invalid allocation size: -5");
  EXPECT_EQ(memory.Allocate(1001).status().message(), "allocation size 1001 exceeds tray limit 1000");
  EXPECT_EQ(memory.Allocate(std::numeric_limits<int64_t>::max()).status().message(),
            "allocation size 9223372036854775807 exceeds tray limit 1000");
  EXPECT_EQ(memory.reserved_bytes(), 0u);
  EXPECT_TRUE(memory.Allocate(1000).ok());
  EXPECT_EQ(memory.Allocate(1000).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(memory.Allocate(1000).status().message(), "virtual memory limit reached");
  EXPECT_LE(memory.reserved_bytes(), 1500u);
}

TEST(RawMemoryTest, TinyBlocksAreChargedTheirBookkeeping) {
  RawMemory memory(RawMemoryLimits{.block_bytes = 1000, .total_bytes = 64 * 1024});
  int blocks = 0;
  while (memory.Allocate(1).ok()) ++blocks;
  EXPECT_GT(blocks, 100);
  EXPECT_LT(blocks, 1000);
}

TEST(RawMemoryTest, DefaultLimitsAllowLargeBlocks) {
  RawMemory memory;
  EXPECT_TRUE(memory.Allocate(int64_t{16} << 20).ok());
}

}  // namespace
}  // namespace foxvm::builtins
