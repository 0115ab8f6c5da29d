// Arenas: what is handed out, what ends when, what is kept for reuse, and what the debug mode notices.
#include "gc/arena.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory_resource>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/config.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gc/arena_adapters.h"
#include "gc/interned_strings.h"
#include "gtest/gtest.h"

namespace foxvm::gc {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

struct Pair {
  int first;
  double second;
};

// Writes its number when it ends.
struct Witness {
  std::vector<int>* ended;
  int number;
  ~Witness() { ended->push_back(number); }
};

TEST(ArenaTest, AnUnusedArenaOwnsNothing) {
  Arena arena;
  EXPECT_EQ(arena.reserved_bytes(), 0u);
  arena.Reset();
  arena.Trim();
  EXPECT_EQ(arena.statistics().peak_reserved_bytes, 0u);
}

TEST(ArenaTest, NewConstructsFromItsArguments) {
  Arena arena;
  const Pair* pair = arena.New<Pair>(3, 4.5);
  EXPECT_EQ(pair->first, 3);
  EXPECT_EQ(pair->second, 4.5);
}

TEST(ArenaTest, AnyAlignmentIsServed) {
  Arena arena;
  for (int shift = 0; shift <= 16; ++shift) {
    for (size_t bytes : {size_t{1}, size_t{100}, size_t{5000}, 3 * kMiB}) {
      const size_t alignment = size_t{1} << shift;
      void* memory = arena.Allocate(bytes, alignment);
      ASSERT_NE(memory, nullptr);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % alignment, 0u) << bytes;
      std::memset(memory, 0xAB, bytes);
    }
  }
}

TEST(ArenaTest, AllocationsAreDisjointAndStayWhereTheyAre) {
  Arena arena;
  std::vector<std::pair<uint64_t*, uint64_t>> numbers;
  for (uint64_t i = 0; i < 100000; ++i) {
    auto* words = static_cast<uint64_t*>(arena.Allocate((i % 13 + 1) * sizeof(uint64_t), alignof(uint64_t)));
    words[0] = words[i % 13] = i;
    numbers.emplace_back(words, i);
  }
  for (const auto& [words, i] : numbers) {
    ASSERT_EQ(words[0], i);
    ASSERT_EQ(words[i % 13], i);
  }
}

TEST(ArenaTest, StartsSmallAndGrowsByChunks) {
  Arena arena({.first_chunk_bytes = 2048, .max_chunk_bytes = 16384});
  arena.Allocate(1, 1);
  EXPECT_EQ(arena.reserved_bytes(), 2048u);
  for (int i = 0; i < 100000; ++i) arena.Allocate(100, 4);
  EXPECT_LE(arena.reserved_bytes(), 10500000u);
  EXPECT_GE(arena.reserved_bytes(), 10400000u);
}

TEST(ArenaTest, LargeAllocationsLeaveTheCurrentChunkInUse) {
  Arena arena;
  char* before = static_cast<char*>(arena.Allocate(8, 8));
  void* large = arena.Allocate(6 * kMiB, 16);
  std::memset(large, 1, 6 * kMiB);
  EXPECT_EQ(static_cast<char*>(arena.Allocate(8, 8)), before + 8);
}

TEST(ArenaTest, NothingIsAnAddressAndTakesNoMemory) {
  Arena arena;
  for (int i = 0; i < 100000; ++i) ASSERT_NE(arena.Allocate(0, 16), nullptr);
  EXPECT_LE(arena.reserved_bytes(), size_t{4} << 10);
}

TEST(ArenaTest, SizesThatCannotBeAreRefused) {
  Arena arena;
  EXPECT_EQ(arena.Allocate(SIZE_MAX), nullptr);
  EXPECT_EQ(arena.Allocate(SIZE_MAX / 4), nullptr);
  EXPECT_EQ(arena.Allocate(16, size_t{1} << 63), nullptr);
  EXPECT_EQ(arena.NewArray<uint64_t>(SIZE_MAX / 4).data(), nullptr);
  EXPECT_NE(arena.Allocate(16), nullptr);
}

TEST(ArenaTest, CopiesArraysAndStrings) {
  Arena arena;
  const std::vector<int> numbers = {1, 2, 3};
  const absl::Span<int> copy = arena.CopyArray<int>(numbers);
  EXPECT_EQ(std::vector<int>(copy.begin(), copy.end()), numbers);
  EXPECT_NE(copy.data(), numbers.data());
  EXPECT_TRUE(arena.CopyArray<int>({}).empty());
  EXPECT_EQ(arena.NewArray<int>(5)[4], 0);

  std::string text = "halo";
  const absl::string_view kept = arena.CopyString(text);
  text = "lain";
  EXPECT_EQ(kept, "halo");
  EXPECT_EQ(arena.CopyString(""), "");
}

TEST(ArenaTest, ResetKeepsChunksForReuse) {
  Arena arena;
  for (int i = 0; i < 100000; ++i) arena.Allocate(100);
  const size_t reserved = arena.reserved_bytes();
  for (int round = 0; round < 5; ++round) {
    arena.Reset();
    EXPECT_EQ(arena.statistics().used_bytes, 0u);
    EXPECT_EQ(arena.statistics().spare_bytes, arena.reserved_bytes());
    for (int i = 0; i < 100000; ++i) ASSERT_NE(arena.Allocate(100), nullptr);
    EXPECT_LE(arena.reserved_bytes(), reserved);
  }
  arena.Reset();
  arena.Trim();
  EXPECT_EQ(arena.reserved_bytes(), 0u);
}

TEST(ArenaTest, WhatIsKeptBeyondTheCapGoesBackWithUse) {
  Arena arena({.max_chunk_bytes = 64 << 10, .kept_bytes = 256 << 10});
  for (int i = 0; i < 100000; ++i) arena.Allocate(100);
  EXPECT_GE(arena.reserved_bytes(), 9 * kMiB);
  for (int round = 0; round < 200; ++round) {
    arena.Reset();
    arena.Allocate(100);
  }
  EXPECT_LE(arena.reserved_bytes(), 400u << 10);
}

TEST(ArenaTest, RewindEndsWhatCameAfterTheMark) {
  Arena arena;
  char* first = static_cast<char*>(arena.Allocate(100));
  std::memset(first, 7, 100);
  const Arena::Mark outer = arena.Save();
  char* second = static_cast<char*>(arena.Allocate(64));
  const Arena::Mark inner = arena.Save();
  for (int i = 0; i < 50000; ++i) arena.Allocate(100);
  arena.Allocate(10 * kMiB);
  arena.Rewind(inner);
  char* third = static_cast<char*>(arena.Allocate(64));
  EXPECT_EQ(third, second + 64);
  arena.Rewind(outer);
  EXPECT_EQ(arena.Allocate(64), second);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(first[i], 7);
}

TEST(ArenaTest, DestructorsRunOnceTheLastMadeFirst) {
  std::vector<int> ended;
  {
    Arena arena;
    arena.New<Witness>(&ended, 1);
    const Arena::Mark mark = arena.Save();
    arena.New<Witness>(&ended, 2);
    arena.New<Witness>(&ended, 3);
    arena.Rewind(mark);
    EXPECT_EQ(ended, (std::vector<int>{3, 2}));
    arena.Reset();
    EXPECT_EQ(ended, (std::vector<int>{3, 2, 1}));
    arena.New<Witness>(&ended, 4);
  }
  EXPECT_EQ(ended, (std::vector<int>{3, 2, 1, 4}));
}

TEST(ArenaTest, ADestructorMayUseTheArenaThatEndsIt) {
  struct Meddler {
    Arena& arena;
    int depth;
    int& ended;
    ~Meddler() {
      ++ended;
      if (depth > 0) arena.New<Meddler>(arena, depth - 1, ended);
      arena.Reset();
      arena.Rewind(Arena::Mark());
    }
  };
  for (const bool debug : {false, true}) {
    Arena arena({.debug = debug});
    int ended = 0;
    arena.New<Meddler>(arena, 3, ended);
    const Arena::Mark mark = arena.Save();
    arena.New<Meddler>(arena, 3, ended);
    arena.Rewind(mark);
    EXPECT_EQ(ended, 4);
    arena.Reset();
    EXPECT_EQ(ended, 8);
    EXPECT_EQ(arena.statistics().used_bytes, 0u);
  }
}

TEST(ArenaTest, TheLimitIsARefusalNotAnEnd) {
  Arena arena({.max_bytes = kMiB});
  size_t allocated = 0;
  while (arena.Allocate(1000) != nullptr) allocated += 1000;
  EXPECT_GE(allocated, kMiB / 2);
  EXPECT_LE(arena.reserved_bytes(), kMiB);
  while (arena.Allocate(8, 8) != nullptr) {
  }
  EXPECT_EQ(arena.New<Witness>(nullptr, 1), nullptr);
  EXPECT_EQ(arena.CopyString(std::string(2000, 'x')).data(), nullptr);
  arena.Reset();
  EXPECT_NE(arena.Allocate(kMiB / 2), nullptr) << "spare chunks make room";
}

TEST(ArenaTest, OptionsAreChecked) {
  EXPECT_FALSE(ArenaOptions({.first_chunk_bytes = 1000}).Validate().ok());
  EXPECT_FALSE(ArenaOptions({.max_chunk_bytes = 3 * kMiB}).Validate().ok());
  EXPECT_FALSE(ArenaOptions({.first_chunk_bytes = 4 * kMiB}).Validate().ok());
  EXPECT_TRUE(ArenaOptions().Validate().ok());
}

TEST(ArenaTest, StandardAndAbseilContainersLiveInOne) {
  Arena arena;
  ArenaResource resource(arena);
  std::pmr::vector<std::pmr::string> words(&resource);
  for (int i = 0; i < 1000; ++i) words.emplace_back(absl::StrCat("kata yang panjang sekali ", i));
  std::vector<int, ArenaAllocator<int>> numbers(arena);
  for (int i = 0; i < 1000; ++i) numbers.push_back(i);
  using Map = absl::flat_hash_map<int, int, absl::Hash<int>, std::equal_to<int>,
                                  ArenaAllocator<std::pair<const int, int>>>;
  Map squares{ArenaAllocator<std::pair<const int, int>>(arena)};
  for (int i = 0; i < 1000; ++i) squares[i] = i * i;
  EXPECT_EQ(words[999], "kata yang panjang sekali 999");
  EXPECT_EQ(numbers[999], 999);
  EXPECT_EQ(squares[999], 998001);
  EXPECT_GT(arena.statistics().used_bytes, 40000u);
}

TEST(InternedStringsTest, EqualTextsHaveOneAddress) {
  Arena arena;
  InternedStrings strings(arena);
  const absl::string_view first = strings.Intern(std::string("nama"));
  EXPECT_EQ(strings.Intern(std::string("nama")).data(), first.data());
  EXPECT_NE(strings.Intern("umur").data(), first.data());
  EXPECT_EQ(strings.Intern(""), "");
  EXPECT_EQ(strings.size(), 3u);
}

// A model: every allocation is filled with its number; what the arena should still hold must hold it.
class ArenaModel {
 public:
  ArenaModel(const ArenaOptions& options, uint32_t seed) : arena_(options), random_(seed) {}

  void Step() {
    const uint32_t choice = random_() % 1000;
    if (choice < 960) {
      Allocate();
    } else if (choice < 975) {
      marks_.push_back({arena_.Save(), live_.size()});
    } else if (choice < 990 && !marks_.empty()) {
      const size_t to = random_() % marks_.size();
      CheckFrom(marks_[to].live);
      arena_.Rewind(marks_[to].mark);
      live_.resize(marks_[to].live);
      marks_.resize(to);
    } else if (choice == 990) {
      CheckFrom(0);
      arena_.Reset();
      live_.clear();
      marks_.clear();
    } else if (choice == 991) {
      arena_.Trim();
    }
  }

  void CheckFrom(size_t first) {
    for (size_t i = first; i < live_.size(); ++i) {
      const Live& live = live_[i];
      for (size_t b = 0; b < live.bytes; b += 1 + live.bytes / 16) ASSERT_EQ(live.address[b], live.fill);
      ASSERT_TRUE(live.bytes == 0 || live.address[live.bytes - 1] == live.fill);
    }
  }

 private:
  struct Live {
    unsigned char* address;
    size_t bytes;
    unsigned char fill;
  };
  struct Saved {
    Arena::Mark mark;
    size_t live;
  };

  void Allocate() {
    const size_t bytes = random_() % 100 == 0 ? random_() % 100000 : random_() % 300;
    const size_t alignment = size_t{1} << random_() % 8;
    auto* address = static_cast<unsigned char*>(arena_.Allocate(bytes, alignment));
    if (address == nullptr) return;  // the limit
    ASSERT_EQ(reinterpret_cast<uintptr_t>(address) % (bytes == 0 ? 1 : alignment), 0u);
    const unsigned char fill = static_cast<unsigned char>(random_());
    std::memset(address, fill, bytes);
    live_.push_back({address, bytes, fill});
  }

  Arena arena_;
  std::mt19937 random_;
  std::vector<Live> live_;
  std::vector<Saved> marks_;
};

uint64_t Operations() {
  const char* text = std::getenv("FOXVM_MEMORY_OPERATIONS");
  uint64_t operations = 0;
  return text != nullptr && absl::SimpleAtoi(text, &operations) ? operations : 1000000;
}

TEST(ArenaModelTest, RandomOperationsAgreeWithAModel) {
  const ArenaOptions options[] = {
      {}, {.max_chunk_bytes = 8192, .max_bytes = 4 * kMiB}, {.kept_bytes = 0}, {.debug = true}};
  uint32_t seed = 1;
  for (const ArenaOptions& option : options) {
    ArenaModel model(option, seed++);
    for (uint64_t i = 0; i < Operations() / std::size(options); ++i) {
      model.Step();
      if (testing::Test::HasFatalFailure()) FAIL() << "operation " << i << " of model " << seed;
    }
    model.CheckFrom(0);
  }
}

TEST(ArenaDeathTest, TheDebugModeNoticesAWritePastTheEnd) {
  Arena arena({.debug = true});
  auto* bytes = static_cast<volatile char*>(arena.Allocate(10));
#ifdef ABSL_HAVE_ADDRESS_SANITIZER
  EXPECT_DEATH(bytes[10] = 1, "use-after-poison");
#else
  EXPECT_DEATH(
      {
        bytes[10] = 1;
        arena.Reset();
      },
      "written past their end");
#endif
}

TEST(ArenaTest, TheDebugModeFillsWhatItGivesAndWhatEnded) {
  Arena arena({.debug = true});
  const auto* bytes = static_cast<unsigned char*>(arena.Allocate(64));
  EXPECT_EQ(bytes[0], 0xCD);
  EXPECT_EQ(bytes[63], 0xCD);
#ifndef ABSL_HAVE_ADDRESS_SANITIZER
  arena.Reset();
  EXPECT_EQ(bytes[0], 0xDD);
#endif
}

#ifdef ABSL_HAVE_ADDRESS_SANITIZER
TEST(ArenaDeathTest, UseAfterResetIsReported) {
  Arena arena;
  auto* bytes = static_cast<volatile char*>(arena.Allocate(100));
  arena.Reset();
  EXPECT_DEATH(bytes[50] = 1, "use-after-poison");
}
#endif

TEST(ArenaTest, TheDebugModeRefusesAlignmentsThatAreNoPowersOfTwo) {
  Arena arena({.debug = true});
  EXPECT_EQ(arena.Allocate(16, 48), nullptr);
  EXPECT_EQ(arena.Allocate(16, 0), nullptr);
  EXPECT_NE(arena.Allocate(16, 64), nullptr);
}

}  // namespace
}  // namespace foxvm::gc
