#include "frontend/names.h"

#include "absl/hash/hash.h"
#include "interp/bytecode/builtin_names.h"

namespace foxvm::frontend {

NameTable::NameTable() : entries_(256) {
  for (absl::string_view name : bytecode::kBuiltinNames) Intern(name);
}

NameId NameTable::Intern(absl::string_view name) {
  const uint32_t hash = static_cast<uint32_t>(absl::Hash<absl::string_view>()(name));
  size_t mask = entries_.size() - 1;
  size_t slot = hash & mask;
  while (entries_[slot].id != kNoName) {
    const Entry& entry = entries_[slot];
    if (entry.hash == hash && texts_[entry.id] == name) return entry.id;
    slot = (slot + 1) & mask;
  }
  const NameId id = static_cast<NameId>(texts_.size());
  texts_.push_back(name);
  entries_[slot] = {hash, id};
  if (texts_.size() > entries_.size() / 4 * 3) Grow();
  return id;
}

NameId NameTable::InternCopy(absl::string_view name) {
  copies_.emplace_front(name);
  const size_t before = texts_.size();
  const NameId id = Intern(copies_.front());
  if (texts_.size() == before) copies_.pop_front();
  return id;
}

void NameTable::Grow() {
  std::vector<Entry> old(entries_.size() * 2);
  old.swap(entries_);
  const size_t mask = entries_.size() - 1;
  for (const Entry& entry : old) {
    if (entry.id == kNoName) continue;
    size_t slot = entry.hash & mask;
    while (entries_[slot].id != kNoName) slot = (slot + 1) & mask;
    entries_[slot] = entry;
  }
}

}  // namespace foxvm::frontend
