// NameTable: identifiers as small numbers, one table per source file.
// How: open addressing over a seeded hash, so chosen names cannot make it slow. The built-in functions' names
//      are entered first: a NameId below bytecode::kBuiltinCount is the index of that built-in.
// Invariants: NM-1 ids are dense and stable; a name's text stays where the caller keeps it, if it does.
// Threads: one at a time.  Owns: the table, and the texts that no caller keeps.
#ifndef FOXVM_FRONTEND_NAMES_H_
#define FOXVM_FRONTEND_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace foxvm::frontend {

using NameId = uint32_t;
inline constexpr NameId kNoName = UINT32_MAX;

class NameTable {
 public:
  NameTable();

  // The id of `name`, whose bytes outlive the table.
  NameId Intern(absl::string_view name);
  // The same for bytes that may go away.
  NameId InternCopy(absl::string_view name);

  absl::string_view Text(NameId id) const { return texts_[id]; }
  size_t size() const { return texts_.size(); }

 private:
  struct Entry {
    uint32_t hash = 0;
    NameId id = kNoName;
  };

  uint32_t HashOf(absl::string_view name) const;
  void Grow();

  std::vector<absl::string_view> texts_;
  std::vector<Entry> entries_;  // a power of two of them, at most three quarters in use
  std::forward_list<std::string> copies_;
  uint64_t seed_;
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_NAMES_H_
