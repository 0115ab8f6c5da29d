#include "gc/pool.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "gc/memory_tools.h"
#include "gtest/gtest.h"

namespace foxvm::gc {
namespace {

PoolOptions NoSpare() {
  PoolOptions options;
  options.spare_bytes = 0;
  return options;
}

std::unique_ptr<Pool> MakePool(PoolOptions options = {}) {
  absl::StatusOr<std::unique_ptr<Pool>> pool = Pool::Create(std::move(options));
  EXPECT_TRUE(pool.ok()) << pool.status();
  return *std::move(pool);
}

std::vector<void*> AllocateMany(Pool& pool, size_t bytes, size_t count) {
  std::vector<void*> slots(count);
  for (void*& slot : slots) slot = pool.Allocate(bytes);
  return slots;
}

TEST(PoolTest, RefusesBadOptions) {
  for (const std::vector<size_t>& sizes : std::vector<std::vector<size_t>>{
           {}, {0}, {12}, {32, 16}, {16, 16}, {16, 4112}, std::vector<size_t>(33, 16)}) {
    PoolOptions options;
    options.class_bytes = sizes;
    EXPECT_EQ(Pool::Create(options).status().code(), absl::StatusCode::kInvalidArgument);
  }
  PoolOptions options;
  options.limit_bytes = Pool::kBlockBytes - 1;
  EXPECT_EQ(Pool::Create(options).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(PoolTest, EverySizeGetsTheSmallestClassThatHoldsIt) {
  std::unique_ptr<Pool> pool = MakePool();
  for (size_t bytes = 0; bytes <= 256; ++bytes) {
    size_t expected = 16;
    while (expected < bytes) expected *= 2;
    void* slot = pool->Allocate(bytes);
    ASSERT_NE(slot, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(slot) % expected, 0u);
    EXPECT_EQ(pool->statistics().live_bytes, expected) << bytes;
    std::memset(slot, 0xff, bytes);
    pool->Free(slot, bytes);
    EXPECT_EQ(pool->statistics().live_objects, 0u);
  }
}

TEST(PoolTest, SizesOverTheLargestClassGetNull) {
  std::unique_ptr<Pool> pool = MakePool();
  for (size_t bytes : {size_t{257}, size_t{4096}, size_t{4097}, SIZE_MAX - 14, SIZE_MAX}) {
    EXPECT_EQ(pool->Allocate(bytes), nullptr) << bytes;
  }
  EXPECT_EQ(pool->statistics().bytes_held, 0u);
}

TEST(PoolTest, ADoorForOneSizeSharesTheSlotsOfItsClass) {
  std::unique_ptr<Pool> pool = MakePool();
  const Pool::Sized sized = pool->ForSize(100);
  void* slot = sized.Allocate();
  ASSERT_NE(slot, nullptr);
  EXPECT_EQ(pool->statistics().live_bytes, 128u);
  pool->Free(slot, 128);
  void* again = sized.Allocate();
  EXPECT_EQ(pool->statistics().live_objects, 1u);
  sized.Free(again);
  sized.Free(nullptr);
  EXPECT_EQ(pool->statistics().live_objects, 0u);
  EXPECT_EQ(pool->ForSize(257).Allocate(), nullptr);
  EXPECT_EQ(pool->ForSize(SIZE_MAX).Allocate(), nullptr);
}

TEST(PoolTest, FreeOfNullDoesNothing) {
  for (bool debug : {false, true}) {
    PoolOptions options;
    options.debug = debug;
    std::unique_ptr<Pool> pool = MakePool(options);
    pool->Free(nullptr);
    pool->Free(nullptr, 32);
    EXPECT_EQ(pool->statistics().live_objects, 0u);
    EXPECT_NE(pool->Allocate(32), nullptr);
  }
}

TEST(PoolTest, ClassesOfAnySizeFillTheirBlocksWithoutOverlap) {
  PoolOptions options = NoSpare();
  options.class_bytes = {16, 48, 80, 1040, 2048, 4096};
  std::unique_ptr<Pool> pool = MakePool(options);
  std::map<char*, size_t> slots;
  for (size_t bytes : options.class_bytes) {
    for (size_t i = 0; i < 20 * Pool::kBlockBytes / bytes; ++i) {
      char* slot = static_cast<char*>(pool->Allocate(bytes));
      ASSERT_NE(slot, nullptr);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(slot) % Pool::kGranuleBytes, 0u);
      std::memset(slot, static_cast<int>(bytes), bytes);
      ASSERT_TRUE(slots.emplace(slot, bytes).second);
    }
  }
  const char* end = nullptr;
  for (auto [slot, bytes] : slots) {
    EXPECT_GE(slot, end);
    end = slot + bytes;
  }
  for (const PoolClassStatistics& each : pool->statistics().classes)
    EXPECT_LE(each.blocks, 22u) << each.class_bytes;
  for (auto [slot, bytes] : slots) pool->Free(slot);
  pool->Trim();
  EXPECT_EQ(pool->statistics().bytes_held, 0u);
}

TEST(PoolTest, TheSlotFreedLastIsUsedNext) {
  std::unique_ptr<Pool> pool = MakePool();
  if (RunningOnValgrind()) GTEST_SKIP() << "freed slots rest under valgrind";
  std::vector<void*> slots = AllocateMany(*pool, 64, 100);
  pool->Free(slots[10]);
  pool->Free(slots[70], 64);
  EXPECT_EQ(pool->Allocate(64), slots[70]);
  EXPECT_EQ(pool->Allocate(64), slots[10]);
}

// At the limit, so that a block too many shows as a failure: PO-1.
TEST(PoolTest, EveryFreeSlotIsUsedBeforeABlockIsAdded) {
  for (bool debug : {false, true}) {
    PoolOptions options = NoSpare();
    options.limit_bytes = 20 * Pool::kBlockBytes;
    options.debug = debug;
    std::unique_ptr<Pool> pool = MakePool(options);
    std::vector<void*> slots;
    while (void* slot = pool->Allocate(32)) slots.push_back(slot);
    std::mt19937 random(1);
    for (size_t part = 1; part <= 10; ++part) {
      std::shuffle(slots.begin(), slots.end(), random);
      const size_t freed = slots.size() / 10 * part;
      for (size_t i = 0; i < freed; ++i) pool->Free(slots[i]);
      EXPECT_EQ(pool->statistics().live_objects, slots.size() - freed);
      for (size_t i = 0; i < freed; ++i) ASSERT_NE(slots[i] = pool->Allocate(32), nullptr);
      ASSERT_EQ(pool->Allocate(32), nullptr);
    }
    EXPECT_EQ(std::set<void*>(slots.begin(), slots.end()).size(), slots.size());
  }
}

enum class Order { kForward, kBackward, kRandom };

TEST(PoolTest, EmptyBlocksAreReturnedInWhateverOrderTheyEmpty) {
  for (size_t spare_bytes : {size_t{0}, 4 * Pool::kBlockBytes}) {
    for (Order order : {Order::kForward, Order::kBackward, Order::kRandom}) {
      for (size_t bytes : {16, 48, 256, 2048, 4096}) {
        PoolOptions options;
        options.class_bytes = {16, 48, 256, 2048, 4096};
        options.spare_bytes = spare_bytes;
        std::unique_ptr<Pool> pool = MakePool(options);
        std::vector<void*> slots = AllocateMany(*pool, bytes, 40 * Pool::kBlockBytes / bytes);
        EXPECT_GE(pool->statistics().bytes_held, 40 * Pool::kBlockBytes);
        if (order == Order::kBackward) std::reverse(slots.begin(), slots.end());
        if (order == Order::kRandom) std::shuffle(slots.begin(), slots.end(), std::mt19937(7));
        for (void* slot : slots) pool->Free(slot);
        // What the pool holds beyond the spare ones is less than two blocks of the class.
        EXPECT_LE(pool->statistics().bytes_held, spare_bytes + 2 * Pool::kBlockBytes)
            << bytes << " order " << static_cast<int>(order);
        pool->Trim();
        EXPECT_EQ(pool->statistics().bytes_held, 0u);
        EXPECT_NE(pool->Allocate(bytes), nullptr);
      }
    }
  }
}

// What is left of a large class is spread over all its blocks; its last slots must not go unnoticed, even
// after the class has allocated again.
TEST(PoolTest, ABlockReturnsWithItsLastSlotHoweverFewWereLeft) {
  std::unique_ptr<Pool> pool = MakePool(NoSpare());
  std::vector<void*> slots = AllocateMany(*pool, 32, 40 * Pool::kBlockBytes / 32);
  std::vector<void*> left;
  for (size_t i = 0; i < slots.size(); ++i) {
    if (i % 1000 == 500) {
      left.push_back(slots[i]);
    } else {
      pool->Free(slots[i]);
    }
  }
  EXPECT_GE(pool->statistics().bytes_held, 40 * Pool::kBlockBytes);
  for (int i = 0; i < 100; ++i) left.push_back(pool->Allocate(32));
  EXPECT_EQ(pool->statistics().live_objects, left.size());
  std::shuffle(left.begin(), left.end(), std::mt19937(3));
  for (void* slot : left) pool->Free(slot);
  EXPECT_LE(pool->statistics().bytes_held, 2 * Pool::kBlockBytes);
}

TEST(PoolTest, SlotsFreedInRandomOrderAreUsedInTheOrderOfAddresses) {
  std::unique_ptr<Pool> pool = MakePool();
  std::vector<void*> slots = AllocateMany(*pool, 32, 100'000);
  std::shuffle(slots.begin(), slots.end(), std::mt19937(5));
  for (void* slot : slots) pool->Free(slot);
  slots = AllocateMany(*pool, 32, slots.size());
  size_t ascents = 0;
  for (size_t i = 1; i < slots.size(); ++i) ascents += slots[i - 1] < slots[i] ? 1 : 0;
  EXPECT_GE(ascents, slots.size() / 20 * 19);
}

TEST(PoolTest, ResetFreesAllSlotsAndKeepsBlocksForAnyClass) {
  for (bool debug : {false, true}) {
    for (size_t spare_bytes : {size_t{0}, 25 * Pool::kBlockBytes}) {
      ByteBudget budget(30 * Pool::kBlockBytes);
      PoolOptions options;
      options.debug = debug;
      options.budget = &budget;
      options.spare_bytes = spare_bytes;
      std::unique_ptr<Pool> pool = MakePool(options);
      for (size_t bytes : {32, 128, 16, 32}) {
        std::vector<void*> slots = AllocateMany(*pool, bytes, 20 * Pool::kBlockBytes / bytes);
        ASSERT_NE(slots.back(), nullptr) << bytes;
        std::sort(slots.begin(), slots.end());
        EXPECT_EQ(std::adjacent_find(slots.begin(), slots.end()), slots.end());
        for (size_t i = 0; i < slots.size(); ++i) {
          if (i % 10 != 3) pool->Free(slots[i]);
        }
        pool->Reset();
        const PoolStatistics s = pool->statistics();
        EXPECT_EQ(s.live_objects, 0u);
        EXPECT_EQ(s.blocks, s.spare_blocks);
        EXPECT_LE(s.bytes_held, spare_bytes);
        EXPECT_EQ(budget.used(), s.bytes_held);
      }
      EXPECT_NE(pool->Allocate(64), nullptr);
      pool.reset();
      EXPECT_EQ(budget.used(), 0u);
    }
  }
}

TEST(PoolTest, KnowsItsMemoryAndTheSizesOfSlots) {
  std::unique_ptr<Pool> pool = MakePool();
  char* slot = static_cast<char*>(pool->Allocate(100));
  EXPECT_TRUE(pool->Contains(slot));
  EXPECT_EQ(pool->SizeOf(slot), 128u);
  EXPECT_FALSE(pool->Contains(&pool));
  EXPECT_FALSE(pool->Contains(nullptr));
}

TEST(PoolTest, EmptyBlocksServeOtherClasses) {
  PoolOptions options;
  options.limit_bytes = 32 * Pool::kBlockBytes;
  std::unique_ptr<Pool> pool = MakePool(options);
  for (size_t bytes : {16, 256, 64, 32, 128}) {
    std::vector<void*> slots;
    while (void* slot = pool->Allocate(bytes)) slots.push_back(slot);
    EXPECT_GE(slots.size() * bytes, options.limit_bytes - 4 * Pool::kBlockBytes) << bytes;
    for (void* slot : slots) pool->Free(slot, bytes);
  }
}

TEST(PoolTest, AtTheLimitAllocationFailsAndFreeingHelps) {
  for (bool debug : {false, true}) {
    PoolOptions options = NoSpare();
    options.limit_bytes = 3 * Pool::kBlockBytes;
    options.debug = debug;
    std::unique_ptr<Pool> pool = MakePool(options);
    std::vector<void*> slots;
    while (void* slot = pool->Allocate(128)) slots.push_back(slot);
    EXPECT_EQ(pool->statistics().bytes_held, options.limit_bytes);
    EXPECT_EQ(pool->Allocate(128), nullptr);
    EXPECT_EQ(pool->Allocate(16), nullptr);
    pool->Free(slots.back());
    EXPECT_EQ(pool->Allocate(16), nullptr);
    EXPECT_NE(pool->Allocate(128), nullptr);
  }
}

TEST(PoolTest, StatisticsCountPerClass) {
  std::unique_ptr<Pool> pool = MakePool();
  std::vector<void*> small = AllocateMany(*pool, 10, 5000);
  std::vector<void*> large = AllocateMany(*pool, 200, 10);
  for (int i = 0; i < 1000; ++i) pool->Free(small[i]);
  const PoolStatistics s = pool->statistics();
  ASSERT_EQ(s.classes.size(), 5u);
  EXPECT_EQ(s.classes[0].live_objects, 4000u);
  EXPECT_EQ(s.classes[0].live_bytes, 64'000u);
  EXPECT_GE(s.classes[0].blocks * Pool::kBlockBytes, 4000u * 16);
  EXPECT_LT(s.classes[0].blocks * Pool::kBlockBytes, 2 * 5000u * 16);
  EXPECT_EQ(s.classes[1].blocks, 0u);
  EXPECT_EQ(s.classes[4].live_bytes, 2560u);
  EXPECT_EQ(s.live_objects, 4010u);
  EXPECT_EQ(s.classes[4].blocks, 1u);
  EXPECT_EQ(s.blocks, s.classes[0].blocks + 1 + s.spare_blocks);
  EXPECT_EQ(s.bytes_held, s.blocks * Pool::kBlockBytes);
}

// spare_bytes and debug.
class PoolModelTest : public testing::TestWithParam<std::pair<size_t, bool>> {};

// Random calls, each object filled with its own pattern, which must be whole when it is freed.
TEST_P(PoolModelTest, AgreesWithAMap) {
  PoolOptions options;
  options.class_bytes = {16, 32, 48, 64, 128, 256, 1024, 4096};
  std::tie(options.spare_bytes, options.debug) = GetParam();
  std::unique_ptr<Pool> pool = MakePool(options);
  struct Object {
    char* slot;
    size_t bytes;
    char fill;
  };
  std::vector<Object> objects;
  std::map<char*, size_t> live;
  std::mt19937 random(42);
  for (int step = 0; step < 200'000; ++step) {
    // Phases of growing and shrinking, so that blocks fill and empty.
    const bool grow = random() % 100 < (step / 20'000 % 2 == 0 ? 85u : 15u);
    if (grow || objects.empty()) {
      const size_t bytes = random() % 50 == 0 ? random() % 4097 : random() % 200;
      Object object{static_cast<char*>(pool->Allocate(bytes)), bytes, static_cast<char>(random())};
      ASSERT_NE(object.slot, nullptr);
      const auto [place, fresh] = live.emplace(object.slot, bytes);
      ASSERT_TRUE(fresh);
      if (place != live.begin()) {
        ASSERT_LE(std::prev(place)->first + std::prev(place)->second, object.slot);
      }
      if (std::next(place) != live.end()) {
        ASSERT_LE(object.slot + bytes, std::next(place)->first);
      }
      std::memset(object.slot, object.fill, bytes);
      objects.push_back(object);
    } else {
      std::swap(objects[random() % objects.size()], objects.back());
      const Object object = objects.back();
      objects.pop_back();
      ASSERT_EQ(std::count(object.slot, object.slot + object.bytes, object.fill),
                static_cast<std::ptrdiff_t>(object.bytes));
      live.erase(object.slot);
      if (random() % 2 == 0) {
        pool->Free(object.slot);
      } else {
        pool->Free(object.slot, object.bytes);
      }
    }
    if (step % 5000 == 0) {
      EXPECT_EQ(pool->statistics().live_objects, objects.size());
    }
    if (step % 50'000 == 49'999) pool->Trim();
  }
  for (const Object& object : objects) pool->Free(object.slot);
  pool->Trim();
  EXPECT_EQ(pool->statistics().live_objects, 0u);
  EXPECT_EQ(pool->statistics().bytes_held, 0u);
}
INSTANTIATE_TEST_SUITE_P(Modes, PoolModelTest,
                         testing::Values(std::pair(size_t{0}, false), std::pair(size_t{1} << 20, false),
                                         std::pair(size_t{0}, true)));

class PoolDebugTest : public testing::Test {
 protected:
  PoolDebugTest() {
    PoolOptions options;
    options.debug = true;
    options.on_fault = [this](const PoolFault& fault) { faults_.push_back(fault); };
    pool_ = MakePool(options);
  }

  std::vector<PoolFault> faults_;
  std::unique_ptr<Pool> pool_;
};

TEST_F(PoolDebugTest, ReportsADoubleFree) {
  void* other = pool_->Allocate(32);
  void* slot = pool_->Allocate(32);
  pool_->Free(slot);
  pool_->Free(slot);
  ASSERT_EQ(faults_.size(), 1u);
  EXPECT_EQ(faults_[0].kind, PoolFaultKind::kDoubleFree);
  EXPECT_EQ(faults_[0].address, slot);
  EXPECT_EQ(faults_[0].class_bytes, 32u);
  EXPECT_EQ(pool_->statistics().live_objects, 1u);
  pool_->Free(other);
}

TEST_F(PoolDebugTest, ReportsForeignPointers) {
  void* local = nullptr;
  char* slot = static_cast<char*>(pool_->Allocate(32));
  pool_->Free(&local);
  pool_->Free(&local, 32);
  pool_->Free(reinterpret_cast<void*>(uintptr_t{16}));
  pool_->Free(slot + 32);  // not given out yet
  pool_->Free(slot + 3 * Pool::kBlockBytes);
  ASSERT_EQ(faults_.size(), 5u);
  for (const PoolFault& fault : faults_) EXPECT_EQ(fault.kind, PoolFaultKind::kForeignPointer);
}

TEST_F(PoolDebugTest, ReportsInteriorPointersAndWrongSizes) {
  char* slot = static_cast<char*>(pool_->Allocate(64));
  pool_->Free(slot + 16);
  pool_->Free(slot, 32);
  ASSERT_EQ(faults_.size(), 2u);
  EXPECT_EQ(faults_[0].kind, PoolFaultKind::kInteriorPointer);
  EXPECT_EQ(faults_[1].kind, PoolFaultKind::kWrongSize);
  pool_->Free(slot, 50);
  EXPECT_EQ(faults_.size(), 2u);
}

TEST_F(PoolDebugTest, ReportsUseAfterFreeWhenTheSlotIsReused) {
  if (kAddressSanitizer || RunningOnValgrind()) GTEST_SKIP() << "the checker reports the write itself";
  std::vector<void*> slots = AllocateMany(*pool_, 256, 10'000);
  char* stale = static_cast<char*>(slots[5000]);
  pool_->Free(stale);
  stale[100] = 1;
  for (int i = 0; i < 300; ++i) ASSERT_NE(pool_->Allocate(256), nullptr);
  ASSERT_EQ(faults_.size(), 1u);
  EXPECT_EQ(faults_[0].kind, PoolFaultKind::kUseAfterFree);
  EXPECT_EQ(faults_[0].address, stale + 100);
}

TEST_F(PoolDebugTest, ReportsUseAfterFreeWhenTheBlockIsRetired) {
  if (kAddressSanitizer || RunningOnValgrind()) GTEST_SKIP() << "the checker reports the write itself";
  char* first = static_cast<char*>(pool_->Allocate(16));
  void* second = pool_->Allocate(16);
  pool_->Free(first);
  first[0] = 1;
  pool_->Free(second);
  ASSERT_EQ(faults_.size(), 1u);
  EXPECT_EQ(faults_[0].kind, PoolFaultKind::kUseAfterFree);
}

TEST(PoolDeathTest, WithoutACallbackAFaultEndsTheProcess) {
  PoolOptions options;
  options.debug = true;
  std::unique_ptr<Pool> pool = MakePool(options);
  void* slot = pool->Allocate(32);
  void* other = pool->Allocate(32);
  EXPECT_NE(other, nullptr);
  EXPECT_DEATH(pool->Free(static_cast<char*>(slot) + 1),
               "foxvm pool: free of an interior pointer .*class of 32");
  pool->Free(slot);
  EXPECT_DEATH(pool->Free(slot), "foxvm pool: double free");
  EXPECT_DEATH(pool->Free(&slot), "foxvm pool: free of a foreign pointer");
}

TEST(PoolDeathTest, AddressSanitizerSeesUseAfterFree) {
  if (!kAddressSanitizer) GTEST_SKIP() << "needs -fsanitize=address";
  std::unique_ptr<Pool> pool = MakePool();
  volatile char* slot = static_cast<char*>(pool->Allocate(32));
  slot[0] = 1;
  EXPECT_DEATH(slot[32] = 1, "use-after-poison");
  pool->Free(const_cast<char*>(slot));
  EXPECT_DEATH(slot[0] = 1, "use-after-poison");
  EXPECT_DEATH(pool->Free(const_cast<char*>(slot)), "use-after-poison");
  volatile char* other = static_cast<char*>(pool->Allocate(64));
  other[0] = 1;
  pool->Reset();
  EXPECT_DEATH(other[0] = 1, "use-after-poison");
}

}  // namespace
}  // namespace foxvm::gc
