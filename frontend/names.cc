#include "frontend/names.h"

#include <cstring>

#include "absl/hash/hash.h"
#include "absl/numeric/int128.h"
#include "interp/bytecode/builtin_names.h"

namespace foxvm::frontend {

namespace {

template <typename T>
uint64_t Load(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

// The bytes of a text of at most 16 bytes as two numbers; texts of one length differ if and only if these do.
struct Words {
  uint64_t first;
  uint64_t second;
};
Words WordsOf(const char* text, size_t length) {
  if (length >= 8) return {Load<uint64_t>(text), Load<uint64_t>(text + length - 8)};
  if (length >= 4) return {Load<uint32_t>(text), Load<uint32_t>(text + length - 4)};
  if (length == 0) return {0, 0};
  return {Load<uint8_t>(text), Load<uint8_t>(text + length / 2) << 8 | Load<uint8_t>(text + length - 1)};
}

uint64_t Mix(uint64_t a, uint64_t b) {
  const absl::uint128 product = absl::uint128(a) * b;
  return absl::Uint128Low64(product) ^ absl::Uint128High64(product);
}

constexpr size_t kWordsBytes = 16;
// Odd, with as many ones as zeros.
constexpr uint64_t kMultiplier = 0x9e3779b97f4a7c15;

bool SameText(absl::string_view a, absl::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.size() > kWordsBytes) return a == b;
  const Words x = WordsOf(a.data(), a.size()), y = WordsOf(b.data(), b.size());
  return x.first == y.first && x.second == y.second;
}

}  // namespace

NameTable::NameTable() : entries_(256), seed_(absl::Hash<uint64_t>()(kMultiplier)) {
  for (absl::string_view name : bytecode::kBuiltinNames) Intern(name);
}

uint32_t NameTable::HashOf(absl::string_view name) const {
  if (name.size() > kWordsBytes) return static_cast<uint32_t>(absl::Hash<absl::string_view>()(name));
  const Words words = WordsOf(name.data(), name.size());
  return static_cast<uint32_t>(
      Mix(Mix(words.first ^ seed_, kMultiplier) ^ words.second, seed_ + name.size()));
}

NameId NameTable::Intern(absl::string_view name) {
  const uint32_t hash = HashOf(name);
  size_t mask = entries_.size() - 1;
  size_t slot = hash & mask;
  while (entries_[slot].id != kNoName) {
    const Entry& entry = entries_[slot];
    if (entry.hash == hash && SameText(texts_[entry.id], name)) return entry.id;
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
