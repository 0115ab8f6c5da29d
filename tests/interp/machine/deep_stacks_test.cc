// Programs whose frames and fibers are older than what runs on top of them: collections leave out what is
// settled, and every frame has its values when it goes on. Each program runs under several settings;
// verification checks after each collection that what is left out refers to nothing young.

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "tests/support/run_program.h"

namespace foxvm::interp {
namespace {

using support::RunSettings;

// In all modes.
void ExpectOutput(absl::string_view text, absl::string_view output, RunSettings settings,
                  absl::string_view module = "") {
  for (auto mode : {gc::MajorMode::kStopTheWorld, gc::MajorMode::kIncremental, gc::MajorMode::kConcurrent}) {
    settings.major_mode = mode;
    absl::StatusOr<bytecode::Module> compiled = support::CompileText(text, module);
    ASSERT_TRUE(compiled.ok()) << compiled.status();
    EXPECT_EQ(support::Describe(support::RunModule(*std::move(compiled), settings)), output)
        << "stress " << settings.stress_interval << ", age " << settings.promotion_age << ", mode "
        << static_cast<int>(mode);
  }
}

// `text` has N where its size belongs.
void ExpectSum(absl::string_view text, uint64_t n, uint64_t output, const RunSettings& settings) {
  ExpectOutput(absl::StrReplaceAll(text, {{"N", absl::StrCat(n)}}), absl::StrCat(output, "\n"), settings);
}

// Every frame has an array of its own before its call, one from behind it, and a cell.
constexpr absl::string_view kDown =
    "fungsi turun(n)\n"
    "  a = [n, [n + 1]]\n"
    "  jika n == 0 kembalikan [0] akhir\n"
    "  tambah = fungsi(x) a = [a[0] + x, a[1]] akhir\n"
    "  b = turun(n - 1)\n"
    "  tambah(1)\n"
    "  c = [b[0] + a[0], a[1][0]]\n"
    "  kembalikan [c[0] + c[1]]\n"
    "akhir\n"
    "cetak(turun(N)[0])";
uint64_t DownSum(uint64_t n) { return n * (n + 1) + 2 * n; }  // of 2 i + 2 for i = 1 to n

TEST(DeepStacks, FramesKeepTheirValuesWhenACollectionComesAtEveryLevel) {
  for (int age : {1, 2, 4}) {
    ExpectSum(kDown, 150, DownSum(150), {.stress_interval = 1, .verify = true, .promotion_age = age});
    ExpectSum(kDown, 1000, DownSum(1000), {.stress_interval = 37, .verify = true, .promotion_age = age});
  }
  ExpectSum(kDown, 2000, DownSum(2000), {.stress_interval = 1});
  ExpectSum(kDown, 10000, DownSum(10000), {.verify = true, .young_bytes = 64 << 10});
}

TEST(DeepStacks, StacksThatGoUpAndDownKeepTheirValues) {
  // The depth moves between 0 and N in uneven steps; every frame checks its own.
  constexpr absl::string_view kText =
      "fungsi pohon(n)\n"
      "  isi = [n]\n"
      "  jika n == 0 kembalikan 1 akhir\n"
      "  kiri = pohon(n - 1)\n"
      "  kanan = 0\n"
      "  jika n > 1 kanan = pohon(n - 2) akhir\n"
      "  jika isi[0] != n cetak(\"salah\") akhir\n"
      "  kembalikan kiri + kanan + [1][0]\n"
      "akhir\n"
      "fungsi dasar(k)\n"
      "  isi = [k]\n"
      "  jika k == 0 kembalikan pohon(N) akhir\n"
      "  r = dasar(k - 1)\n"
      "  jika isi[0] != k cetak(\"salah\") akhir\n"
      "  kembalikan r\n"
      "akhir\n"
      "cetak(dasar(100))";
  ExpectSum(kText, 8, 88, {.stress_interval = 1, .verify = true});
  ExpectSum(kText, 12, 609, {.stress_interval = 5, .verify = true});
  ExpectSum(kText, 16, 4180, {.stress_interval = 1});
}

TEST(DeepStacks, AnErrorValueTravelsThroughSettledFrames) {
  constexpr absl::string_view kText =
      "fungsi turun(n)\n"
      "  isi = [n]\n"
      "  jika n == 0 kembalikan galat(\"dasar\") akhir\n"
      "  r = turun(n - 1)\n"
      "  i = 0 selama i < 3 isi = [isi[0]] i = i + 1 akhir\n"
      "  jika isi[0] != n cetak(\"salah\") akhir\n"
      "  kembalikan r\n"
      "akhir\n"
      "cetak(pesan_galat(turun(200)))";
  ExpectOutput(kText, "dasar\n", {.stress_interval = 1, .verify = true});
  ExpectOutput(kText, "dasar\n", {.stress_interval = 11});
}

TEST(DeepStacks, AnOverflowingThreadLeavesNothingBehind) {
  // Its frames were settled; the next thread gets its place.
  constexpr absl::string_view kText =
      "fungsi jatuh(n) isi = [n] kembalikan 1 + jatuh(n + 1) akhir\n"
      "fungsi naik(n) isi = [n] jika n == 0 kembalikan 0 akhir kembalikan isi[0] + naik(n - 1) akhir\n"
      "k = 0 selama k < 3\n"
      "  cetak(pesan_galat(tunggu(luncurkan(jatuh, 0))))\n"
      "  cetak(tunggu(luncurkan(naik, 100)))\n"
      "  k = k + 1\n"
      "akhir";
  constexpr absl::string_view kOutput = "stack overflow\n5050\nstack overflow\n5050\nstack overflow\n5050\n";
  ExpectOutput(kText, kOutput, {.stress_interval = 1, .verify = true, .stack_bytes = 32 << 10});
  ExpectOutput(kText, kOutput, {.stress_interval = 100, .verify = true, .stack_bytes = 128 << 10});
}

TEST(DeepStacks, AnImportedModuleReturnsThroughASettledFrame) {
  ExpectOutput(
      "a = [1]\nambil \"modul\"\ncetak(a[0] + modul.hasil())", "21\n", {.stress_interval = 1, .verify = true},
      "isi = [20]\ni = 0 selama i < 20 b = [i] i = i + 1 akhir\nfungsi hasil() kembalikan isi[0] akhir");
}

TEST(Fibers, KeepTheirValuesWhileTheyWait) {
  // Each waits twice, some frames deep and with young values, while others run and collect.
  constexpr absl::string_view kText =
      "pintu = saluran_baru() hasil = saluran_baru()\n"
      "fungsi dalam(k, n)\n"
      "  isi = [k, n]\n"
      "  jika n == 0\n"
      "    x = terima(pintu)\n"
      "    y = terima(pintu)\n"
      "    kembalikan x[0] + y[0] + isi[0]\n"
      "  akhir\n"
      "  r = dalam(k, n - 1)\n"
      "  jika isi[1] != n cetak(\"salah\") akhir\n"
      "  kembalikan r\n"
      "akhir\n"
      "i = 0 selama i < N\n"
      "  luncurkan(fungsi(k) isi = [k] kirim(hasil, [dalam(k, k - k / 7 * 7), isi[0]]) akhir, i)\n"
      "  i = i + 1\n"
      "akhir\n"
      "i = 0 selama i < N kirim(pintu, [1]) sampah = [i, [i]] i = i + 1 akhir\n"
      "i = 0 selama i < N kirim(pintu, [2]) sampah = [i, [i]] i = i + 1 akhir\n"
      "i = 0 n = 0\n"
      "selama i < N r = terima(hasil) n = n + r[0] - r[1] i = i + 1 akhir\n"
      "cetak(n)";
  ExpectSum(kText, 20, 60, {.stress_interval = 1, .verify = true});
  ExpectSum(kText, 20, 60, {.stress_interval = 1, .verify = true, .promotion_age = 1});
  ExpectSum(kText, 100, 300, {.stress_interval = 7, .verify = true, .promotion_age = 3});
  ExpectSum(kText, 2000, 6000, {.stress_interval = 0, .verify = true, .young_bytes = 64 << 10});
}

TEST(Fibers, NotYetStartedKeepTheirArguments) {
  constexpr absl::string_view kText =
      "hasil = saluran_baru(N)\n"
      "i = 0 selama i < N\n"
      "  luncurkan(fungsi(a, b) kirim(hasil, a[0] * b[0]) akhir, [i], [2])\n"
      "  i = i + 1\n"
      "akhir\n"
      "i = 0 n = 0 selama i < N n = n + terima(hasil) i = i + 1 akhir\n"
      "cetak(n)";
  ExpectSum(kText, 30, 870, {.stress_interval = 1, .verify = true});
  ExpectSum(kText, 1000, 999000, {.verify = true, .young_bytes = 32 << 10});
}

}  // namespace
}  // namespace foxvm::interp
