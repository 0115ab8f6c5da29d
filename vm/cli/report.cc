#include "vm/cli/report.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "vm/cli/exit_status.h"

namespace foxvm::cli {
namespace {

double Milliseconds(uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e6; }
double Mebibytes(uint64_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

uint64_t PeakResidentBytes() {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? static_cast<uint64_t>(usage.ru_maxrss) * 1024 : 0;
}

// Also by the conventions of https://no-color.org.
bool StandardErrorTakesColor() {
  const char* no_color = getenv("NO_COLOR");
  const char* terminal = getenv("TERM");
  return isatty(STDERR_FILENO) == 1 && (no_color == nullptr || *no_color == 0) && terminal != nullptr &&
         absl::string_view(terminal) != "dumb";
}

}  // namespace

std::string DiagnosticsText(const frontend::CompileResult& result, const Invocation& invocation) {
  if (invocation.diagnostics == DiagnosticsForm::kJson) return frontend::RenderJson(result.diagnostics);
  return frontend::RenderUnix(result, invocation.color == ColorUse::kAlways ||
                                          (invocation.color == ColorUse::kAuto && StandardErrorTakesColor()));
}

int ReportCompileErrors(const frontend::CompileResult& result, const Invocation& invocation, StandardIo& io) {
  if (invocation.vm.compat) {
    io.Write(frontend::RenderCompat(result));
    return io.Finish(kExitCompatError);
  }
  io.WriteError(DiagnosticsText(result, invocation));
  return kExitNotLoaded;
}

std::string HeapText(const gc::HeapStatistics& heap) {
  std::string text;
  absl::StrAppendFormat(&text, "allocated           %10.3f MiB\n", Mebibytes(heap.allocated_bytes));
  absl::StrAppendFormat(&text, "minor collections   %10d, longest pause %.3f ms, p99 %.3f ms, all %.3f ms\n",
                        heap.minor_collections, Milliseconds(heap.minor_pause_ns_max),
                        Milliseconds(heap.minor_pauses.p99_ns()), Milliseconds(heap.minor_pause_ns_total));
  absl::StrAppendFormat(&text, "  copied            %10.3f MiB, promoted %.3f MiB\n",
                        Mebibytes(heap.copied_bytes), Mebibytes(heap.promoted_bytes));
  absl::StrAppendFormat(&text, "major collections   %10d, longest pause %.3f ms, p99 %.3f ms, all %.3f ms\n",
                        heap.major_collections, Milliseconds(heap.major_pause_ns_max),
                        Milliseconds(heap.major_pauses.p99_ns()), Milliseconds(heap.major_pause_ns_total));
  if (heap.slice_pauses.count() != 0) {
    absl::StrAppendFormat(&text,
                          "  slices of marking %10d, longest pause %.3f ms, p99 %.3f ms, all %.3f ms\n",
                          heap.slice_pauses.count(), Milliseconds(heap.slice_pause_ns_max),
                          Milliseconds(heap.slice_pauses.p99_ns()), Milliseconds(heap.slice_pause_ns_total));
  }
  absl::StrAppendFormat(&text, "old objects         %10.3f MiB\n", Mebibytes(heap.live_old_bytes));
  absl::StrAppendFormat(&text, "heap memory         %10.3f MiB\n", Mebibytes(heap.committed_bytes));
  absl::StrAppendFormat(&text, "process peak memory %10.3f MiB\n", Mebibytes(PeakResidentBytes()));
  return text;
}

std::string StatisticsText(const gc::HeapStatistics& heap, absl::Duration load, absl::Duration run) {
  std::string text;
  absl::StrAppendFormat(&text, "load time           %10.3f ms\n", absl::ToDoubleMilliseconds(load));
  absl::StrAppendFormat(&text, "run time            %10.3f ms\n", absl::ToDoubleMilliseconds(run));
  absl::StrAppend(&text, HeapText(heap));
  return text;
}

}  // namespace foxvm::cli
