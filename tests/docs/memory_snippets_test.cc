// The pieces of C++ that docs/memory.md shows; docs_test compares them.
#include <memory_resource>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "gc/arena.h"
#include "gc/arena_adapters.h"
#include "gc/interned_strings.h"
#include "gc/pool.h"
#include "gtest/gtest.h"

namespace foxvm {
namespace {

TEST(MemorySnippets, TypedObjects) {
  struct Node {
    int number;
    Node* next;
  };
  gc::Arena arena({.max_bytes = size_t{64} << 20});
  Node* node = arena.New<Node>(1, nullptr);        // null when out of memory
  auto* text = arena.New<std::string>(1000, 'x');  // its destructor runs when the arena is reset
  absl::Span<int> numbers = arena.NewArray<int>(100);
  const gc::Arena::Mark mark = arena.Save();
  arena.CopyString("ends with the rewind");
  arena.Rewind(mark);
  EXPECT_TRUE(node != nullptr && text->size() == 1000 && numbers.size() == 100);
}

TEST(MemorySnippets, Containers) {
  gc::Arena arena;
  gc::ArenaResource resource(arena);
  std::pmr::vector<int> vector(&resource);
  vector.assign(1000, 7);

  using Entry = std::pair<const absl::string_view, int>;
  absl::flat_hash_map<absl::string_view, int, absl::Hash<absl::string_view>, std::equal_to<absl::string_view>,
                      gc::ArenaAllocator<Entry>>
      map{gc::ArenaAllocator<Entry>(arena)};
  gc::InternedStrings names(arena);
  map[names.Intern("nama")] += vector[0];
  EXPECT_EQ(map["nama"], 7);
  EXPECT_EQ(names.Intern("nama").data(), names.Intern(std::string("nama")).data());
}

TEST(MemorySnippets, Pools) {
  gc::PoolOptions options;
  options.limit_bytes = size_t{16} << 20;
  auto pool = gc::Pool::Create(options);
  if (!pool.ok()) FAIL() << pool.status();
  gc::Pool::Sized nodes = (*pool)->ForSize(48);  // looked up once
  void* node = nodes.Allocate();                 // null at the limit
  EXPECT_NE(node, nullptr);
  nodes.Free(node);
}

}  // namespace
}  // namespace foxvm
