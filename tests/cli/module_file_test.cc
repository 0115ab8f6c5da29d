// build, check and dis; module files, whole and damaged.
#include <sys/stat.h>
#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/program_runner.h"

namespace foxvm::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ModuleFileTest : public ProgramTest {
 protected:
  ModuleFileTest() {
    WriteFile("a.fox", "ambil \"m\"\nfungsi f(x) kembalikan x * 2 akhir\ncetak(f(m.nilai))\n");
    WriteFile("m.fox", "nilai = 21\n");
  }
};

TEST_F(ModuleFileTest, BuiltModuleRunsWithoutItsSources) {
  EXPECT_EQ(Run({"build", "a.fox", "-o", "b.mbc"}).status, 0);
  WriteFile("m.fox", "this is gone");
  const Outcome outcome = Run({"run", "b.mbc"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "42\n");
}

TEST_F(ModuleFileTest, OutputDefaultsToTheFileWithMbc) {
  const Outcome build = Run({"build", "a.fox"});
  EXPECT_EQ(build.status, 0);
  EXPECT_EQ(build.out + build.err, "");
  EXPECT_EQ(Run({"a.mbc"}).out, "42\n");
}

TEST_F(ModuleFileTest, IsKnownByItsContents) {
  EXPECT_EQ(Run({"build", "a.fox", "--output=disguised.fox"}).status, 0);
  EXPECT_EQ(Run({"run", "disguised.fox"}).out, "42\n");
  EXPECT_EQ(Run({"run", "-"}, ReadFile("disguised.fox")).out, "42\n");
  WriteFile("source.mbc", "cetak(7)\n");
  EXPECT_EQ(Run({"run", "source.mbc"}).out, "7\n");
}

TEST_F(ModuleFileTest, BuildIsReproducible) {
  Run({"build", "a.fox", "-o", "one.mbc"});
  Run({"build", "a.fox", "-o", "two.mbc"});
  EXPECT_NE(ReadFile("one.mbc"), "");
  EXPECT_EQ(ReadFile("one.mbc"), ReadFile("two.mbc"));
}

TEST_F(ModuleFileTest, BuildRefusesWhatDoesNotCompile) {
  WriteFile("salah.fox", "x = \n");
  const Outcome build = Run({"build", "salah.fox", "-o", "c.mbc"});
  EXPECT_EQ(build.status, 3);
  EXPECT_THAT(build.err, StartsWith("salah.fox:"));
  EXPECT_EQ(ReadFile("c.mbc"), "");
  EXPECT_EQ(Run({"build", "--compat", "salah.fox", "-o", "c.mbc"}).status, 1);
}

TEST_F(ModuleFileTest, BuildNeverOverwritesItsSource) {
  const std::string before = ReadFile("a.fox");
  EXPECT_EQ(Run({"build", "a.fox", "-o", "./a.fox"}).status, 2);
  EXPECT_EQ(ReadFile("a.fox"), before);
}

TEST_F(ModuleFileTest, BuildNamesAnUnwritableOutput) {
  const Outcome outcome = Run({"build", "a.fox", "-o", "no/such/folder/a.mbc"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "foxvm: cannot write no/such/folder/a.mbc: no such file or directory\n");
  EXPECT_EQ(Run({"build", "a.fox", "-o", "/dev/full"}).err,
            "foxvm: cannot write /dev/full: no space left on device\n");
  WriteFile("tetap.mbc", "lama");
  chmod(PathOf("tetap.mbc").c_str(), 0444);
  if (access(PathOf("tetap.mbc").c_str(), W_OK) != 0) {
    EXPECT_EQ(Run({"build", "a.fox", "-o", "tetap.mbc"}).err, "foxvm: cannot write tetap.mbc: permission denied\n");
    EXPECT_EQ(ReadFile("tetap.mbc"), "lama");
  }
}

TEST_F(ModuleFileTest, BuildTakesSourceOnly) {
  Run({"build", "a.fox"});
  const Outcome outcome = Run({"build", "a.mbc", "-o", "b.mbc"});
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.err, "foxvm: a.mbc: is a module file already\n");
}

TEST_F(ModuleFileTest, CheckIsQuietAboutGoodPrograms) {
  Run({"build", "a.fox"});
  for (const char* file : {"a.fox", "a.mbc"}) {
    const Outcome outcome = Run({"check", file});
    EXPECT_EQ(outcome.status, 0) << file;
    EXPECT_EQ(outcome.out + outcome.err, "") << file;
  }
}

TEST_F(ModuleFileTest, CheckRunsNothing) {
  WriteFile("b.fox", "cetak(1)\n");
  EXPECT_EQ(Run({"check", "b.fox"}).out, "");
}

TEST_F(ModuleFileTest, CheckReportsEveryLineWithAnError) {
  WriteFile("salah.fox", "a = 1+ 2\nb = 3\nc = 4* 5\n");
  const Outcome outcome = Run({"check", "salah.fox"});
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, HasSubstr("salah.fox:1:6: error:"));
  EXPECT_THAT(outcome.err, HasSubstr("salah.fox:3:6: error:"));
}

TEST_F(ModuleFileTest, JsonIsTheSameFromSourceAndModule) {
  Run({"build", "a.fox"});
  const Outcome source = Run({"dis", "--json", "a.fox"});
  const Outcome module = Run({"dis", "a.mbc", "--json"});
  EXPECT_EQ(source.status, 0);
  EXPECT_THAT(source.out, StartsWith("{\"main\":{\"code\":\""));
  EXPECT_EQ(source.out, module.out);
}

TEST_F(ModuleFileTest, DisassemblyNamesInstructions) {
  const Outcome outcome = Run({"dis", "-e", "cetak(1 + 2)"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, HasSubstr("Add"));
  EXPECT_THAT(outcome.out, HasSubstr("cetak"));
}

TEST_F(ModuleFileTest, DamagedModuleIsRefusedWithOffsetAndReason) {
  Run({"build", "a.fox"});
  std::string bytes = ReadFile("a.mbc");
  bytes[bytes.size() / 2] ^= 1;
  WriteFile("rusak.mbc", bytes);
  const Outcome outcome = Run({"run", "rusak.mbc"});
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, StartsWith("foxvm: rusak.mbc: "));
  EXPECT_THAT(outcome.err, HasSubstr("offset " + std::to_string(bytes.size() - 4)));
  EXPECT_THAT(outcome.err, HasSubstr("checksum mismatch"));
  EXPECT_EQ(Run({"check", "rusak.mbc"}).status, 3);
}

TEST_F(ModuleFileTest, TruncatedModuleIsRefused) {
  Run({"build", "a.fox"});
  const std::string bytes = ReadFile("a.mbc");
  for (size_t length = 4; length < bytes.size(); length += bytes.size() / 7) {
    WriteFile("pendek.mbc", bytes.substr(0, length));
    const Outcome outcome = Run({"run", "pendek.mbc"});
    EXPECT_EQ(outcome.status, 3) << length;
    EXPECT_THAT(outcome.err, HasSubstr("offset ")) << length;
  }
}

TEST_F(ModuleFileTest, FailureInAModuleFileHasTheSourcesLines) {
  WriteFile("gagal.fox", "a = [1]\n\na[3] = 1\n");
  Run({"build", "gagal.fox"});
  EXPECT_EQ(Run({"run", "gagal.mbc"}).err,
            "error: index out of bounds: 3 (len 1)\n  at main program (gagal.fox:3)\n");
}

TEST_F(ModuleFileTest, CheckWarnsAndRunDoesNot) {
  WriteFile("w.fox", "fungsi f(a)\n  b = a\n  kembalikan a\n  cetak(a)\nakhir\ncetak(f(1))\n");
  const Outcome checked = Run({"check", "w.fox"});
  EXPECT_EQ(checked.status, 0);
  EXPECT_EQ(checked.out, "");
  EXPECT_EQ(checked.err,
            "w.fox:2:3: warning: the variable 'b' is never read\n    b = a\n    ^\n"
            "w.fox:4:3: warning: this is never reached\n    cetak(a)\n    ^\n");
  EXPECT_EQ(Run({"w.fox"}).err, "");
  EXPECT_EQ(Run({"check", "--compat", "w.fox"}).err, "");
}

TEST_F(ModuleFileTest, DiagnosticsInColourAndJson) {
  WriteFile("salah2.fox", "x = )\n");
  EXPECT_EQ(Run({"check", "--diagnostics=json", "salah2.fox"}).err,
            "{\"file\":\"salah2.fox\",\"line\":1,\"column\":5,\"endColumn\":6,\"severity\":\"error\","
            "\"message\":\"expected an expression, found ')'\",\"notes\":[]}\n");
  EXPECT_THAT(Run({"check", "--color=always", "salah2.fox"}).err, HasSubstr("\033[1;31merror: "));
  EXPECT_THAT(Run({"check", "salah2.fox"}).err, Not(HasSubstr("\033")));
}

}  // namespace
}  // namespace foxvm::cli
