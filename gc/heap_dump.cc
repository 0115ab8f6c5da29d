#include "gc/heap_dump.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gc/tracer.h"

namespace foxvm::gc {
namespace {

constexpr size_t kPieceBytes = size_t{64} << 10;

const char* NameOf(RootKind kind) {
  switch (kind) {
    case RootKind::kHandle: return "handle";
    case RootKind::kHost: return "host";
    case RootKind::kPersistent: return "persistent";
    case RootKind::kStack: return "stack";
  }
  return "unknown";
}

class Dumper {
 public:
  Dumper(Heap& heap, absl::FunctionRef<bool(absl::string_view)> write);

  bool Dump();

  // Of the object whose line is being written.
  template <SlotKind kKind>
  void VisitSlot(uint64_t* slot) {
    const ObjectHeader* target = RefOfWord<kKind>(LoadWord(slot));
    if (target == nullptr) return;
    absl::StrAppendFormat(&text_, " +%d=@%x", reinterpret_cast<uintptr_t>(slot) - holder_, OffsetOf(target));
    Flush(kPieceBytes);
  }

 private:
  void WriteObject(ObjectHeader* object);
  // Introduces `site` unless it has been.
  void WriteSite(uint32_t site);
  uintptr_t OffsetOf(const ObjectHeader* object) const {
    return reinterpret_cast<uintptr_t>(object) - heap_.base();
  }
  // Hands on the text if there are `bytes` of it.
  void Flush(size_t bytes) {
    if (text_.size() < bytes) return;
    good_ = good_ && write_(text_);
    text_.clear();
  }

  Heap& heap_;
  absl::FunctionRef<bool(absl::string_view)> write_;
  std::vector<std::string> type_names_;
  std::vector<bool> known_sites_;        // of the source, by number
  std::vector<bool> known_scope_sites_;  // by number without the top bit
  std::string text_;
  uintptr_t holder_ = 0;
  uint64_t objects_ = 0;
  uint64_t bytes_ = 0;
  bool good_ = true;
};

Dumper::Dumper(Heap& heap, absl::FunctionRef<bool(absl::string_view)> write) : heap_(heap), write_(write) {
  for (size_t id = 0; id <= kMaxTypeId; ++id) {
    const char* name = heap.types().Get(static_cast<TypeId>(id)).name;
    type_names_.emplace_back(name == nullptr ? "?" : name);
    std::replace(type_names_.back().begin(), type_names_.back().end(), ' ', '_');
  }
}

void Dumper::WriteSite(uint32_t site) {
  constexpr uint32_t kTop = uint32_t{1} << 31;
  std::vector<bool>& known = (site & kTop) != 0 ? known_scope_sites_ : known_sites_;
  const size_t number = site & ~kTop;
  if (number >= known.size()) known.resize(number + 1);
  if (known[number]) return;
  known[number] = true;
  std::string name = heap_.SiteName(site);
  std::replace(name.begin(), name.end(), '\n', ' ');
  absl::StrAppendFormat(&text_, "site %d %s\n", site, name);
}

void Dumper::WriteObject(ObjectHeader* object) {
  if (!good_) return;
  const uint32_t site = heap_.SiteOf(object);
  if (site != 0) WriteSite(site);
  const size_t bytes = heap_.SizeOf(object);
  absl::StrAppendFormat(&text_, "object @%x %s bytes=%d age=", OffsetOf(object), type_names_[object->type()],
                        bytes);
  if (object->small_size() == 0) {
    text_ += "large";
  } else if (object->generation() == kOldGeneration) {
    text_ += "old";
  } else {
    absl::StrAppendFormat(&text_, "%d", object->generation());
  }
  if (object->has_flag(kPinned)) text_ += " pinned";
  if (site != 0) absl::StrAppendFormat(&text_, " site=%d", site);
  holder_ = reinterpret_cast<uintptr_t>(object);
  VisitObjectSlots(heap_.types().Get(object->type()), object, bytes, *this);
  text_ += '\n';
  ++objects_;
  bytes_ += bytes;
  Flush(kPieceBytes);
}

bool Dumper::Dump() {
  const HeapStatistics statistics = heap_.statistics();
  absl::StrAppendFormat(&text_, "foxvm-heap-dump 1\nheap young=%d old=%d committed=%d\n",
                        statistics.young_used_bytes, statistics.live_old_bytes, statistics.committed_bytes);
  heap_.ForEachRoot([this](RootKind kind, Slot slot) {
    const ObjectHeader* object = slot.Load();
    if (object != nullptr) absl::StrAppendFormat(&text_, "root %s @%x\n", NameOf(kind), OffsetOf(object));
    Flush(kPieceBytes);
  });
  heap_.ForEachObject([this](ObjectHeader* object) { WriteObject(object); });
  absl::StrAppendFormat(&text_, "end objects=%d bytes=%d\n", objects_, bytes_);
  Flush(1);
  return good_;
}

}  // namespace

bool DumpHeap(Heap& heap, absl::FunctionRef<bool(absl::string_view)> write) {
  return Dumper(heap, write).Dump();
}

}  // namespace foxvm::gc
