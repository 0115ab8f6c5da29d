// The collector by itself, with types of its own: a graph of towns and roads, and a cache with weak keys that
// forgets a town when the graph does.
// How: a town is reached by roads from the capital, or not at all. What is held across an allocation is in a
//      handle; between two allocations nothing moves, so plain pointers are good there.
#include <cstdint>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "gc/allocate.h"
#include "gc/ephemeron_table.h"
#include "gc/handle.h"
#include "gc/heap.h"
#include "gc/persistent_handle.h"
#include "gc/weak_handle.h"
#include "gc/write_barrier.h"

namespace {

using foxvm::gc::EphemeronTable;
using foxvm::gc::Heap;
using foxvm::gc::Mutator;
using foxvm::gc::ObjectHeader;
using foxvm::gc::PersistentHandle;
using foxvm::gc::Value;
using foxvm::gc::WeakHandle;

constexpr foxvm::gc::TypeId kTownType = 1;
constexpr int kTowns = 1000;

// second: the town's number.
struct Town : ObjectHeader {
  Value roads[2];  // to other towns, or null
};

// Null when out of memory.
Town* NewTown(Mutator& mutator, uint64_t number) {
  auto* town = static_cast<Town*>(foxvm::gc::Allocate(mutator, kTownType, sizeof(Town), number));
  if (town != nullptr) town->roads[0] = town->roads[1] = Value::Null();
  return town;
}

// The town next to the capital, 1 or 2, on whose side town `i` lies.
int FirstTownOnTheWay(int i) {
  while (i > 2) i = (i - 1) / 2;
  return i;
}

// Towns i with roads to 2 i + 1 and 2 i + 2; from the last ones they lead back to the first on their side, so
// that only bridges join the sides to the capital. Returns town 0, or nothing when out of memory.
PersistentHandle BuildCountry(Heap& heap) {
  std::vector<PersistentHandle> towns;
  for (int i = 0; i < kTowns; ++i) {
    Town* town = NewTown(heap.mutator(), static_cast<uint64_t>(i));
    if (town == nullptr) return PersistentHandle();
    towns.emplace_back(heap, Value::FromObject(town));
  }
  for (int i = 0; i < kTowns; ++i) {
    auto* town = static_cast<Town*>(towns[i].object());
    for (int road = 0; road < 2; ++road) {
      const int next = 2 * i + 1 + road;
      const int to = next < kTowns ? next : FirstTownOnTheWay(i);
      foxvm::gc::WriteField(heap.mutator(), &town->roads[road], towns[to].get());
    }
  }
  return std::move(towns[0]);
}

// Notes in `distances` how many roads each town is away from `capital`. Returns the number of towns.
int Survey(EphemeronTable& distances, ObjectHeader* capital) {
  std::vector<ObjectHeader*> towns = {capital};
  distances.Set(capital, Value::SmallInt(0));
  for (size_t at = 0; at < towns.size(); ++at) {
    const int64_t distance = distances.Get(towns[at]).small_int();
    for (Value road : static_cast<Town*>(towns[at])->roads) {
      if (!road.IsHeapRef() || !distances.Get(road.object()).IsEmpty()) continue;
      distances.Set(road.object(), Value::SmallInt(distance + 1));
      towns.push_back(road.object());
    }
  }
  return static_cast<int>(towns.size());
}

}  // namespace

int main() {
  auto created =
      Heap::Create({.max_bytes = size_t{64} << 20, .major_mode = foxvm::gc::MajorMode::kConcurrent});
  if (!created.ok()) {
    std::fprintf(stderr, "towns: %s\n", created.status().ToString().c_str());
    return 1;
  }
  Heap& heap = **created;
  heap.types().Register(kTownType, {.name = "town", .layout = foxvm::gc::SlotLayout::kAll});
  PersistentHandle capital = BuildCountry(heap);
  if (capital.get().IsEmpty()) {
    std::fprintf(stderr, "towns: out of memory\n");
    return 1;
  }

  EphemeronTable distances(heap);
  const int towns = Survey(distances, capital.object());
  std::printf("%d towns, %zu distances known\n", towns, distances.size());

  Value& bridge = static_cast<Town*>(capital.object())->roads[1];
  const WeakHandle beyond(heap, bridge);
  foxvm::gc::WriteField(heap.mutator(), &bridge, Value::Null());
  heap.CollectMajor();
  std::printf("a bridge is gone: %zu distances known, the town beyond it is %s\n", distances.size(),
              beyond.get().IsEmpty() ? "forgotten" : "still there");
  return 0;
}
