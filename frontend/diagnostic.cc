#include "frontend/diagnostic.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_map.h"
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

absl::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kError: return "error";
    case Severity::kWarning: return "warning";
    case Severity::kNote: break;
  }
  return "note";
}

absl::string_view SeverityColor(Severity severity) {
  switch (severity) {
    case Severity::kError: return "\033[1;31m";
    case Severity::kWarning: return "\033[1;35m";
    case Severity::kNote: break;
  }
  return "\033[1;36m";
}

// Length of the UTF-8 sequence that `text` starts with; 0 for none.
size_t Utf8Length(absl::string_view text) {
  const auto byte = [&text](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return 1;
  const size_t length = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  // Overlong forms, surrogates, and what lies past the last code point.
  if ((byte(0) == 0xE0 && byte(1) < 0xA0) || (byte(0) == 0xED && byte(1) > 0x9F) ||
      (byte(0) == 0xF0 && byte(1) < 0x90) || (byte(0) == 0xF4 && byte(1) > 0x8F)) {
    return 0;
  }
  return length;
}

void AppendJsonString(absl::string_view text, std::string* out) {
  out->push_back('"');
  while (!text.empty()) {
    const unsigned char c = static_cast<unsigned char>(text[0]);
    const size_t length = Utf8Length(text);
    if (length == 0) {
      out->append("\\ufffd");
    } else if (c < 0x20 || c == 0x7f) {
      absl::StrAppend(out, "\\u", absl::Hex(c, absl::kZeroPad4));
    } else {
      if (c == '"' || c == '\\') out->push_back('\\');
      out->append(text.data(), length);
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  out->push_back('"');
}

// The object's fields, without its end.
void AppendJsonFields(const Diagnostic& diagnostic, std::string* out) {
  out->append("{\"file\":");
  AppendJsonString(diagnostic.file, out);
  const uint32_t end = diagnostic.line == 0 ? 0 : diagnostic.column + diagnostic.length;
  absl::StrAppend(out, ",\"line\":", diagnostic.line, ",\"column\":", diagnostic.column,
                  ",\"endColumn\":", end, ",\"severity\":\"", SeverityName(diagnostic.severity),
                  "\",\"message\":");
  AppendJsonString(diagnostic.message, out);
}

}  // namespace

void DiagnosticList::SortByPlace() {
  struct Key {
    size_t file, first, end;  // the file's first mention; an error or warning with its notes in stored_
    uint32_t line, column;
  };
  std::vector<Key> keys;
  absl::flat_hash_map<absl::string_view, size_t> files;
  for (size_t i = 0; i < stored_.size(); ++i) {
    const Diagnostic& diagnostic = stored_[i];
    if (diagnostic.severity == Severity::kNote && !keys.empty()) {
      keys.back().end = i + 1;
      continue;
    }
    const size_t file = files.try_emplace(diagnostic.file, i).first->second;
    keys.push_back({file, i, i + 1, diagnostic.line, diagnostic.column});
  }
  absl::c_sort(keys, [](const Key& a, const Key& b) {
    return std::tie(a.file, a.line, a.column, a.first) < std::tie(b.file, b.line, b.column, b.first);
  });
  std::vector<Diagnostic> sorted;
  for (const Key& key : keys) {
    for (size_t i = key.first; i < key.end; ++i) sorted.push_back(std::move(stored_[i]));
  }
  stored_ = std::move(sorted);
}

void DiagnosticList::Store(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::kError) ++error_count_;
  if (stored_.size() < kMaxStored) stored_.push_back(std::move(diagnostic));
}

void DiagnosticList::Add(Severity severity, const Source& source, uint32_t offset, uint32_t length,
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
  const absl::string_view line = source.LineAt(offset);
  const size_t rest = line.size() - std::min<size_t>(line.size(), position.column - 1);
  diagnostic.length = static_cast<uint32_t>(std::max<size_t>(1, std::min<size_t>(length, rest)));
  CopyLine(line, &diagnostic);
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

std::string RenderUnix(const Diagnostic& diagnostic, bool color) {
  const absl::string_view bold = color ? "\033[1m" : "";
  const absl::string_view shade = color ? SeverityColor(diagnostic.severity) : "";
  const absl::string_view plain = color ? "\033[0m" : "";
  std::string out = absl::StrCat(bold, diagnostic.file, ":");
  if (diagnostic.line != 0) absl::StrAppend(&out, diagnostic.line, ":", diagnostic.column, ":");
  absl::StrAppend(&out, " ", shade, SeverityName(diagnostic.severity), ": ", plain, bold, diagnostic.message,
                  plain, "\n");
  if (diagnostic.line == 0) return out;
  absl::string_view line = diagnostic.source_line;
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  absl::StrAppend(&out, "  ", line, "\n  ");
  // Tabs stay tabs, so the caret is below its character whatever a tab's width is.
  for (size_t i = 0; i < diagnostic.caret; ++i)
    out.push_back(i < line.size() && line[i] == '\t' ? '\t' : ' ');
  const size_t shown = line.size() - std::min<size_t>(line.size(), diagnostic.caret);
  const size_t tail = std::min<size_t>(diagnostic.length, std::max<size_t>(shown, 1)) - 1;
  absl::StrAppend(&out, shade, "^", std::string(tail, '~'), plain, "\n");
  return out;
}

std::string RenderJson(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  for (size_t i = 0; i < diagnostics.size();) {
    AppendJsonFields(diagnostics[i], &out);
    absl::StrAppend(&out, ",\"notes\":[");
    const size_t first_note = ++i;
    for (; i < diagnostics.size() && diagnostics[i].severity == Severity::kNote; ++i) {
      if (i > first_note) out.push_back(',');
      AppendJsonFields(diagnostics[i], &out);
      out.push_back('}');
    }
    absl::StrAppend(&out, "]}\n");
  }
  return out;
}

std::string RenderCompat(const Diagnostic& diagnostic) {
  return absl::StrCat("ERROR [", diagnostic.line, ":", diagnostic.column, "]: ", diagnostic.message, "\n  ",
                      diagnostic.line, " | ", diagnostic.source_line, "\n       ",
                      std::string(diagnostic.caret, ' '), "^\n");
}

}  // namespace foxvm::frontend
