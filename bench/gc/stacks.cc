// What fibers that wait and frames that are suspended add to the pauses of minor collections, and to those at
// both ends of a major one, in the VM.
// How: a program starts fibers that wait for a channel, or recurses. Then it fills most of eden again and
//      again, keeps a tenth of it for one round, lets 16 of the fibers go on and wait anew, and calls a
//      function of the host that collects: the pause is timed around that collection. Half way it also runs
//      whole cycles in slices, and times how they begin and end. The memory of a fiber
//      is what the process has grown by when all of them wait, the values in the heap included.
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/gc/measure.h"
#include "frontend/compile.h"
#include "gc/check.h"
#include "interp/builtins/host_io.h"
#include "interp/bytecode/verifier.h"
#include "interp/machine.h"
#include "interp/program.h"

namespace foxvm::interp {
namespace {

using gc::Pause;
using gc::Samples;

constexpr int kRounds = 200;
constexpr int kFirstRounds = 8;  // not timed: what is new gets old
constexpr size_t kMiB = size_t{1} << 20;

constexpr absl::string_view kText = R"(
pintu = saluran_baru()
hasil = saluran_baru()
fungsi kerja(k)
  isi = [k]
  selama benar
    isi = [terima(pintu)]
    kirim(hasil, isi)
  akhir
akhir
fungsi ukur()
  simpan = []
  i = 0 selama i < 1200 simpan = simpan + [0] i = i + 1 akhir
  putaran = 0
  selama putaran < banyak
    i = 0
    selama i < 12000
      isi = [i]
      jika i - i / 10 * 10 == 0 simpan[i / 10] = isi akhir
      i = i + 1
    akhir
    jika serat > 0
      i = 0 selama i < 16 kirim(pintu, i) i = i + 1 akhir
      i = 0 selama i < 16 terima(hasil) i = i + 1 akhir
    akhir
    kumpulkan()
    putaran = putaran + 1
  akhir
akhir
fungsi turun(n)
  isi = [n]
  jika n == 0 ukur() lainnya turun(n - 1) akhir
  kembalikan isi[0]
akhir
i = 0 selama i < serat luncurkan(kerja, i) i = i + 1 akhir
turun(kerangka)
)";

size_t ResidentBytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  unsigned long pages = 0;
  if (file == nullptr || std::fscanf(file, "%*u %lu", &pages) != 1) pages = 0;
  if (file != nullptr) std::fclose(file);
  return pages * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

// The host's one function: a minor collection.
class Collect final : public HostFunctions {
 public:
  void set_heap(gc::Heap* heap) { heap_ = heap; }
  std::optional<uint32_t> Find(absl::string_view name) const override {
    return name == kName ? std::optional<uint32_t>(0) : std::nullopt;
  }
  gc::Value Call(uint32_t, gc::Value*, uint32_t) override {
    if (rounds_ == kFirstRounds + kRounds / 2) TimeCycles();
    const Pause pause = gc::TimePause([this] { heap_->CollectMinor(); });
    if (++rounds_ > kFirstRounds) {
      wall_.Add(static_cast<double>(pause.wall_ns) / 1e6);
      cpu_.Add(static_cast<double>(pause.cpu_ns) / 1e6);
    } else {
      resident_bytes_ = ResidentBytes();
    }
    return gc::Value::Null();
  }
  size_t resident_bytes() const { return resident_bytes_; }
  void Print() {
    gc::PrintFigure("cycle_begin_ms", cycle_begin_.Percentile(0.5));
    gc::PrintFigure("cycle_begin_cpu_ms", cycle_begin_cpu_.Percentile(0.5));
    gc::PrintFigure("cycle_end_ms", cycle_end_.Percentile(0.5));
    for (auto& [prefix, samples] : {std::pair<const char*, Samples&>("", wall_), {"cpu_", cpu_}}) {
      gc::PrintFigure(absl::StrCat(prefix, "p50_ms").c_str(), samples.Percentile(0.5));
      gc::PrintFigure(absl::StrCat(prefix, "p99_ms").c_str(), samples.Percentile(0.99));
      gc::PrintFigure(absl::StrCat(prefix, "max_ms").c_str(), samples.max());
    }
  }

  static constexpr absl::string_view kName = "kumpulkan";

 private:
  // Cycles one after the other. The first few are not timed: they free what starting has left.
  void TimeCycles() {
    for (int i = -3; i < kCycles; ++i) {
      heap_->CollectMinor();
      const Pause begin = gc::TimePause([this] { heap_->BeginMajor(); });
      const uint64_t before = heap_->statistics().major_pause_ns_total;
      while (heap_->AdvanceMajor()) {
      }
      heap_->ReleaseFreeMemory();  // finishes sweeping
      if (i < 0) continue;
      cycle_begin_.Add(static_cast<double>(begin.wall_ns) / 1e6);
      cycle_begin_cpu_.Add(static_cast<double>(begin.cpu_ns) / 1e6);
      cycle_end_.Add(static_cast<double>(heap_->statistics().major_pause_ns_total - before) / 1e6);
    }
  }

  static constexpr int kCycles = 11;

  gc::Heap* heap_ = nullptr;
  Samples cycle_begin_;
  Samples cycle_begin_cpu_;
  Samples cycle_end_;
  int rounds_ = 0;
  size_t resident_bytes_ = 0;
  Samples wall_;
  Samples cpu_;
};

class NoImports final : public frontend::ModuleSource {
 public:
  absl::StatusOr<std::string> Read(absl::string_view path, absl::string_view, std::string*) override {
    return absl::NotFoundError(path);
  }
};

void Run(long fibers, long frames) {
  builtins::FdHostIo io(STDIN_FILENO, STDERR_FILENO, nullptr);
  MachineOptions options;
  options.heap.max_bytes = 1024 * kMiB;
  options.heap.major_mode = gc::MajorMode::kIncremental;
  options.heap.min_young_bytes = options.heap.max_young_bytes = options.heap.young_bytes;
  auto machine = Machine::Create(options, io);
  FOXVM_CHECK(machine.ok());
  Collect collect;
  collect.set_heap(&(*machine)->heap());
  (*machine)->SetHost(&collect);
  const std::string text = absl::StrCat("serat = ", fibers, " kerangka = ", frames,
                                        " banyak = ", kFirstRounds + kRounds, "\n", kText);
  NoImports imports;
  frontend::CompileResult compiled =
      frontend::Compile("stacks.fox", text, imports, {.host_functions = {&Collect::kName, 1}});
  FOXVM_CHECK(compiled.module.has_value());
  auto verified = bytecode::Verify(*std::move(compiled.module));
  FOXVM_CHECK(verified.ok());
  auto program = (*machine)->Load(*std::move(verified));
  FOXVM_CHECK(program.ok());
  const size_t before = ResidentBytes();
  FOXVM_CHECK(!(*machine)->Run(**program).has_value());
  collect.Print();
  const auto grown = static_cast<double>(collect.resident_bytes() - before);
  gc::PrintFigure("bytes_each", grown / static_cast<double>(std::max(fibers + frames, 1L)));
}

}  // namespace
}  // namespace foxvm::interp

int main(int argc, char** argv) {
  const std::string_view what = argc == 3 ? argv[1] : "";
  const long count = argc == 3 ? std::strtol(argv[2], nullptr, 10) : 0;
  if ((what != "--fibers" && what != "--frames") || count < 20 || count > 1'000'000) {
    std::fputs("usage: stacks --fibers|--frames 20..1000000\n", stderr);
    return 2;
  }
  what == "--fibers" ? foxvm::interp::Run(count, 0) : foxvm::interp::Run(0, count);
  return 0;
}
