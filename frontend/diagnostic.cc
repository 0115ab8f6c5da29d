#include "frontend/diagnostic.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace foxvm::frontend {

namespace {

// Longest part of a source line shown. A line of a real program is shown whole.
constexpr size_t kMaxShownLine = 1000;
// Longest message: one may quote a literal or a name of any length.
constexpr size_t kMaxMessage = 1000;

// Copies the line, or of a long line the part around the column, and places the caret in it.
void CopyLine(absl::string_view line, Diagnostic* diagnostic) {
  size_t caret = diagnostic->column - 1;
  if (line.size() > kMaxShownLine) {
    const size_t start = caret > kMaxShownLine / 2 ? caret - kMaxShownLine / 2 : 0;
    line = start < line.size() ? line.substr(start, kMaxShownLine) : absl::string_view();
    caret -= start;
  }
  diagnostic->source_line = std::string(line);
  diagnostic->caret = static_cast<uint32_t>(caret);
}

}  // namespace

void DiagnosticList::Store(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::kError) ++error_count_;
  if (stored_.size() < kMaxStored) stored_.push_back(std::move(diagnostic));
}

void DiagnosticList::Add(Severity severity, const Source& source, uint32_t offset,
                         absl::string_view message) {
  if (stored_.size() >= kMaxStored) {
    if (severity == Severity::kError) ++error_count_;
    return;
  }
  const Position position = source.PositionAt(offset);
  Diagnostic diagnostic;
  diagnostic.severity = severity;
  diagnostic.file = source.name();
  diagnostic.line = position.line;
  diagnostic.column = position.column;
  diagnostic.message = message.size() <= kMaxMessage ? std::string(message)
                                                     : absl::StrCat(message.substr(0, kMaxMessage), "...");
  CopyLine(source.Line(position.line), &diagnostic);
  Store(std::move(diagnostic));
}

void DiagnosticList::AddForFile(absl::string_view file, absl::string_view message) {
  Diagnostic diagnostic;
  diagnostic.file = std::string(file);
  diagnostic.message = std::string(message);
  Store(std::move(diagnostic));
}

void DiagnosticList::Append(const DiagnosticList& other) {
  error_count_ += other.error_count_;
  for (const Diagnostic& diagnostic : other.stored_) {
    if (stored_.size() < kMaxStored) stored_.push_back(diagnostic);
  }
}

std::string RenderUnix(const Diagnostic& diagnostic) {
  const absl::string_view severity = diagnostic.severity == Severity::kError ? "error" : "note";
  if (diagnostic.line == 0) {
    return absl::StrCat(diagnostic.file, ": ", severity, ": ", diagnostic.message, "\n");
  }
  std::string out = absl::StrCat(diagnostic.file, ":", diagnostic.line, ":", diagnostic.column, ": ",
                                 severity, ": ", diagnostic.message, "\n");
  absl::string_view line = diagnostic.source_line;
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  absl::StrAppend(&out, "  ", line, "\n  ");
  // Tabs stay tabs, so the caret is below its character whatever a tab's width is.
  for (size_t i = 0; i < diagnostic.caret; ++i)
    out.push_back(i < line.size() && line[i] == '\t' ? '\t' : ' ');
  out.append("^\n");
  return out;
}

std::string RenderCompat(const Diagnostic& diagnostic) {
  return absl::StrCat("ERROR [", diagnostic.line, ":", diagnostic.column, "]: ", diagnostic.message, "\n  ",
                      diagnostic.line, " | ", diagnostic.source_line, "\n       ",
                      std::string(diagnostic.caret, ' '), "^\n");
}

}  // namespace foxvm::frontend
