// The frontend's memory: trees are dropped statement by statement, one arena serves many files, and an arena
// without memory is an error of the program; and what dropping trees early must not change: which errors are
// reported.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "frontend/compile.h"
#include "frontend/parser.h"
#include "gc/arena.h"
#include "gtest/gtest.h"
#include "interp/bytecode/mbc.h"
#include "interp/bytecode/mbc_builder.h"
#include "tests/frontend/compile_for_test.h"

namespace foxvm::frontend {
namespace {

constexpr size_t kChunkBytes = 4096;

// Most bytes an arena held while `text` was compiled in it.
size_t PeakBytes(const std::string& text) {
  gc::Arena arena;
  MemoryModules modules(FileMap{{"m.fox", "n = 1"}});
  EXPECT_EQ(Compile("test.fox", text, modules, {.arena = &arena}).error_count, 0u);
  return arena.statistics().peak_reserved_bytes;
}

std::string Functions(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    absl::StrAppend(&text, "fungsi f", i, "(a) jika a > 1 a = [a, \"x\\n\"] akhir akhir\n");
  return text;
}

TEST(FrontendMemoryTest, ATreeIsDroppedWhenItIsCompiled) {
  EXPECT_EQ(PeakBytes(Functions(10000)), PeakBytes(Functions(10)));
  EXPECT_EQ(PeakBytes(absl::StrCat(Functions(10000), "ambil \"m\"")), PeakBytes(Functions(10)));
}

TEST(FrontendMemoryTest, ModulesAreDroppedWhenTheyAreCompiled) {
  FileMap files;
  std::string imports;
  for (int i = 0; i < 1000; ++i) {
    files[absl::StrCat("m", i, ".fox")] = "ambil \"k\" fungsi f(a) kembalikan [a, a + 1] akhir\n";
    absl::StrAppend(&imports, "ambil \"m", i, "\"\n");
  }
  files["k.fox"] = "n = 1";
  gc::Arena few_arena, many_arena;
  MemoryModules few(files), many(files);
  EXPECT_EQ(
      Compile("test.fox", absl::StrCat(imports, Functions(1)), many, {.arena = &many_arena}).error_count, 0u);
  const std::string same_size = absl::StrCat(Repeat("ambil \"m0\"\n", 1000), Functions(1));
  EXPECT_EQ(Compile("test.fox", same_size, few, {.arena = &few_arena}).error_count, 0u);
  EXPECT_EQ(many_arena.statistics().peak_reserved_bytes, few_arena.statistics().peak_reserved_bytes);
}

TEST(FrontendMemoryTest, OneArenaServesManyFiles) {
  gc::Arena arena;
  MemoryModules modules(
      FileMap{{"m.fox", "ambil \"k\" n = {1 + 1: 2}"}, {"k.fox", "fungsi f() akhir"}, {"p.fox", ")"}});
  ASSERT_NE(arena.Allocate(100), nullptr);
  const size_t used = arena.statistics().used_bytes;
  size_t reserved = 0;
  for (int round = 0; round < 20; ++round) {
    for (const char* text : {"x = 1", "ambil \"m\" cetak(m.n)", "x = (", "ambil \"p\"", "cetak(y)"}) {
      Compile("test.fox", text, modules, {.arena = &arena});
      EXPECT_EQ(arena.statistics().used_bytes, used) << text;
    }
    if (round == 0) reserved = arena.reserved_bytes();
    EXPECT_EQ(arena.reserved_bytes(), reserved);
  }
}

// Each makes nodes of some kinds; together all kinds, and every place that asks the arena for memory.
const char* const kPrograms[] = {
    "x = 1 y = 2.5 z = benar w = kosong v = \"teks\"",
    "x = [1, 2.5, \"a\\nb\", benar, kosong, {\"k\": 1, 1 + 2: 3, x: -4}, [], {}]",
    ("fungsi f(a, b) jika a > b kembalikan a atau_jika a == b kembalikan f(b, a)[0].k lainnya a.k = !b akhir "
     "akhir"),
    "selama benar jika 1 berhenti; lainnya lanjut; akhir akhir",
    "struktur Titik x y akhir p = Titik(1, 2) p[\"x\"] = ~p.y",
    "dari \"m\" ambil n, \"a\\tb\" ambil \"k\" cetak(n, k.x)",
    "x = \"a#{1 + 2}b#{\"c\\\\\"}\" \"d\"",
    "f = fungsi(\"\\n\") kembalikan fungsi() kembalikan 1 akhir akhir",
};

constexpr gc::ArenaOptions kOneChunk = {
    .first_chunk_bytes = kChunkBytes, .max_chunk_bytes = kChunkBytes, .max_bytes = kChunkBytes};

// Allocates the smallest blocks there are, at most `count`; returns how many it got.
size_t AllocateBlocks(gc::Arena& arena, size_t count) {
  size_t got = 0;
  while (got < count && arena.Allocate(1, 1) != nullptr) ++got;
  return got;
}

// How many such blocks an arena of one chunk has.
size_t BlocksOfAChunk() {
  gc::Arena arena(kOneChunk);
  return AllocateBlocks(arena, SIZE_MAX);
}

// Compiles `text` with an arena that has room for `blocks` smallest blocks, and checks that nothing is left
// behind.
CompileResult CompileWithin(size_t blocks, const char* text, ErrorStyle style) {
  gc::Arena arena(kOneChunk);
  AllocateBlocks(arena, BlocksOfAChunk() - blocks);
  const size_t used = arena.statistics().used_bytes;
  MemoryModules modules(FileMap{{"m.fox", "n = [1, {2: 3}]"}, {"k.fox", "x = \"\\n\""}});
  CompileResult result =
      Compile("test.fox", text, modules, {.compat = style == ErrorStyle::kReference, .arena = &arena});
  EXPECT_EQ(arena.statistics().used_bytes, used);
  return result;
}

TEST(FrontendMemoryTest, AnArenaWithoutMemoryIsAnErrorWhereverItEnds) {
  for (const char* text : kPrograms) {
    SCOPED_TRACE(text);
    for (ErrorStyle style : {ErrorStyle::kReference, ErrorStyle::kHelpful}) {
      const CompileResult whole = CompileWithin(BlocksOfAChunk(), text, style);
      ASSERT_EQ(whole.phase, CompilePhase::kDone) << RenderUnix(whole);
      size_t refused = 0, done = 0;
      for (size_t blocks = 0; blocks < BlocksOfAChunk(); ++blocks) {
        const CompileResult result = CompileWithin(blocks, text, style);
        if (result.phase == CompilePhase::kDone) {
          ++done;
          EXPECT_EQ(bytecode::WriteMbc(*result.module), bytecode::WriteMbc(*whole.module));
          continue;
        }
        ++refused;
        ASSERT_EQ(done, 0u) << "less memory was enough";
        ASSERT_GE(result.error_count, 1u);
        for (const Diagnostic& diagnostic : result.diagnostics) {
          if (diagnostic.severity != Severity::kError) continue;
          EXPECT_EQ(diagnostic.message, "out of memory");
        }
        EXPECT_FALSE(result.module.has_value());
      }
      EXPECT_GT(refused, 0u);
      EXPECT_GT(done, 0u);
    }
  }
}

TEST(FrontendMemoryTest, OutOfMemoryIsTheLastErrorOfMany) {
  const CompileResult result =
      CompileWithin(8, "x = )\ny = [1, 2, 3, 4, 5, 6, 7, 8, 9]", ErrorStyle::kHelpful);
  ASSERT_EQ(result.error_count, 2u);
  EXPECT_EQ(result.diagnostics[0].message, "expected an expression, found ')'");
  EXPECT_EQ(result.diagnostics[1].message, "out of memory");
  EXPECT_EQ(result.diagnostics[1].line, 2u);
}

TEST(FrontendMemoryTest, OutOfMemoryInAModuleNamesTheModule) {
  const std::string large = absl::StrCat("x = [", Repeat("1, ", 200), "1]");
  MemoryModules modules(FileMap{{"m.fox", large}});
  gc::Arena arena({.first_chunk_bytes = 1024, .max_chunk_bytes = 1024, .max_bytes = 4096});
  const CompileResult result = Compile("test.fox", "ambil \"m\"", modules, {.arena = &arena});
  ASSERT_EQ(result.error_count, 1u);
  EXPECT_EQ(result.diagnostics[0].file, "mem:m.fox");
  EXPECT_EQ(result.diagnostics[0].message, "out of memory");
  EXPECT_EQ(result.diagnostics[1].message, "while importing m.fox");
  EXPECT_EQ(result.phase, CompilePhase::kCompile);
}

TEST(FrontendMemoryTest, ErrorsInTheSyntaxGoBeforeWhatIsCompiledEarlier) {
  EXPECT_EQ(CompatErrors("cetak(tidak)\nx = )"),
            "Parsing failed with 1 errors.\n"
            "ERROR [2:5]: no prefix parse function for ) found\n  2 | x = )\n           ^\n");
  const CompileResult result = CompileText("fungsi f() x = 1 akhir cetak(tidak)\nx = )", {.warnings = true});
  EXPECT_EQ(result.phase, CompilePhase::kParse);
  ASSERT_EQ(result.diagnostics.size(), 1u);
  EXPECT_EQ(result.diagnostics[0].message, "expected an expression, found ')'");
  EXPECT_EQ(result.error_count, 1u);
}

TEST(FrontendMemoryTest, ErrorsInAModulesSyntaxGoBeforeWhatIsCompiledEarlier) {
  MemoryModules modules(FileMap{{"m.fox", "cetak(tidak)\ny = )"}});
  const CompileResult result = Compile("test.fox", "cetak(juga_tidak) ambil \"m\"", modules);
  ASSERT_EQ(result.error_count, 2u);
  EXPECT_EQ(result.diagnostics[0].message, "undefined variable juga_tidak");
  EXPECT_EQ(result.diagnostics[1].message, "expected an expression, found ')'");
  EXPECT_EQ(
      RenderCompat(Compile("test.fox", "ambil \"m\"", modules, {.compat = true})),
      "Compilation failed:\nimport parse error in m.fox: [[2:5]: no prefix parse function for ) found]\n");
}

TEST(FrontendMemoryTest, NoModuleIsReadForAFileWithErrorsInItsSyntax) {
  MemoryModules modules(FileMap{{"m.fox", "n = 1"}, {"k.fox", "ambil \"m\" x = )"}});
  EXPECT_EQ(Compile("test.fox", "x = 1 ambil \"m\" y = )", modules).phase, CompilePhase::kParse);
  EXPECT_EQ(Compile("test.fox", "fungsi f() ambil \"m\" akhir y = )", modules).phase, CompilePhase::kParse);
  EXPECT_TRUE(modules.reads().empty());
  EXPECT_EQ(Compile("test.fox", "ambil \"k\"", modules).phase, CompilePhase::kCompile);
  EXPECT_EQ(modules.reads(), std::vector<std::string>{"k.fox"});
}

TEST(FrontendMemoryTest, NamesOutliveTheStatementThatHadThem) {
  // Their text has escapes, so it is not part of the source.
  const bytecode::Module module =
      CompileOk(absl::StrCat("f = fungsi(\"a\\nb\") kembalikan 1 akhir\n", Functions(50), "x = 1\n",
                             Repeat("g = fungsi(\"a\\nb\") akhir\n", 50)));
  EXPECT_EQ(FindFunction(module, "f").params, 1u);
}

TEST(FrontendMemoryTest, AFileWrittenOnTheWayEqualsTheModule) {
  std::vector<std::string> programs(std::begin(kPrograms), std::end(kPrograms));
  programs.push_back(Functions(3000));
  programs.push_back(Repeat("x = 1.5;", 30000));  // with the Wide prefix, far over one chunk of bytes
  for (const std::string& text : programs) {
    MemoryModules modules(FileMap{{"m.fox", "n = [1, {2: 3}]"},
                                  {"k.fox", "x = \"\\n\" fungsi f(a) kembalikan fungsi() a akhir akhir"}});
    const CompileResult result = Compile("test.fox", text, modules);
    ASSERT_TRUE(result.module.has_value()) << RenderUnix(result);
    bytecode::MbcBuilder builder;
    EXPECT_EQ(CompileInto("test.fox", text, modules, {}, builder).phase, CompilePhase::kDone);
    EXPECT_TRUE(builder.Verified().ok()) << builder.Verified();
    std::string bytes;
    builder.Finish([&bytes](absl::string_view piece) { absl::StrAppend(&bytes, piece); });
    EXPECT_EQ(bytes, bytecode::WriteMbc(*result.module));
  }
}

}  // namespace
}  // namespace foxvm::frontend
