// Every heap bound from 256 KiB to 64 MiB in steps of 64 KiB, each with a program that allocates until it is
// met: the program ends with the VM's error, and the VM works on. FOXVM_HEAP_BOUNDS: of the bounds over 4
// MiB, one in so many (all if unset), for runs that collect and verify many times while each is filled.
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "tests/vm/string_io.h"
#include "vm/vm.h"

namespace foxvm::vm {
namespace {

constexpr size_t kStep = size_t{64} << 10;
constexpr size_t kFirst = size_t{256} << 10;
constexpr size_t kLast = size_t{64} << 20;
constexpr size_t kGroups = 64;
constexpr size_t kAllBelow = size_t{4} << 20;

// Each function fills the heap in its own way: small objects that hold each other, a table that is copied as
// it grows, strings that double, entries of a hash, objects of the large-object space.
constexpr char kProgram[] =
    "fungsi rantai() a = kosong selama benar a = [a, 1, 2, 3, 4, 5, 6, 7] akhir akhir\n"
    "fungsi tabel() a = [1] selama benar a = a + a akhir akhir\n"
    "fungsi teks() s = \"rubah\" a = [] selama benar s = s + s a = [a, s] akhir akhir\n"
    "fungsi kamus() h = {} i = 0 selama benar h[i] = [i] i = i + 1 akhir akhir\n"
    "fungsi besar() b = [1, 2, 3, 4, 5, 6, 7, 8] i = 0\n"
    "  selama i < 8 b = b + b i = i + 1 akhir\n"
    "  a = kosong selama benar a = [a, b + [1]] akhir akhir\n"
    "fungsi jumlah(n) s = 0 i = 0 selama i < n a = [i, [i]] s = s + a[1][0] i = i + 1 akhir kembalikan s "
    "akhir\n";
constexpr const char* kFillers[] = {"rantai", "tabel", "teks", "kamus", "besar"};

class HeapLimitsTest : public testing::TestWithParam<size_t> {};

void TryBound(size_t max_bytes, const char* filler) {
  StringIo io;
  NoModules modules;
  VmOptions options;
  options.heap.max_bytes = max_bytes;
  absl::StatusOr<std::unique_ptr<Vm>> vm = Vm::Create(options, io);
  ASSERT_TRUE(vm.ok()) << vm.status();
  absl::StatusOr<Program*> program = (*vm)->LoadSource("batas.fox", kProgram, modules);
  ASSERT_TRUE(program.ok()) << program.status();
  ASSERT_FALSE((*vm)->Run(**program).has_value());
  for (int round = 0; round < 2; ++round) {
    Failure failure;
    const absl::StatusOr<Value> filled = (*vm)->Call(filler, {}, &failure);
    ASSERT_EQ(filled.status().code(), absl::StatusCode::kResourceExhausted) << filled.status();
    ASSERT_EQ(failure.kind, objects::FatalKind::kOutOfMemory);
    const absl::StatusOr<Value> sum = (*vm)->Call("jumlah", {Value::Int(1000)});
    ASSERT_TRUE(sum.ok()) << sum.status();
    ASSERT_EQ(*sum->AsInt(), 499500);
  }
  const gc::HeapStatistics statistics = (*vm)->heap_statistics();
  EXPECT_LE(statistics.live_old_bytes, max_bytes);
}

// Whether the bound of this step is tried.
bool IsTried(size_t step) {
  const char* text = std::getenv("FOXVM_HEAP_BOUNDS");
  const size_t one_in = text == nullptr ? 1 : std::strtoull(text, nullptr, 10);
  return one_in <= 1 || kFirst + step * kStep <= kAllBelow || step % one_in == 0;
}

TEST_P(HeapLimitsTest, EndInAnErrorAndTheVmWorksOn) {
  for (size_t step = GetParam(); kFirst + step * kStep <= kLast; step += kGroups) {
    const size_t max_bytes = kFirst + step * kStep;
    if (!IsTried(step)) continue;
    SCOPED_TRACE(max_bytes);
    TryBound(max_bytes, kFillers[step % std::size(kFillers)]);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Bounds, HeapLimitsTest, testing::Range<size_t>(0, kGroups));

TEST(SmallHeapLimitsTest, EveryWayToFillMeetsEverySmallBound) {
  for (size_t max_bytes = kFirst; max_bytes <= (size_t{1} << 20); max_bytes += kStep) {
    for (const char* filler : kFillers) {
      SCOPED_TRACE(std::string(filler) + " " + std::to_string(max_bytes));
      TryBound(max_bytes, filler);
    }
  }
}

}  // namespace
}  // namespace foxvm::vm
