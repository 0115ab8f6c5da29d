// Diagnostics: what the compiler says about a program, and its written forms.
// How: a Diagnostic carries its own copy of the source line, so it outlives the source. Only the first
//      kMaxStored are kept, all are counted: a megabyte of nonsense costs no more than a page of output.
// Not here: what the messages say (parser, codegen).
// Threads: one at a time.  Owns: all text.
#ifndef FOXVM_FRONTEND_DIAGNOSTIC_H_
#define FOXVM_FRONTEND_DIAGNOSTIC_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "frontend/source.h"

namespace foxvm::frontend {

enum class Severity : uint8_t {
  kError,
  kWarning,
  kNote,  // belongs to the error or warning before it
};

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string file;
  uint32_t line = 0;    // 1-based; 0: no position, then source_line is empty
  uint32_t column = 0;  // 1-based, in bytes
  uint32_t length = 1;  // bytes of the place meant, all on `line`; at least 1
  std::string message;
  std::string source_line;  // the line, or the part of a very long line around the column
  uint32_t caret = 0;       // 0-based place of the column in source_line; may be just past its end
};

class DiagnosticList {
 public:
  static constexpr size_t kMaxStored = 100;

  // Adds a diagnostic about `length` bytes from `offset` of `source` on; the part on the first line is shown.
  void Add(Severity severity, const Source& source, uint32_t offset, uint32_t length,
           absl::string_view message);
  // Adds an error about the file `file` as a whole.
  void AddForFile(absl::string_view file, absl::string_view message);
  // Appends all of `other`.
  void Append(const DiagnosticList& other);
  // Brings what is said about a file into the order of its lines; files stay in the order of their first
  // mention, notes behind what they belong to.
  void SortByPlace();

  // A point to come back to: Rewind() forgets what was added since.
  struct Mark {
    size_t stored;
    size_t errors;
  };
  Mark Save() const { return {stored_.size(), error_count_}; }
  void Rewind(const Mark& mark) {
    stored_.resize(mark.stored);
    error_count_ = mark.errors;
  }

  // The first kMaxStored diagnostics, notes included.
  const std::vector<Diagnostic>& stored() const { return stored_; }
  // Errors added, stored or not; warnings and notes do not count.
  size_t error_count() const { return error_count_; }

 private:
  void Store(Diagnostic diagnostic);

  std::vector<Diagnostic> stored_;
  size_t error_count_ = 0;
};

// `file:line:column: error: message`, the source line and a caret below it, each with a newline; with `color`
// in the colours of a terminal.
std::string RenderUnix(const Diagnostic& diagnostic, bool color = false);

// One JSON object on one line for each error and warning: file, line, column, endColumn (behind the place),
// severity, message, and its notes as an array of such objects. Bytes that are no UTF-8 are replaced.
std::string RenderJson(const std::vector<Diagnostic>& diagnostics);

// The reference's form of one parse error: `ERROR [L:C]: message`, the numbered source line, the caret.
std::string RenderCompat(const Diagnostic& diagnostic);

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_DIAGNOSTIC_H_
