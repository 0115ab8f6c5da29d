// Blocks that are passed over by their layout: however a program is laid out, it compiles to what parsing all of it
// at once gives, or fails with the same messages.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "frontend/compile.h"
#include "frontend/typed/typed_compilation.h"
#include "gc/arena.h"
#include "gtest/gtest.h"
#include "interp/bytecode/mbc.h"
#include "interp/bytecode/module_sink.h"
#include "tests/frontend/compile_for_test.h"

namespace foxvm::frontend {
namespace {

constexpr absl::string_view kModule = R"(fungsi dua(a int) int
  kembali a * 2
akhir
)";

// Every kind of statement around functions and methods, as people lay them out.
constexpr absl::string_view kProgram = R"(ambil "m"
struktur Titik
  x int
  y int
akhir
fungsi (t *Titik) jumlah() int
  jika t.x > 0 maka
    kembali t.x + t.y
  lain jika t.x < 0 maka
    kembali t.y
  lain
    # akhir
    kembali 0
  akhir
akhir
var banyak int = 3

fungsi hitung(n int) (int, error)
  var s int = 0

  selama n > 0
    s = s + n
    n = n - 1
  akhir
# a comment
  var f fungsi(int) int = fungsi(a int) int
    kembali a + s
  akhir
  kembali f(1), kosong
akhir
antarmuka Jumlah
  fungsi jumlah() int
akhir
fungsi satu() int kembali 1 akhir
fungsi teks() string
  kembali "akhir
akhir #{satu()}"
akhir
fungsi main() void
  var r, e = hitung(dua(banyak))
  jika e == kosong maka cetak(r) akhir
  pilih r
    kasus 1: cetak(teks())
    kasus 2:
      cetak(satu())
  akhir
akhir
)";

// The bytes of the module, or the messages.
std::string Outcome(const CompileResult& result, bytecode::ModuleBuilder& builder) {
  if (result.error_count > 0) return RenderUnix(result);
  return bytecode::WriteMbc(builder.Take());
}

std::string Compiled(absl::string_view text, bool* misled) {
  gc::Arena arena;
  MemoryModules modules({{"m.fox", std::string(kModule)}});
  bytecode::ModuleBuilder builder;
  const CompileOptions options = {.dialect = Dialect::kTyped, .arena = &arena};
  bytecode::ModuleBuilder unused;
  TypedCompilation by_layout(modules, options, arena, unused, BlockSearch::kLayout);
  by_layout.Run("test.fox", text);
  *misled = by_layout.was_misled();
  const CompileResult result = CompileInto("test.fox", text, modules, options, builder);
  return Outcome(result, builder);
}

std::string Parsed(absl::string_view text) {
  gc::Arena arena;
  MemoryModules modules({{"m.fox", std::string(kModule)}});
  bytecode::ModuleBuilder builder;
  const CompileOptions options = {.dialect = Dialect::kTyped, .arena = &arena};
  const CompileResult result =
      TypedCompilation(modules, options, arena, builder, BlockSearch::kParse).Run("test.fox", text);
  return Outcome(result, builder);
}

// True if the layout was no help.
bool ExpectSame(absl::string_view text) {
  bool misled = false;
  EXPECT_EQ(Compiled(text, &misled), Parsed(text)) << text;
  return misled;
}

TEST(TypedLayoutTest, UsualLayoutIsEnough) {
  EXPECT_FALSE(ExpectSame(kProgram));
  EXPECT_FALSE(ExpectSame("fungsi f() void\r\n  cetak(1)\r\nakhir\r\nf()\r\n"));
  EXPECT_FALSE(ExpectSame("fungsi f() void\n  cetak(1)\nakhir"));
  EXPECT_FALSE(ExpectSame("fungsi f() void\nakhir\t \nf()"));
  EXPECT_FALSE(ExpectSame("fungsi f() void\n  ada()\nakhir\nf()")) << "an error, but not in the syntax";
}

TEST(TypedLayoutTest, LayoutThatMisleads) {
  EXPECT_TRUE(ExpectSame("fungsi f() void\n  jika benar maka\n    cetak(1)\nakhir\nakhir\nf()"));
  EXPECT_TRUE(ExpectSame("fungsi f() void\n  akhir\n  jika benar maka\n    cetak(1)\nakhir\nf()"));
  EXPECT_TRUE(ExpectSame("fungsi f() void\n  cetak(1)\n  akhir\nakhir\nf()"));
  EXPECT_TRUE(ExpectSame("fungsi f() void\n  cetak(\nakhir\nf()"));
  EXPECT_TRUE(ExpectSame("fungsi f() void\n  cetak(1)\nakhir\nfungsi f() void\n  cetak(2\nakhir\nf()"));
  constexpr absl::string_view kWithNul("fungsi f() void\n  cetak(1)\n  \0\nakhir\nf()", 40);
  EXPECT_TRUE(ExpectSame(kWithNul));
  EXPECT_TRUE(ExpectSame("fungsi f() void\n  cetak(\"\n  a\nakhir\nf()"));
}

std::vector<std::string> Variants(const std::string& line) {
  return {std::string(absl::StripLeadingAsciiWhitespace(line)),
          absl::StrCat("  ", line),
          "",
          absl::StrCat(line, "\n", line),
          absl::StrCat(line, " akhir"),
          "akhir",
          "  fungsi g() void",
          absl::StrCat(line, " \"")};
}

TEST(TypedLayoutTest, EveryLineInOtherWays) {
  const std::vector<std::string> lines = absl::StrSplit(kProgram, '\n');
  size_t misled = 0;
  size_t programs = 0;
  const auto run = [&](const std::vector<std::string>& program) {
    misled += ExpectSame(absl::StrJoin(program, "\n")) ? 1 : 0;
    ++programs;
  };
  for (size_t i = 0; i < lines.size(); ++i) {
    for (const std::string& variant : Variants(lines[i])) {
      std::vector<std::string> program = lines;
      program[i] = variant;
      run(program);
      // And with another line gone, which may make up for it.
      for (size_t k = i + 1; k < lines.size(); k += 5) {
        std::vector<std::string> shorter = program;
        shorter[k].clear();
        run(shorter);
      }
    }
  }
  // Both ways are tried many times.
  EXPECT_GT(misled, programs / 10);
  EXPECT_LT(misled, programs / 10 * 9);
}

}  // namespace
}  // namespace foxvm::frontend
