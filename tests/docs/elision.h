// Comparing what a command printed with what a document shows of it, in which `...` stands for any text.
// Threads: pure functions.
#ifndef FOXVM_TESTS_DOCS_ELISION_H_
#define FOXVM_TESTS_DOCS_ELISION_H_

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace foxvm::docs {

// Whether `actual` is `shown` with every `...` replaced by some text, line ends included.
inline bool MatchesElided(absl::string_view shown, absl::string_view actual) {
  constexpr absl::string_view kElision = "...";
  if (!absl::StrContains(shown, kElision)) return shown == actual;
  const size_t first = shown.find(kElision);
  const size_t last = shown.rfind(kElision);
  const absl::string_view head = shown.substr(0, first);
  const absl::string_view tail = shown.substr(last + kElision.size());
  if (actual.size() < head.size() + tail.size() || !absl::StartsWith(actual, head) ||
      !absl::EndsWith(actual, tail)) {
    return false;
  }
  actual = actual.substr(head.size(), actual.size() - head.size() - tail.size());
  if (first == last) return true;
  // The first place where a part fits is the best: it leaves the most for the others.
  const absl::string_view middle = shown.substr(first + kElision.size(), last - first - kElision.size());
  for (absl::string_view part : absl::StrSplit(middle, kElision)) {
    const size_t at = actual.find(part);
    if (at == absl::string_view::npos) return false;
    actual.remove_prefix(at + part.size());
  }
  return true;
}

}  // namespace foxvm::docs

#endif  // FOXVM_TESTS_DOCS_ELISION_H_
