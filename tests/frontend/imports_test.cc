#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/frontend/compile_for_test.h"

namespace foxvm::frontend {
namespace {

using bytecode::ConstantKind;
using bytecode::Module;

std::string CompatErrorsWith(absl::string_view text, ModuleSource& imports) {
  return RenderCompat(Compile("test.fox", text, imports, {.compat = true}));
}

TEST(ImportsTest, AModuleIsReadOncePerCompletedPath) {
  MemoryModules files(FileMap{{"a.fox", "x = 1"}, {"./a.fox", "x = 1"}});
  const Module module = CompileOk("ambil \"a\" ambil \"a.fox\" ambil \"./a\"", files);
  EXPECT_EQ(files.reads(), (std::vector<std::string>{"a.fox", "./a.fox"}));
  ASSERT_EQ(module.imports.size(), 2u);
  EXPECT_EQ(module.imports[0].path, "a.fox");
  EXPECT_EQ(Hex(module.main.code),
            "1000004000120000"
            "1000004000120001"
            "1000044000120002");
}

TEST(ImportsTest, CotcLivesBelowLib) {
  MemoryModules files(FileMap{{"lib/cotc/x.fox", "y = 1"}});
  EXPECT_EQ(CompileOk("ambil \"cotc/x\"", files).imports[0].path, "lib/cotc/x.fox");
}

TEST(ImportsTest, TheModuleConstantComesFirstAndTheBodyLast) {
  MemoryModules files(FileMap{{"m.fox", "n = 5"}});
  const Module module = CompileOk("ambil \"m\" m.n", files);
  ASSERT_EQ(module.constants.size(), 5u);
  EXPECT_EQ(module.constants[0].kind, ConstantKind::kImport);
  EXPECT_EQ(module.constants[1].integer, 5);
  EXPECT_EQ(module.constants[3].kind, ConstantKind::kFunction);
  EXPECT_EQ(module.imports[0].init, 3u);
  // n = 5, then the export hash and a return that nothing reaches.
  EXPECT_EQ(Hex(module.functions[0].code),
            "1000011400"
            "100002"
            "1300"
            "1b0002"
            "42"
            "41");
  EXPECT_EQ(module.functions[0].locals, 1u);
  EXPECT_EQ(module.functions[0].name, "m.fox");
  EXPECT_EQ(module.files, (std::vector<std::string>{"test.fox", "mem:m.fox"}));
  EXPECT_EQ(module.functions[0].file, 1u);
}

TEST(ImportsTest, ExportsAreTopLevelAssignmentsAndFunctionsInOrderWithoutRepeats) {
  MemoryModules files(FileMap{{"m.fox",
                               "b = 1 fungsi a() akhir b = 2 jika 1 dalam = 1 akhir struktur S x akhir "
                               "ambil \"k\" b.z = 1; (c) = 3"},
                              {"k.fox", ""}});
  const Module module = CompileOk("ambil \"m\"", files);
  std::vector<std::string> exported;
  const bytecode::Function body = FindFunction(module, "m.fox");
  // The names are the string constants behind the module's last literal.
  for (const bytecode::Constant& constant : module.constants) {
    if (constant.kind == ConstantKind::kString) exported.push_back(module.strings[constant.index]);
  }
  const std::vector<std::string> last_three(exported.end() - 3, exported.end());
  EXPECT_EQ(last_three, (std::vector<std::string>{"b", "a", "c"}));
  EXPECT_EQ(Hex(body.code).substr(Hex(body.code).size() - 10), "1b00064241");
}

TEST(ImportsTest, ModulesSeeOnlyBuiltins) {
  MemoryModules files(FileMap{{"m.fox", "cetak(g)"}});
  EXPECT_EQ(CompatErrorsWith("g = 1 ambil \"m\"", files),
            "Compilation failed:\nimport compile error in m.fox: undefined variable g\n");
}

TEST(ImportsTest, CirclesAreFine) {
  MemoryModules files(FileMap{{"a.fox", "ambil \"b\" x = 1"}, {"b.fox", "ambil \"a\" y = 1"}});
  EXPECT_EQ(CompileOk("ambil \"a\"", files).imports.size(), 2u);
  EXPECT_EQ(files.reads().size(), 2u);
}

TEST(ImportsTest, TheImporterIsNamedToTheSource) {
  MemoryModules files(FileMap{{"a.fox", "ambil \"b\""}, {"b.fox", ""}});
  CompileOk("ambil \"a\"", files);
  EXPECT_EQ(files.importers(), (std::vector<std::string>{"test.fox", "mem:a.fox"}));
}

TEST(ImportsTest, ErrorTexts) {
  MemoryModules files(
      FileMap{{"p.fox", "x = )\ny = )"}, {"n.fox", "ambil \"tidak\""}, {"u.fox", "ambil \"n\""}});
  EXPECT_EQ(CompatErrorsWith("ambil \"tidak\"", files),
            "Compilation failed:\nimport error: open tidak.fox: no such file or directory\n");
  EXPECT_EQ(CompatErrorsWith("ambil \"p\"", files),
            "Compilation failed:\nimport parse error in p.fox: [[1:5]: no prefix parse function for ) found "
            "[2:5]: no prefix parse function for ) found]\n");
  EXPECT_EQ(
      CompatErrorsWith("ambil \"u\"", files),
      "Compilation failed:\nimport compile error in u.fox: import compile error in n.fox: import error: "
      "open tidak.fox: no such file or directory\n");
}

TEST(ImportsTest, UnixFormNamesTheFileAndTheWayToIt) {
  MemoryModules files(FileMap{{"m.fox", "\ncetak(g)"}});
  EXPECT_EQ(RenderUnix(Compile("test.fox", "x = 1\nambil \"m\"", files)),
            "mem:m.fox:2:7: error: undefined variable g\n  cetak(g)\n        ^\n"
            "test.fox:2:1: note: while importing m.fox\n  ambil \"m\"\n  ^\n");
}

TEST(ImportsTest, OtherReadErrorsAreShown) {
  MemoryModules files;
  files.FailWith(absl::PermissionDeniedError("x"));
  EXPECT_EQ(CompatErrorsWith("ambil \"m\"", files),
            "Compilation failed:\nimport error: open m.fox: permission denied\n");
  files.FailWith(absl::UnavailableError("imports are off"));
  EXPECT_EQ(CompatErrorsWith("ambil \"m\"", files),
            "Compilation failed:\nimport error: open m.fox: imports are off\n");
}

TEST(ImportsTest, ALongChainIsRefusedAndAShortOneIsNot) {
  const auto chain = [](int length) {
    FileMap files;
    for (int i = 0; i < length; ++i) {
      files[absl::StrCat("m", i, ".fox")] = i + 1 < length ? absl::StrCat("ambil \"m", i + 1, "\"") : "x = 1";
    }
    return MemoryModules(files);
  };
  MemoryModules allowed = chain(200);
  EXPECT_EQ(CompileOk("ambil \"m0\"", allowed).imports.size(), 200u);
  MemoryModules refused = chain(201);
  const CompileResult result = Compile("test.fox", "ambil \"m0\"", refused);
  ASSERT_FALSE(result.diagnostics.empty());
  EXPECT_EQ(result.diagnostics[0].message, "imports nested too deeply (limit 200)");
}

TEST(ImportsTest, NestingAddsUpOverImportingFiles) {
  FileMap files;
  for (int i = 0; i < 4; ++i) {
    files[absl::StrCat("m", i, ".fox")] =
        absl::StrCat("x = ", Repeat("[", 900), "jika 1 ambil \"m", i + 1, "\" akhir", Repeat("]", 900));
  }
  MemoryModules imports(files);
  const CompileResult result = Compile("test.fox", "ambil \"m0\"", imports);
  ASSERT_FALSE(result.diagnostics.empty());
  EXPECT_EQ(result.diagnostics[0].message,
            "expression nested too deeply (limit 2200, importing files included)");
}

}  // namespace
}  // namespace foxvm::frontend
