#include "gc/heap_census.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

namespace foxvm::gc {
namespace {

void AppendRow(std::string* text, absl::string_view name, const TypeCount& count) {
  const ObjectCount all = count.all();
  absl::StrAppendFormat(text, "%-20s %10d %12d %12d %12d %12d\n", name, all.objects, all.bytes,
                        count.young.bytes, count.old.bytes, count.large.bytes);
}

void AddTo(ObjectCount* sum, const ObjectCount& more) {
  sum->objects += more.objects;
  sum->bytes += more.bytes;
}

void AppendSites(std::string* text, Heap& heap, const HeapCensus& census, size_t max_sites) {
  std::vector<std::pair<uint32_t, ObjectCount>> sites(census.sites.begin(), census.sites.end());
  std::sort(sites.begin(), sites.end(), [](const auto& a, const auto& b) {
    return std::pair(b.second.bytes, a.first) < std::pair(a.second.bytes, b.first);
  });
  absl::StrAppendFormat(text, "%-20s %10s %12s\n", "site", "objects", "bytes");
  for (size_t i = 0; i < std::min(max_sites, sites.size()); ++i) {
    absl::StrAppendFormat(text, "%-20s %10d %12d\n", heap.SiteName(sites[i].first), sites[i].second.objects,
                          sites[i].second.bytes);
  }
  if (sites.size() > max_sites) absl::StrAppendFormat(text, "and %d more sites\n", sites.size() - max_sites);
}

}  // namespace

HeapCensus TakeCensus(Heap& heap) {
  HeapCensus census;
  const bool with_sites = heap.options().record_sites;
  heap.ForEachObject([&](ObjectHeader* object) {
    const size_t bytes = heap.SizeOf(object);
    TypeCount& type = census.types[object->type()];
    ObjectCount& count = object->small_size() == 0 ? type.large
                         : heap.IsYoung(object)    ? type.young
                                                   : type.old;
    count.Add(bytes);
    if (with_sites) census.sites[heap.SiteOf(object)].Add(bytes);
  });
  return census;
}

std::string CensusText(Heap& heap, const HeapCensus& census, size_t max_sites) {
  std::vector<TypeId> order;
  TypeCount total;
  for (size_t id = 0; id < census.types.size(); ++id) {
    const TypeCount& count = census.types[id];
    if (count.all().objects == 0) continue;
    order.push_back(static_cast<TypeId>(id));
    AddTo(&total.young, count.young);
    AddTo(&total.old, count.old);
    AddTo(&total.large, count.large);
  }
  std::sort(order.begin(), order.end(), [&](TypeId a, TypeId b) {
    return std::pair(census.types[b].all().bytes, a) < std::pair(census.types[a].all().bytes, b);
  });
  std::string text = absl::StrFormat("%-20s %10s %12s %12s %12s %12s\n", "type", "objects", "bytes", "young",
                                     "old", "large");
  for (TypeId id : order) AppendRow(&text, heap.types().Get(id).name, census.types[id]);
  AppendRow(&text, "all", total);
  if (heap.options().record_sites) AppendSites(&text, heap, census, max_sites);
  return text;
}

}  // namespace foxvm::gc
