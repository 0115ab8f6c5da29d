// Where imported files are found, and what is said when they are not.
#include "vm/file_module_source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "gtest/gtest.h"
#include "vm/read_file.h"

namespace foxvm::vm {
namespace {

class FileModuleSourceTest : public ::testing::Test {
 protected:
  FileModuleSourceTest() : before_(std::filesystem::current_path()) {
    const char* base = getenv("TEST_TMPDIR");
    std::string pattern = std::string(base != nullptr ? base : "/tmp") + "/foxvm_test_XXXXXX";
    folder_ = mkdtemp(pattern.data());
    std::filesystem::current_path(folder_);
  }
  ~FileModuleSourceTest() override {
    std::filesystem::current_path(before_);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  void Write(const std::string& path, const std::string& text) {
    const std::filesystem::path parent = std::filesystem::path(path).parent_path();
    if (!parent.empty()) std::filesystem::create_directories(parent);
    std::ofstream(path, std::ios::binary) << text;
  }
  // `TEXT from NAME`, or the error.
  std::string Find(FileModuleSource source, absl::string_view path, absl::string_view importer) {
    std::string name(path);
    const absl::StatusOr<std::string> text = source.Read(path, importer, &name);
    return text.ok() ? *text + " from " + name : text.status().ToString();
  }

  std::string folder_;
  const std::filesystem::path before_;
};

TEST_F(FileModuleSourceTest, WorkingDirectoryThenImportersFolderThenPathList) {
  const FileModuleSource source(ModuleSearch::kEverywhere, {"one", "two/"});
  EXPECT_EQ(Find(source, "m.fox", "app/main.fox"), "NOT_FOUND: no such file or directory");
  Write("two/m.fox", "4");
  EXPECT_EQ(Find(source, "m.fox", "app/main.fox"), "4 from two/m.fox");
  Write("one/m.fox", "3");
  EXPECT_EQ(Find(source, "m.fox", "app/main.fox"), "3 from one/m.fox");
  Write("app/m.fox", "2");
  EXPECT_EQ(Find(source, "m.fox", "app/main.fox"), "2 from app/m.fox");
  EXPECT_EQ(Find(source, "m.fox", "main.fox"), "3 from one/m.fox");
  Write("m.fox", "1");
  EXPECT_EQ(Find(source, "m.fox", "app/main.fox"), "1 from m.fox");
}

TEST_F(FileModuleSourceTest, WorkingDirectoryOnlyWhenAskedFor) {
  const FileModuleSource source(ModuleSearch::kWorkingDirectory, {"one"});
  Write("one/m.fox", "3");
  Write("app/m.fox", "2");
  EXPECT_EQ(Find(source, "m.fox", "app/main.fox"), "NOT_FOUND: no such file or directory");
  Write("m.fox", "1");
  EXPECT_EQ(Find(source, "m.fox", "app/main.fox"), "1 from m.fox");
}

TEST_F(FileModuleSourceTest, AbsolutePathsAreTakenAsTheyAre) {
  Write("m.fox", "1");
  const FileModuleSource source(ModuleSearch::kEverywhere, {"one"});
  EXPECT_EQ(Find(source, folder_ + "/m.fox", "app/main.fox"), "1 from " + folder_ + "/m.fox");
  EXPECT_EQ(Find(source, folder_ + "/none.fox", "app/main.fox"), "NOT_FOUND: no such file or directory");
}

TEST_F(FileModuleSourceTest, WhatIsInTheWayIsReportedNotPassedOver) {
  const FileModuleSource source(ModuleSearch::kEverywhere, {});
  Write("app/m.fox", "2");
  std::filesystem::create_directory("m.fox");
  EXPECT_EQ(Find(source, "m.fox", "app/main.fox"), "FAILED_PRECONDITION: is a directory");
  std::filesystem::create_directory("app/n.fox");
  EXPECT_EQ(Find(source, "n.fox", "app/main.fox"), "FAILED_PRECONDITION: is a directory (app/n.fox)");
}

TEST_F(FileModuleSourceTest, FileInPlaceOfAFolderCountsAsNotThere) {
  Write("m", "1");
  EXPECT_EQ(Find(FileModuleSource(ModuleSearch::kEverywhere, {}), "m/x.fox", "main.fox"),
            "NOT_FOUND: not a directory");
}

TEST_F(FileModuleSourceTest, ReadFileKeepsEveryByte) {
  std::string bytes;
  for (int i = 0; i < 300000; ++i) bytes.push_back(static_cast<char>(i * 7 ^ i >> 8));
  Write("bytes", bytes);
  const absl::StatusOr<std::string> read = ReadFile("bytes", bytes.size());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, bytes);
  Write("empty", "");
  EXPECT_EQ(*ReadFile("empty", 10), "");
}

TEST_F(FileModuleSourceTest, ReadFileHasALimit) {
  Write("bytes", "12345");
  EXPECT_EQ(ReadFile("bytes", 4).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(*ReadFile("bytes", 5), "12345");
  // A device says nothing of its size beforehand.
  EXPECT_EQ(ReadFile("/dev/zero", 100000).status().message(), "file too large (limit 100000 bytes)");
}

TEST_F(FileModuleSourceTest, NamesWithANulByteAreRefused) {
  EXPECT_EQ(ReadFile(absl::string_view("a\0b", 3), 10).status().message(), "invalid argument");
}

}  // namespace
}  // namespace foxvm::vm
