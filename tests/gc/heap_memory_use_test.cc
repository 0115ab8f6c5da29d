// What the heap says it holds, against what the system says; and memory that is given back.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <vector>

#include "absl/base/config.h"
#include "tests/gc/fake_roots.h"

namespace foxvm::gc {
namespace {

constexpr size_t kMiB = size_t{1} << 20;
// AddressSanitizer notes one byte for every eight, also of memory given back since.
#ifdef ABSL_HAVE_ADDRESS_SANITIZER
constexpr double kShadowShare = 0.5;
#else
constexpr double kShadowShare = 0;
#endif

// Bytes of this process that are in memory.
size_t ResidentBytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  unsigned long total = 0;
  unsigned long resident = 0;
  const int fields = std::fscanf(file, "%lu %lu", &total, &resident);
  std::fclose(file);
  return fields == 2 ? resident * static_cast<size_t>(sysconf(_SC_PAGESIZE)) : 0;
}

class HeapMemoryUseTest : public HeapTest {
 protected:
  void SetUp() override {
    Stop();
    if (ResidentBytes() == 0) GTEST_SKIP() << "the system does not say what is resident";
    slots_.reserve(1 << 20);
    slots_.resize(1 << 20);  // touched now, so that it is not taken for the heap's
    slots_.clear();
    before_ = ResidentBytes();
    Start({.max_bytes = 256 * kMiB});
    provider_.slots = &slots_;
    heap->AddRoots(&provider_);
  }
  void TearDown() override {
    if (heap != nullptr) heap->RemoveRoots(&provider_);
  }

  // Live small objects of `bytes` altogether.
  void Keep(size_t bytes) {
    for (size_t kept = 0; kept < bytes; kept += 256) {
      ObjectHeader* object = NewBlob(256);
      ASSERT_NE(object, nullptr);
      slots_.push_back(Value::FromObject(object));
    }
  }
  size_t Committed() const { return heap->statistics().committed_bytes; }
  // What is resident since the start agrees with what the heap says. The tables may hold less than stated
  // (pages of parts where no object starts); the rest of the tolerance is the process's own: its allocator,
  // the test's code.
  void ExpectAgreement(const char* when) {
    const HeapStatistics statistics = heap->statistics();
    // Less than before when the process itself has given something back meanwhile.
    const double resident = static_cast<double>(ResidentBytes()) - static_cast<double>(before_);
    const auto committed = static_cast<double>(statistics.committed_bytes);
    EXPECT_GE(resident, committed * 0.95 - 1.0 * kMiB) << when;
    const auto tables = static_cast<double>(statistics.table_bytes);
    EXPECT_LE(resident, (committed + tables) * (1.05 + kShadowShare) + 1.5 * kMiB) << when;
  }

  struct SlotRoots : RootProvider {
    void VisitRoots(SlotVisitor& visitor) override {
      for (Value& v : *slots) visitor.Visit(Slot::Tagged(&v));
    }
    std::vector<Value>* slots = nullptr;
  };
  std::vector<Value> slots_;
  SlotRoots provider_;
  size_t before_ = 0;
};

TEST_F(HeapMemoryUseTest, AgreesWithTheSystemThroughGrowthPeakAndRelease) {
  ExpectAgreement("at first");
  Keep(64 * kMiB);
  ExpectAgreement("grown");
  slots_.resize(slots_.size() / 4);
  heap->CollectMajor();
  heap->ReleaseFreeMemory();
  ExpectAgreement("shrunk");
  Keep(32 * kMiB);
  ExpectAgreement("grown again");
  slots_.clear();
  heap->CollectMajor();
  heap->ReleaseFreeMemory();
  EXPECT_LE(Committed(), kMiB);
}

TEST_F(HeapMemoryUseTest, LargeObjectsAgreeAndAreGivenBack) {
  std::vector<Value*> large;
  for (int i = 0; i < 16; ++i) large.push_back(Root(NewBlob(2 * kMiB)));
  ExpectAgreement("16 large objects");
  EXPECT_GE(Committed(), 32 * kMiB);
  for (size_t i = 0; i < large.size(); i += 2) *large[i] = Value::Null();
  heap->CollectMajor();
  heap->ReleaseFreeMemory();
  ExpectAgreement("half of them");
  EXPECT_LE(Committed(), 18 * kMiB);
}

TEST_F(HeapMemoryUseTest, AFullCollectionGivesMostOfAPeakBackByItself) {
  Keep(128 * kMiB);
  EXPECT_GE(Committed(), 128 * kMiB);
  slots_.resize(slots_.size() / 64);  // scattered over few blocks
  heap->CollectMajor();
  EXPECT_LE(Committed(), 16 * kMiB);
}

TEST_F(HeapMemoryUseTest, AMajorCollectionOfTheHeapsOwnGivesAPeakBackWhileTheProgramAllocates) {
  Keep(128 * kMiB);
  slots_.resize(slots_.size() / 64);
  heap->BeginMajor();
  EXPECT_GE(Committed(), 128 * kMiB);
  // Sweeping is the mutator's work: as much allocation as there is to sweep does it.
  for (int i = 0; i < 300'000; ++i) NewBlob(512);
  EXPECT_LE(Committed(), 16 * kMiB);
}

TEST_F(HeapMemoryUseTest, AFullCollectionGivesLargeObjectsBack) {
  for (int i = 0; i < 1000; ++i) Root(NewBlob(48 * 1024));
  for (size_t i = 0; i < roots.values.size(); i += 2) roots.values[i] = Value::Null();
  heap->CollectMajor();
  EXPECT_LE(Committed(), 500 * 48u * 1024 + 2 * kMiB);
}

// Page faults of this process so far that needed no disk.
long PageFaults() {
  rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_minflt : 0;
}

TEST_F(HeapMemoryUseTest, APauseFindsItsMemoryInPlace) {
  // More than the survivor space takes: most of it is promoted, to blocks that nothing has used before.
  Keep(kMiB);
  ASSERT_EQ(heap->statistics().minor_collections, 0u);
  const long before = PageFaults();
  heap->CollectMinor();
  // Without touching ahead it is one for each of 256 pages; some are the collector's own, or a sanitizer's.
  EXPECT_LE(PageFaults() - before, 120);
  EXPECT_GE(heap->statistics().promoted_bytes, kMiB / 2);
}

TEST_F(HeapMemoryUseTest, ALittleProgramHoldsLittle) {
  NewBlob(1008);
  EXPECT_LE(Committed(), 512u << 10);
}

TEST_F(HeapMemoryUseTest, WorksOnAfterEveryRelease) {
  for (int round = 0; round < 20; ++round) {
    Keep(kMiB);
    if (round % 3 == 0) heap->CollectMinor();
    heap->ReleaseFreeMemory();
    for (Value v : slots_) ASSERT_EQ(heap->SizeOf(v.object()), 256u);
  }
  EXPECT_EQ(slots_.size(), 20 * kMiB / 256);
}

}  // namespace
}  // namespace foxvm::gc
