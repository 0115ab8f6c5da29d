#include "vm/failure_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace foxvm::vm {
namespace {

std::string FrameText(const TraceFrame& frame) {
  const absl::string_view name = frame.is_main            ? "main program"
                                 : frame.function.empty() ? "anonymous function"
                                                          : absl::string_view(frame.function);
  if (frame.line == 0) return absl::StrCat("  at ", name, " (", frame.file, ")\n");
  return absl::StrCat("  at ", name, " (", frame.file, ":", frame.line, ")\n");
}

}  // namespace

std::string FailureText(const Failure& failure) {
  std::string text = absl::StrCat("error: ", failure.message, "\n");
  const std::vector<TraceFrame>& trace = failure.trace;
  const size_t before_gap = failure.omitted_frames > 0 ? trace.size() / 2 : trace.size();
  size_t repeated = 0;
  for (size_t i = 0; i < trace.size(); ++i) {
    if (i == before_gap) absl::StrAppend(&text, "  ... ", failure.omitted_frames, " more ...\n");
    const std::string line = FrameText(trace[i]);
    // Recursion fills a trace with one and the same line.
    if (i + 1 != before_gap && i + 1 < trace.size() && FrameText(trace[i + 1]) == line) {
      if (repeated++ == 0) absl::StrAppend(&text, line);
      continue;
    }
    if (repeated > 0) {
      absl::StrAppend(&text, "     and ", repeated, " more like it\n");
    } else {
      absl::StrAppend(&text, line);
    }
    repeated = 0;
  }
  return text;
}

}  // namespace foxvm::vm
