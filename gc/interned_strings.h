// InternedStrings: one copy of each distinct text in an arena, so that equal texts have equal addresses.
// Threads: the arena's.  Collects: never.  Owns: the table; the texts are the arena's, which must not be reset or
// rewound behind them while the table is used.
#ifndef FOXVM_GC_INTERNED_STRINGS_H_
#define FOXVM_GC_INTERNED_STRINGS_H_

#include <cstddef>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "gc/arena.h"

namespace foxvm::gc {

class InternedStrings {
 public:
  explicit InternedStrings(Arena& arena) : arena_(arena) {}

  // The copy of `text`; a null address when out of memory.
  absl::string_view Intern(absl::string_view text) {
    const auto found = texts_.find(text);
    if (found != texts_.end()) return *found;
    const absl::string_view copy = arena_.CopyString(text);
    if (copy.data() != nullptr) texts_.insert(copy);
    return copy;
  }

  size_t size() const { return texts_.size(); }

 private:
  Arena& arena_;
  absl::flat_hash_set<absl::string_view> texts_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_INTERNED_STRINGS_H_
