#include "vm/memory_report.h"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace foxvm::vm {
namespace {

using Row = std::pair<std::string, uint64_t>;

std::vector<Row> RowsOf(const gc::MemoryStatistics& statistics) {
  std::vector<Row> rows = {{"total_allocated", statistics.allocated_bytes},
                           {"total_freed", statistics.freed_bytes},
                           {"current_live", statistics.live_bytes},
                           {"held_bytes", statistics.held_bytes},
                           {"peak_held_bytes", statistics.peak_held_bytes},
                           {"arena_bytes", statistics.arena_bytes},
                           {"pool_bytes", statistics.pool_bytes},
                           {"heap_bytes", statistics.heap_bytes},
                           {"gc_count", statistics.minor_collections + statistics.major_collections},
                           {"gc_major_count", statistics.major_collections},
                           {"gc_time_us", statistics.collection_ns / 1000},
                           {"gc_pause_max_us", statistics.pause_ns_max / 1000}};
  for (const gc::MemoryTypeCount& count : statistics.types) {
    // Types are told apart by their number: names are the user's and may be equal or empty.
    rows.emplace_back(absl::StrCat("objects_of_type_", count.type), count.objects);
  }
  return rows;
}

std::string JsonOf(const std::vector<Row>& rows) {
  return absl::StrCat("{\n",
                      absl::StrJoin(rows, ",\n",
                                    [](std::string* out, const Row& row) {
                                      absl::StrAppendFormat(out, "  \"%s\": %d", row.first, row.second);
                                    }),
                      "\n}\n");
}

std::string CsvOf(const std::vector<Row>& rows) {
  const auto names = [](std::string* out, const Row& row) { out->append(row.first); };
  const auto values = [](std::string* out, const Row& row) { absl::StrAppend(out, row.second); };
  return absl::StrCat(absl::StrJoin(rows, ",", names), "\n", absl::StrJoin(rows, ",", values), "\n");
}

}  // namespace

void PrintMemoryStatistics(const gc::MemoryStatistics& statistics) {
  for (const Row& row : RowsOf(statistics)) absl::FPrintF(stderr, "%-16s %d\n", row.first, row.second);
}

absl::Status WriteMemoryStatistics(const gc::MemoryStatistics& statistics, const std::string& path) {
  const std::vector<Row> rows = RowsOf(statistics);
  const std::string text = absl::EndsWith(path, ".csv") ? CsvOf(rows) : JsonOf(rows);
  FILE* file = std::fopen(path.c_str(), "w");
  bool written = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (file != nullptr) written = std::fclose(file) == 0 && written;
  if (written) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cannot write ", path, ": ", std::strerror(errno)));
}

}  // namespace foxvm::vm
