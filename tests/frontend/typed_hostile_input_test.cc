// Typed sources made to hurt: every one ends in a module or a message, on a stack of ordinary size, in memory that
// follows the text.
#include <functional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "frontend/limits.h"
#include "gc/arena.h"
#include "gtest/gtest.h"
#include "tests/frontend/compile_for_test.h"

namespace foxvm::frontend {
namespace {

constexpr int kMany = 20000;
constexpr int kDeep = 100000;
// Trees and code together may take so many times the text, and what the arena rounds up to.
constexpr size_t kMemoryFactor = 64;
constexpr size_t kLeastMemory = size_t{2} << 20;

std::string Each(int count, const std::function<std::string(int)>& piece) {
  std::string out;
  for (int i = 0; i < count; ++i) absl::StrAppend(&out, piece(i));
  return out;
}

// The first message about the typed program `text`, or "".
std::string FirstMessage(const std::string& text) {
  gc::Arena arena;
  MemoryModules none;
  const CompileResult result = Compile("test.fox", text, none, {.dialect = Dialect::kTyped, .arena = &arena});
  EXPECT_EQ(result.module.has_value(), result.error_count == 0);
  EXPECT_LE(RenderUnix(result).size(), 400000u);
  size_t bytes = arena.statistics().peak_reserved_bytes;
  if (result.module.has_value()) {
    bytes += result.module->main.code.size();
    for (const bytecode::Function& function : result.module->functions) bytes += function.code.size();
  }
  EXPECT_LE(bytes, kMemoryFactor * text.size() + kLeastMemory);
  return result.diagnostics.empty() ? "" : result.diagnostics[0].message;
}

TEST(TypedHostileInputTest, DeepNestingIsRefused) {
  const std::string limit = absl::StrCat(" nested too deeply (limit ", kMaxNesting, ")");
  for (const char* open :
       {"(", "[", "{1: ", "{", "- ", "!", "f(", "P{a: ", "jika benar ", "selama benar ", "fungsi() void ",
        "fungsi f() void ", "fungsi (p P) m() void ", "pilih 1 kasus 1: "}) {
    EXPECT_TRUE(absl::EndsWith(FirstMessage(Repeat(open, kDeep)), limit)) << open;
  }
  for (const char* open : {"[]", "*", "map[int]", "fungsi(", "map["}) {
    EXPECT_EQ(FirstMessage(absl::StrCat("var x ", Repeat(open, kMany))), absl::StrCat("type", limit)) << open;
    EXPECT_EQ(FirstMessage(absl::StrCat("fungsi f(a ", Repeat(open, kMany))), absl::StrCat("type", limit))
        << open;
  }
}

TEST(TypedHostileInputTest, LongChainsAreNotNesting) {
  EXPECT_EQ(FirstMessage(absl::StrCat("var x = 1", Repeat(" + 1", kMany))), "");
  EXPECT_EQ(FirstMessage(absl::StrCat("var x = benar", Repeat(" dan salah", kMany))), "");
  EXPECT_EQ(FirstMessage(absl::StrCat("struktur A\n a *A\nakhir\nvar a A\nvar x = a", Repeat(".a", kMany))),
            "");
  EXPECT_EQ(
      FirstMessage(absl::StrCat("struktur A\nakhir\nfungsi (a A) m() A\nkembali a\nakhir\nvar a A\nvar x = a",
                                Repeat(".m()", kMany))),
      "");
  EXPECT_EQ(
      FirstMessage(absl::StrCat("var n = 1\njika n == 0\n", Repeat("lain jika n == 1\n", kMany), "akhir")),
      "");
  EXPECT_EQ(FirstMessage(absl::StrCat("pilih 1\n", Repeat("kasus 1, 2:\n", kMany), "akhir")), "");
  EXPECT_EQ(FirstMessage(absl::StrCat("var f = 1\nvar x = f", Repeat("()", kMany))), "Cannot call int");
  EXPECT_EQ(FirstMessage(absl::StrCat("var a = 1\na", Repeat(", a", kMany), " = 1", Repeat(", 1", kMany))),
            "");
}

TEST(TypedHostileInputTest, ManyDeclarations) {
  const auto number = [](const char* before, const char* after) {
    return [=](int i) { return absl::StrCat(before, i, after); };
  };
  EXPECT_EQ(FirstMessage(Each(kMany, number("fungsi f", "() int kembali 1 akhir\n"))), "");
  EXPECT_EQ(FirstMessage(Each(kMany, number("struktur S", "\nakhir\n"))), "");
  EXPECT_EQ(FirstMessage(Each(kMany, number("antarmuka I", "\nakhir\n"))), "");
  EXPECT_EQ(FirstMessage(Each(kMany, number("tetapan C", " = 1\n"))), "");
  EXPECT_EQ(FirstMessage(absl::StrCat("struktur P\nakhir\n",
                                      Each(kMany, number("fungsi (p P) m", "() void\nakhir\n")))),
            "");
  EXPECT_EQ(FirstMessage(absl::StrCat("fungsi f() void\n", Each(kMany, number("var a", " = 1\n")), "akhir")),
            "");
  EXPECT_EQ(FirstMessage(Each(kMany, number("tidak", "()\n"))), "Undefined variable or type: tidak0");
  EXPECT_EQ(FirstMessage(Repeat("var sama = 1\n", kMany)), "'sama' is already declared");
}

TEST(TypedHostileInputTest, DeclarationsThatDependOnEachOther) {
  const auto chain = [](int i) { return absl::StrCat("var g", i, " = g", i + 1, "\n"); };
  EXPECT_EQ(FirstMessage(absl::StrCat(Each(50, chain), "var g50 = 1\n")), "");
  EXPECT_EQ(FirstMessage(absl::StrCat(Each(kMany, chain), "var g", kMany, " = 1\n")),
            "Cannot infer the type of 'g0'; declare it");
  EXPECT_EQ(FirstMessage(
                Each(kMany, [](int i) { return absl::StrCat("var g", i, " = g", (i + 1) % kMany, "\n"); })),
            "Cannot infer the type of 'g0'; declare it");
  EXPECT_EQ(FirstMessage(absl::StrCat(
                "var g0 = 1\n",
                Each(kMany, [](int i) { return absl::StrCat("var g", i + 1, " = g", i, " + g0\n"); }))),
            "");
  EXPECT_EQ(FirstMessage(absl::StrCat(Each(kMany,
                                           [](int i) {
                                             return absl::StrCat("struktur S", i, "\n a S", i + 1, "\n b S",
                                                                 i + 1, "\nakhir\n");
                                           }),
                                      "struktur S", kMany, "\n a S0\nakhir\nvar x S0\n")),
            "");
}

TEST(TypedHostileInputTest, ManyWrongCallsOfWhatTakesMuch) {
  const auto number = [](const char* before, const char* after) {
    return [=](int i) { return absl::StrCat(before, i, after); };
  };
  const std::string wrong = absl::StrCat("Wrong number of arguments: expected ", kMany, ", got 0");
  EXPECT_EQ(FirstMessage(absl::StrCat("fungsi f(", Each(kMany - 1, number("a", " int, ")),
                                      "z int) void\nakhir\n", Repeat("f()\n", kDeep))),
            wrong);
  EXPECT_EQ(FirstMessage(absl::StrCat("struktur P\n", Each(kMany, number("a", " int\n")), "akhir\n",
                                      Repeat("P()\n", kDeep))),
            wrong);
}

TEST(TypedHostileInputTest, StringsThatDoNotEnd) {
  EXPECT_EQ(FirstMessage(absl::StrCat("var x = \"", Repeat("#{", kMany))), "unterminated string");
  EXPECT_EQ(FirstMessage(absl::StrCat("var x = \"", Repeat("#{a}", kMany))), "unterminated string");
  EXPECT_EQ(FirstMessage(absl::StrCat("var x = \"", std::string(1 << 20, 'a'))), "unterminated string");
  EXPECT_EQ(FirstMessage(absl::StrCat("var x = \"", std::string(1 << 20, '\\'))), "unterminated string");
  EXPECT_EQ(FirstMessage(absl::StrCat("var x = \"", Repeat("#{", kMany), "\"")), "");
  EXPECT_EQ(FirstMessage(absl::StrCat("var a = \"\"\nvar x = \"", Repeat("#{a}", kMany), "\"")), "");
}

TEST(TypedHostileInputTest, RepeatedFragmentsEndInAMessage) {
  constexpr size_t kBytes = size_t{1} << 17;
  for (absl::string_view piece : {")",
                                  "]",
                                  "}",
                                  "@",
                                  "akhir ",
                                  "lain ",
                                  "lain jika ",
                                  "kasus ",
                                  "var ",
                                  "tetapan ",
                                  "kembali ",
                                  "struktur ",
                                  "struktur P ",
                                  "struktur P\n",
                                  "antarmuka ",
                                  "antarmuka I\n",
                                  "antarmuka I fungsi m(",
                                  "fungsi ",
                                  "fungsi (",
                                  "fungsi (p P) ",
                                  "fungsi (p P) m(",
                                  "fungsi f(a ",
                                  "pilih ",
                                  "pilih 1 ",
                                  "pilih 1 kasus ",
                                  "map[",
                                  "map ",
                                  "native ",
                                  "ambil ",
                                  "dari ",
                                  "a, ",
                                  "a.",
                                  "P{",
                                  "P{a ",
                                  "P{a: 1 ",
                                  "= ",
                                  "&",
                                  "* ",
                                  "% ",
                                  "\xEF\xBB\xBF",
                                  "fungsi f() (int, ",
                                  "var x = {1: ",
                                  "fungsi f() void\nvar ",
                                  "jika benar\n"}) {
    EXPECT_NE(FirstMessage(Repeat(piece, kBytes / piece.size())), "") << piece;
  }
  // A string, and a comment.
  EXPECT_EQ(FirstMessage(Repeat("\"#{", kBytes / 3)), "");
}

TEST(TypedHostileInputTest, EmptyAndBinaryText) {
  EXPECT_EQ(FirstMessage(""), "");
  EXPECT_EQ(FirstMessage("\n\n# nothing\n"), "");
  EXPECT_EQ(FirstMessage(std::string(1 << 20, ' ')), "");
  EXPECT_EQ(FirstMessage("\xEF\xBB\xBFvar x = 1"), "expected an expression, found the byte 0xef");
  std::string bytes;
  for (int i = 1; i < 65536; ++i) bytes.push_back(static_cast<char>(i * 167 + i / 256));
  EXPECT_NE(FirstMessage(bytes), "");
}

TEST(TypedHostileInputTest, ImportsWithoutEnd) {
  FileMap files;
  for (int i = 0; i < 300; ++i) files[absl::StrCat("m", i, ".fox")] = absl::StrCat("ambil \"m", i + 1, "\"");
  MemoryModules deep(files);
  const CompileOptions options = {.dialect = Dialect::kTyped};
  CompileResult result = Compile("test.fox", "ambil \"m0\"", deep, options);
  ASSERT_EQ(result.error_count, 1u);
  EXPECT_TRUE(absl::StartsWith(result.diagnostics[0].message, "imports nested too deeply"));
  MemoryModules none;
  result = Compile("test.fox", Each(kMany, [](int i) { return absl::StrCat("ambil \"m", i, "\"\n"); }), none,
                   options);
  EXPECT_EQ(result.error_count, static_cast<size_t>(kMany));
  EXPECT_EQ(none.reads().size(), static_cast<size_t>(kMany));
}

TEST(TypedHostileInputTest, EveryPrefixOfAProgramIsHandled) {
  const std::string program =
      "ambil \"m\" dari \"m\" ambil q antarmuka I fungsi m(a int) (int, error) akhir struktur P x int y "
      "map[string][]P "
      "akhir fungsi (p *P) m(a int) (int, error) kembali a % 2, kosong akhir fungsi f(a int, b string) "
      "string selama a "
      "< 3 jika a == 1 berhenti lain jika b < \"z\" lanjut lain a = a + 1 akhir akhir pilih a kasus 1, 2: "
      "kembali b "
      "lainnya: kembali \"k#{b}z\" akhir akhir var w = &P{x: 1, y: {\"a\": []},} var i I = w var n, e = "
      "i.m(q) n, w.x "
      "= w.x, n native_print(f(panjang(w.y), \"#{\"))";
  MemoryModules files(FileMap{{"m.fox", "var q = 1"}});
  for (size_t length = 0; length <= program.size(); ++length) {
    const CompileResult result =
        Compile("test.fox", program.substr(0, length), files, {.dialect = Dialect::kTyped, .warnings = true});
    EXPECT_EQ(result.module.has_value(), result.error_count == 0);
    if (length == program.size()) {
      EXPECT_EQ(RenderUnix(result), "");
    }
  }
}

}  // namespace
}  // namespace foxvm::frontend
