// build with a folder: many programs in one go, and which of them are built again.
#include <sys/stat.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/program_runner.h"

namespace foxvm::cli {
namespace {

using ::testing::HasSubstr;

class BuildFolderTest : public ProgramTest {
 protected:
  BuildFolderTest() {
    mkdir(PathOf("p").c_str(), 0777);
    mkdir(PathOf("p/lib").c_str(), 0777);
    WriteFile("p/one.fox",
              "ambil \"lib/shared\"\nfungsi main() void\n    native_print_int(Twice(21))\nakhir\n");
    WriteFile("p/two.fox",
              "ambil \"lib/shared\"\nfungsi main() void\n    native_print_int(Twice(4))\nakhir\n");
    WriteFile("p/dynamic.fox", "cetak(\"dinamis\")\n");
    WriteFile("p/lib/shared.fox", "fungsi Twice(n int) int\n    kembali n * 2\nakhir\n");
  }

  // Writes over a module file without its being noticed by time or size.
  void Mark(const std::string& name) { WriteFile(name, "marked"); }
};

TEST_F(BuildFolderTest, BuildsEveryProgramBesideItsSource) {
  const Outcome build = Run({"build", "p"});
  EXPECT_EQ(build.status, 0);
  EXPECT_EQ(build.out + build.err, "");
  EXPECT_EQ(Run({"run", "p/one.mbc"}).out, "42\n");
  EXPECT_EQ(Run({"run", "p/two.mbc"}).out, "8\n");
  EXPECT_EQ(Run({"run", "p/dynamic.mbc"}).out, "dinamis\n");
  EXPECT_EQ(Run({"run", "p/lib/shared.mbc"}).status, 0);
}

TEST_F(BuildFolderTest, BuildsIntoAnotherFolder) {
  EXPECT_EQ(Run({"build", "p", "-o", "out/deep"}).status, 0);
  EXPECT_EQ(Run({"run", "out/deep/one.mbc"}).out, "42\n");
  EXPECT_EQ(Run({"run", "out/deep/lib/shared.mbc"}).status, 0);
  EXPECT_EQ(ReadFile("p/one.mbc"), "");
}

TEST_F(BuildFolderTest, SameAsBuildingEachFile) {
  EXPECT_EQ(Run({"build", "p"}).status, 0);
  EXPECT_EQ(Run({"build", "--path=p", "p/one.fox", "-o", "alone.mbc"}).status, 0);
  EXPECT_EQ(ReadFile("p/one.mbc"), ReadFile("alone.mbc"));
}

TEST_F(BuildFolderTest, LeavesWhatHasNotChanged) {
  ASSERT_EQ(Run({"build", "p"}).status, 0);
  struct stat before, after;
  ASSERT_EQ(stat(PathOf("p/one.mbc").c_str(), &before), 0);
  ASSERT_EQ(Run({"build", "p"}).status, 0);
  ASSERT_EQ(stat(PathOf("p/one.mbc").c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_EQ(before.st_mtim.tv_sec, after.st_mtim.tv_sec);
  EXPECT_EQ(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
}

TEST_F(BuildFolderTest, BuildsAgainWhatImportsAChangedFile) {
  ASSERT_EQ(Run({"build", "p"}).status, 0);
  WriteFile("p/lib/shared.fox", "fungsi Twice(n int) int\n    kembali n * 3\nakhir\n");
  ASSERT_EQ(Run({"build", "p"}).status, 0);
  EXPECT_EQ(Run({"run", "p/one.mbc"}).out, "63\n");
  EXPECT_EQ(Run({"run", "p/two.mbc"}).out, "12\n");
}

TEST_F(BuildFolderTest, BuildsAgainWhatWasDamaged) {
  ASSERT_EQ(Run({"build", "p"}).status, 0);
  Mark("p/one.mbc");
  WriteFile("p/.foxvm-build", ReadFile("p/.foxvm-build") + "nonsense\n");
  ASSERT_EQ(Run({"build", "p"}).status, 0);
  EXPECT_EQ(Run({"run", "p/one.mbc"}).out, "42\n");
}

TEST_F(BuildFolderTest, FindsAFileThatAppearsBeforeTheOneItImported) {
  ASSERT_EQ(Run({"build", "p"}).status, 0);
  mkdir(PathOf("lib").c_str(), 0777);
  // The working directory goes first.
  WriteFile("lib/shared.fox", "fungsi Twice(n int) int\n    kembali n * 10\nakhir\n");
  ASSERT_EQ(Run({"build", "p"}).status, 0);
  EXPECT_EQ(Run({"run", "p/two.mbc"}).out, "40\n");
}

TEST_F(BuildFolderTest, BuildsTheOthersWhenOneFails) {
  WriteFile("p/bad.fox", "fungsi main() void\n    native_print(1)\nakhir\n");
  const Outcome build = Run({"build", "p"});
  EXPECT_EQ(build.status, 3);
  EXPECT_THAT(build.err,
              HasSubstr("p/bad.fox:2:18: error: Argument 1 type mismatch: expected string, got int"));
  EXPECT_EQ(Run({"run", "p/one.mbc"}).out, "42\n");
  EXPECT_EQ(Run({"run", "p/two.mbc"}).out, "8\n");
}

TEST_F(BuildFolderTest, SaysWhenThereIsNothingToBuild) {
  mkdir(PathOf("empty").c_str(), 0777);
  const Outcome build = Run({"build", "empty"});
  EXPECT_EQ(build.status, 3);
  EXPECT_EQ(build.err, "foxvm: no .fox files in empty\n");
}

}  // namespace
}  // namespace foxvm::cli
