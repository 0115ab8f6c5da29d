#include "gc/struct_heap.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_format.h"

namespace foxvm::gc {
namespace {

constexpr size_t kWordBytes = sizeof(void*);
// Words of an object that TypeInfo::bitmap reaches, behind the header's two.
constexpr size_t kBitmapBytes = 62 * kWordBytes;

absl::Status CheckLayout(const StructLayout& layout) {
  if (layout.repeats && layout.bytes == 0) {
    return absl::InvalidArgumentError("an array's elements must have a size");
  }
  for (size_t offset : layout.pointer_offsets) {
    if (offset % kWordBytes != 0 || layout.bytes < kWordBytes || offset > layout.bytes - kWordBytes) {
      return absl::InvalidArgumentError(
          absl::StrFormat("pointer offset %d must be a multiple of %d inside the struct's %d bytes", offset,
                          kWordBytes, layout.bytes));
    }
  }
  if (layout.repeats && !layout.pointer_offsets.empty() && layout.bytes % kWordBytes != 0) {
    return absl::InvalidArgumentError(
        "an array's elements with pointers must have a size that is a multiple of 8");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<StructHeap>> StructHeap::Create(HeapOptions options) {
  options.major_mode = MajorMode::kStopTheWorld;
  absl::StatusOr<std::unique_ptr<Heap>> heap = Heap::Create(options);
  if (!heap.ok()) return heap.status();
  return absl::WrapUnique(new StructHeap(*std::move(heap)));
}

StructHeap::StructHeap(std::unique_ptr<Heap> heap) : heap_(std::move(heap)), mutator_(heap_->mutator()) {
  heap_->AddRoots(this);
  RegisterType(0, {.name = "bytes"}).IgnoreError();  // cannot fail
}

StructHeap::~StructHeap() { heap_->RemoveRoots(this); }

absl::Status StructHeap::RegisterType(size_t type, StructLayout layout) {
  if (type >= kTypes) {
    return absl::InvalidArgumentError(absl::StrFormat("type numbers are below %d", kTypes));
  }
  Type& entry = types_[type];
  if (entry.min_bytes != SIZE_MAX) {
    return absl::InvalidArgumentError(absl::StrFormat("type %d is registered already", type));
  }
  if (absl::Status status = CheckLayout(layout); !status.ok()) return status;
  entry.layout = std::move(layout);
  entry.has_pointers = !entry.layout.pointer_offsets.empty();
  entry.min_bytes = entry.layout.repeats ? 0 : entry.layout.bytes;

  TypeInfo info{.name = entry.layout.name.c_str(), .kind = SlotKind::kRaw};
  if (!entry.has_pointers) {
    info.layout = SlotLayout::kNone;
  } else if (entry.layout.repeats && entry.layout.bytes == kWordBytes) {
    info.layout = SlotLayout::kAll;
  } else if (!entry.layout.repeats && entry.layout.bytes <= kBitmapBytes) {
    info.layout = SlotLayout::kBitmap;
    for (size_t offset : entry.layout.pointer_offsets) {
      info.bitmap |= uint64_t{1} << ((sizeof(ObjectHeader) + offset) / kWordBytes);
    }
  } else {
    info.layout = SlotLayout::kCustom;
    info.trace = Trace;
  }
  heap_->types().Register(HeapType(type), info);
  return absl::OkStatus();
}

void StructHeap::Trace(ObjectHeader* object, size_t bytes, SlotVisitor& visitor) {
  const StructLayout& layout = reinterpret_cast<const Type*>(object->second)->layout;
  const size_t payload_bytes = bytes - sizeof(ObjectHeader);
  auto* payload = static_cast<char*>(object->payload());
  // Rounding up may have made room for one element more than was asked for: it is zero.
  const size_t elements = layout.repeats ? payload_bytes / layout.bytes : 1;
  for (size_t i = 0; i < elements; ++i) {
    for (size_t offset : layout.pointer_offsets) {
      visitor.Visit(Slot::Raw(reinterpret_cast<void**>(payload + i * layout.bytes + offset)));
    }
  }
}

void StructHeap::VisitRoots(SlotVisitor& visitor) {
  for (void** root : roots_) visitor.Visit(Slot::Raw(root));
}

void StructHeap::WriteBarrier(void* payload) {
  ObjectHeader* object = ObjectHeader::OfPayload(payload);
  auto* end = reinterpret_cast<char*>(object) + heap_->SizeOf(object);
  MarkCards(mutator_, payload, end);
}

}  // namespace foxvm::gc
