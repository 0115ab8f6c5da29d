#include <dirent.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "tests/interp/builtins/builtin_fixture.h"

namespace foxvm::builtins {
namespace {

class FilesTest : public BuiltinTest {
 protected:
  // A path in the test's own directory.
  std::string Path(absl::string_view name) {
    std::string path = directory_ + "/" + std::string(name);
    used_.push_back(path);
    return path;
  }
  void SetUp() override {
    directory_ = testing::TempDir() + "/foxvm_files_XXXXXX";
    ASSERT_NE(mkdtemp(directory_.data()), nullptr);
  }
  void TearDown() override {
    for (const std::string& path : used_) unlink(path.c_str());
    rmdir(directory_.c_str());
  }

  std::string directory_;
  std::vector<std::string> used_;
};

size_t OpenDescriptors() {
  DIR* dir = opendir("/proc/self/fd");
  size_t count = 0;
  while (readdir(dir) != nullptr) ++count;
  closedir(dir);
  return count;
}

TEST_F(FilesTest, WholeFilesAreWrittenAndReadBack) {
  gc::Value* path = String(Path("a"));
  std::string content = "baris satu\nbaris dua\n";
  content.push_back('\0');
  content += "\xFF";
  EXPECT_EQ(Text("tulis_file", {path, String(content)}), "kosong");
  EXPECT_EQ(Text("baca_file", {path}), content);
  EXPECT_EQ(Text("tulis_file", {path, String("")}), "kosong");
  EXPECT_EQ(Text("baca_file", {path}), "");
}

TEST_F(FilesTest, LargeFilesAndConcatenations) {
  gc::Value* path = String(Path("a"));
  std::string left(3 << 20, 'l'), right(1000, 'r');
  EXPECT_EQ(Text("tulis_file", {path, Rope(left, right)}), "kosong");
  EXPECT_EQ(Text("baca_file", {path}), left + right);
}

TEST_F(FilesTest, StreamsAppendAndReadInPieces) {
  gc::Value* path = String(Path("a"));
  Call("tulis_file", {path, String("baris satu\nbaris dua\n")});
  gc::Value* out = Call("buka_file", {path, String("t+")});
  EXPECT_EQ(TextOf(out), "file[" + TextOf(path) + "]");
  for (gc::Value* v : {String("tambahan "), Int(42), Bool(true), Float(2.5), Null()}) {
    EXPECT_EQ(Text("tulis", {out, v}), "kosong");
  }
  EXPECT_EQ(Text("tutup_file", {out}), "kosong");
  gc::Value* in = Call("buka_file", {path, String("b")});
  EXPECT_EQ(Text("baca", {in, Int(5)}), "baris");
  EXPECT_EQ(Text("baca", {in, Int(0)}), "");
  EXPECT_EQ(Text("baca", {in, Int(1)}), " ");
  EXPECT_EQ(Text("baca", {in, Int(-1)}), "satu\nbaris dua\ntambahan 42benar2.5kosong");
  EXPECT_EQ(Text("baca", {in}), "");
  EXPECT_EQ(Text("baca", {in, Int(int64_t{1} << 60)}), "");
  EXPECT_EQ(Text("tutup_file", {in}), "kosong");
}

TEST_F(FilesTest, WritingModesTruncate) {
  gc::Value* path = String(Path("a"));
  for (absl::string_view mode : {"t", "tb"}) {
    Call("tulis_file", {path, String("lama sekali")});
    gc::Value* out = Call("buka_file", {path, String(mode)});
    Call("tulis", {out, String("baru")});
    Call("tutup_file", {out});
    EXPECT_EQ(Text("baca_file", {path}), "baru");
  }
}

TEST_F(FilesTest, FailuresToOpenAndRead) {
  std::string missing = Path("tidak_ada"), inside = Path("folder/x");
  EXPECT_EQ(Error("baca_file", {String(missing)}),
            "E005|baca_file error: open " + missing + ": no such file or directory");
  EXPECT_EQ(Error("baca_file", {String(directory_)}),
            "E005|baca_file error: read " + directory_ + ": is a directory");
  EXPECT_EQ(Error("tulis_file", {String(inside), String("a")}),
            "E005|tulis_file error: open " + inside + ": no such file or directory");
  EXPECT_EQ(Error("tulis_file", {String(directory_), String("a")}),
            "E005|tulis_file error: open " + directory_ + ": is a directory");
  EXPECT_EQ(Error("buka_file", {String(missing), String("b")}),
            "E005|failed to open file: open " + missing + ": no such file or directory");
  EXPECT_EQ(Error("buka_file", {String(missing), String("r")}), "E003|unknown file mode: r");
  EXPECT_EQ(Error("baca_file", {String("")}), "E005|baca_file error: open : no such file or directory");
  gc::Value* folder = Call("buka_file", {String(directory_), String("b")});
  EXPECT_EQ(Error("baca", {folder, Int(1)}), "E005|baca error: read " + directory_ + ": is a directory");
}

TEST_F(FilesTest, ClosedFilesAndWrongDirections) {
  std::string path = Path("a");
  gc::Value* out = Call("buka_file", {String(path), String("t")});
  EXPECT_EQ(Error("baca", {out, Int(1)}), "E005|baca error: read " + path + ": bad file descriptor");
  EXPECT_EQ(Error("baca", {out}), "E005|baca error: read " + path + ": bad file descriptor");
  EXPECT_EQ(Text("tutup_file", {out}), "kosong");
  EXPECT_EQ(Error("tutup_file", {out}), "E005|failed to close file: close " + path + ": file already closed");
  EXPECT_EQ(Error("tulis", {out, Int(1)}), "E005|tulis error: write " + path + ": file already closed");
  EXPECT_EQ(Error("baca", {out}), "E005|baca error: read " + path + ": file already closed");
  gc::Value* in = Call("buka_file", {String(path), String("b")});
  EXPECT_EQ(Error("tulis", {in, String("x")}), "E005|tulis error: write " + path + ": bad file descriptor");
}

TEST_F(FilesTest, ArgumentErrors) {
  EXPECT_EQ(Error("baca_file", {Int(1)}), "E003|argument to `baca_file` must be STRING, got INTEGER");
  EXPECT_EQ(Error("tulis_file", {Int(1), Int(1)}),
            "E003|first argument to `tulis_file` must be STRING, got INTEGER");
  EXPECT_EQ(Error("buka_file", {String("a"), Int(1)}),
            "E003|second argument to `buka_file` must be STRING, got INTEGER");
  EXPECT_EQ(Error("tutup_file", {String("f")}), "E003|argument to `tutup_file` must be FILE, got STRING");
  EXPECT_EQ(Error("baca"), "E008|argument mismatch: expected 1 or 2, got 0");
  EXPECT_EQ(Error("baca", {Int(1), Int(2), Int(3)}), "E009|argument mismatch: expected 1 or 2, got 3");
  EXPECT_EQ(Error("baca", {String("f")}), "E003|first argument to `baca` must be FILE, got STRING");
  gc::Value* out = Call("buka_file", {String(Path("a")), String("t")});
  EXPECT_EQ(Error("baca", {out, String("x")}), "E003|second argument to `baca` must be INTEGER, got STRING");
  EXPECT_EQ(Error("tulis", {String("f"), Int(1)}), "E003|first argument to `tulis` must be FILE, got STRING");
  EXPECT_EQ(Error("tulis"), "E008|argument mismatch: expected 2, got 0");
}

TEST_F(FilesTest, WithoutTheCapabilityNothingIsOpened) {
  ctx_.capabilities.files = false;
  std::string path = Path("a");
  EXPECT_EQ(Error("tulis_file", {String(path), String("x")}),
            "E005|tulis_file error: open " + path + ": permission denied");
  EXPECT_EQ(Error("baca_file", {String(path)}), "E005|baca_file error: open " + path + ": permission denied");
  EXPECT_EQ(Error("buka_file", {String(path), String("t")}),
            "E005|failed to open file: open " + path + ": permission denied");
  EXPECT_NE(access(path.c_str(), F_OK), 0);
}

TEST_F(FilesTest, ForgottenFilesAreClosedByTheCollector) {
  gc::Value* path = String(Path("a"));
  Call("tulis_file", {path, String("x")});
  size_t before = OpenDescriptors();
  for (int i = 0; i < 5; ++i) {
    gc::HandleScope scope(heap_->mutator());
    ASSERT_EQ(Text("tipe", {Call("buka_file", {path, String("b")})}), "FILE");
  }
  heap_->CollectMajor();
  heap_->CollectMajor();
  EXPECT_EQ(OpenDescriptors(), before);
}

TEST_F(FilesTest, InputReadsTrimmedLines) {
  io_.lines = {"satu", "  dua tiga \r", "", "\u00A0akhir\t"};
  EXPECT_EQ(Text("input"), "satu");
  EXPECT_EQ(Text("input", {String("? ")}), "dua tiga");
  EXPECT_EQ(io_.output, "? ");
  EXPECT_EQ(Text("input"), "");
  EXPECT_EQ(Text("input"), "akhir");
  EXPECT_EQ(Error("input"), "E005|input error: EOF");
  EXPECT_EQ(Error("input", {Int(5)}), "E003|argument to `input` must be STRING, got INTEGER");
  EXPECT_EQ(Error("input", {String("a"), String("b")}), "E009|argument mismatch: expected 0 or 1, got 2");
}

TEST_F(FilesTest, InputThatIsInterruptedStopsTheProgram) {
  io_.at_end = ReadLineResult::kInterrupted;
  EXPECT_EQ(Text("input"), "<fatal: interrupted>");
}

TEST_F(FilesTest, InputThatDoesNotEndStopsTheProgram) {
  io_.at_end = ReadLineResult::kTooLong;
  EXPECT_EQ(Text("input"), "<fatal: virtual memory limit reached>");
}

}  // namespace
}  // namespace foxvm::builtins
