#include "frontend/near_name.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "absl/strings/ascii.h"

namespace foxvm::frontend {

namespace {

// Longest name compared: the work for a pair is the product of their lengths.
constexpr size_t kLongestName = 40;

using Row = std::array<size_t, kLongestName + 1>;

bool SameLetter(char a, char b) {
  return absl::ascii_tolower(static_cast<unsigned char>(a)) ==
         absl::ascii_tolower(static_cast<unsigned char>(b));
}

// Number of slips that turn `a` into `b`: a letter too many, too few or wrong, two neighbours swapped.
size_t EditDistance(absl::string_view a, absl::string_view b) {
  // Distances of the first i letters of `a` from the first j of `b`; the rows of i - 2, i - 1 and i.
  Row before{};
  Row above{};
  Row row{};
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before = above;
    above = row;
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({above[j - 1] + (SameLetter(a[i - 1], b[j - 1]) ? 0 : 1), above[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && SameLetter(a[i - 1], b[j - 2]) && SameLetter(a[i - 2], b[j - 1])) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

}  // namespace

absl::string_view NearestName(absl::string_view word, absl::Span<const absl::string_view> candidates) {
  // Two letters wrong, in a short name one: more would be guessing.
  absl::string_view best;
  if (word.empty() || word.size() > kLongestName) return best;
  size_t best_distance = word.size() <= 3 ? 2 : 3;
  for (absl::string_view candidate : candidates) {
    const size_t difference =
        std::max(word.size(), candidate.size()) - std::min(word.size(), candidate.size());
    if (difference >= best_distance || candidate.size() > kLongestName) continue;
    const size_t distance = EditDistance(word, candidate);
    if (distance < best_distance && distance < word.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace foxvm::frontend
