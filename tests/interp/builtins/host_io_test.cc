#include "interp/builtins/host_io.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "interp/builtins/file_io.h"

namespace foxvm::builtins {
namespace {

struct Pipe {
  Pipe() {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close(read_end);
    CloseWrite();
  }
  void CloseWrite() {
    if (write_end >= 0) close(write_end);
    write_end = -1;
  }
  void Put(absl::string_view text) {
    EXPECT_EQ(WriteAll(write_end, text, nullptr, OnBrokenPipe::kError).status, IoStatus::kOk);
  }
  // Everything written until the write end is closed.
  std::string Drain() {
    std::string all;
    EXPECT_EQ(ReadAll(read_end, 1 << 30, nullptr, &all).status, IoStatus::kOk);
    return all;
  }

  int read_end;
  int write_end;
};

std::string TempPath(absl::string_view name) { return testing::TempDir() + "/" + std::string(name); }

TEST(HostIoTest, BytesAreReadWhereLinesLeftOff) {
  Pipe in, out;
  FdHostIo io(in.read_end, out.write_end, nullptr);
  in.Put("satu\ndua\n");
  std::string text;
  EXPECT_EQ(io.ReadLine(100, &text), ReadLineResult::kLine);
  EXPECT_TRUE(io.ReadBytes(2, &text));
  EXPECT_EQ(text, "du");
  EXPECT_TRUE(io.ReadBytes(100, &text));
  EXPECT_EQ(text, "a\n");
  in.Put("tiga");
  EXPECT_TRUE(io.ReadBytes(100, &text)) << "does not wait for more than there is";
  EXPECT_EQ(text, "tiga");
  in.CloseWrite();
  EXPECT_TRUE(io.ReadBytes(100, &text));
  EXPECT_EQ(text, "");
}

TEST(HostIoTest, ReadingBytesMakesOutputVisibleAndCanBeStopped) {
  Pipe in, out;
  std::atomic<bool> interrupt = false;
  FdHostIo io(in.read_end, out.write_end, &interrupt);
  in.Put("x");
  io.Write("tanya");
  std::string text;
  EXPECT_TRUE(io.ReadBytes(1, &text));
  std::string seen;
  EXPECT_EQ(ReadSome(out.read_end, 100, nullptr, &seen).status, IoStatus::kOk);
  EXPECT_EQ(seen, "tanya");
  interrupt = true;
  EXPECT_FALSE(io.ReadBytes(1, &text));
}

TEST(HostIoTest, OutputIsHeldUntilFlush) {
  Pipe out;
  {
    FdHostIo io(-1, out.write_end, nullptr);
    io.Write("a");
    io.Write("b\n");
    int flags = fcntl(out.read_end, F_GETFL);
    fcntl(out.read_end, F_SETFL, flags | O_NONBLOCK);
    char byte;
    EXPECT_LT(read(out.read_end, &byte, 1), 0);
    fcntl(out.read_end, F_SETFL, flags);
  }
  out.CloseWrite();
  EXPECT_EQ(out.Drain(), "ab\n");
}

TEST(HostIoTest, OutputLargerThanTheBufferKeepsItsOrder) {
  Pipe out;
  std::string got;
  std::thread reader([&] { got = out.Drain(); });
  std::string want;
  {
    FdHostIo io(-1, out.write_end, nullptr);
    for (int i = 0; i < 50; ++i) {
      std::string piece(static_cast<size_t>(i) * 5000, static_cast<char>('a' + i % 26));
      io.Write(piece);
      want += piece;
    }
  }
  out.CloseWrite();
  reader.join();
  EXPECT_EQ(got, want);
}

TEST(HostIoTest, LinesComeOneByOneAndTheLastMayLackItsNewline) {
  Pipe in;
  in.Put("satu\n\ndua\nakhir");
  in.CloseWrite();
  FdHostIo io(in.read_end, -1, nullptr);
  std::string line;
  for (absl::string_view want : {"satu", "", "dua", "akhir"}) {
    ASSERT_EQ(io.ReadLine(100, &line), ReadLineResult::kLine);
    EXPECT_EQ(line, want);
  }
  EXPECT_EQ(io.ReadLine(100, &line), ReadLineResult::kEnd);
  EXPECT_EQ(io.ReadLine(100, &line), ReadLineResult::kEnd);
}

TEST(HostIoTest, ReadingALineFlushesTheOutputFirst) {
  Pipe in, out;
  in.Put("x\n");
  FdHostIo io(in.read_end, out.write_end, nullptr);
  io.Write("nama? ");
  std::string line;
  ASSERT_EQ(io.ReadLine(100, &line), ReadLineResult::kLine);
  std::string got;
  EXPECT_EQ(ReadSome(out.read_end, 100, nullptr, &got).status, IoStatus::kOk);
  EXPECT_EQ(got, "nama? ");
}

TEST(HostIoTest, ALongLineSpansReadsAndTooLongOnesAreRefused) {
  Pipe in;
  std::string want(300000, 'z');
  std::thread writer([&] {
    in.Put(want + "\n");
    in.Put(want + "\n");
    in.CloseWrite();
  });
  FdHostIo io(in.read_end, -1, nullptr);
  std::string line;
  EXPECT_EQ(io.ReadLine(300000, &line), ReadLineResult::kLine);
  EXPECT_EQ(line, want);
  EXPECT_EQ(io.ReadLine(299999, &line), ReadLineResult::kTooLong);
  std::string rest;
  EXPECT_EQ(ReadAll(in.read_end, 1 << 20, nullptr, &rest).status, IoStatus::kOk);
  writer.join();
}

TEST(HostIoTest, AStopRequestEndsWaitingForInput) {
  Pipe in;
  std::atomic<bool> interrupt{true};
  FdHostIo io(in.read_end, -1, &interrupt);
  std::string line;
  EXPECT_EQ(io.ReadLine(100, &line), ReadLineResult::kInterrupted);
}

TEST(HostIoTest, AnInputThatIsNotOpenHasEnded) {
  FdHostIo io(-1, -1, nullptr);
  std::string line;
  EXPECT_EQ(io.ReadLine(100, &line), ReadLineResult::kEnd);
}

TEST(HostIoTest, AStopRequestEndsAnEndlessLine) {
  int zeros = open("/dev/zero", O_RDONLY);
  std::atomic<bool> interrupt{false};
  FdHostIo io(zeros, -1, &interrupt);
  std::thread stopper([&] { interrupt = true; });
  std::string line;
  EXPECT_EQ(io.ReadLine(size_t{1} << 40, &line), ReadLineResult::kInterrupted);
  stopper.join();
  close(zeros);
}

TEST(FileIoTest, AStopRequestEndsWaitingForAFullPipe) {
  Pipe out;
  std::atomic<bool> interrupt{true};
  std::string much(1 << 20, 'x');
  EXPECT_EQ(WriteAll(out.write_end, much, &interrupt, OnBrokenPipe::kError).status, IoStatus::kInterrupted);
}

TEST(FileIoTest, WritingToAPipeWithoutReaderIsAnErrorNotASignal) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  IoResult result = WriteAll(ends[1], "x", nullptr, OnBrokenPipe::kError);
  EXPECT_EQ(result.status, IoStatus::kError);
  EXPECT_EQ(result.error, EPIPE);
  close(ends[1]);
  sigset_t pending;
  sigpending(&pending);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);
}

TEST(FileIoTest, TheWrongDirectionOfAPipeIsABadDescriptor) {
  Pipe pipe;
  std::string out;
  EXPECT_EQ(ReadSome(pipe.write_end, 10, nullptr, &out).error, EBADF);
  EXPECT_EQ(WriteAll(pipe.read_end, "x", nullptr, OnBrokenPipe::kError).error, EBADF);
  EXPECT_EQ(out, "");
}

TEST(FileIoTest, WritesAndReadsBackAFileLargerThanAnyPiece) {
  std::string path = TempPath("large");
  std::string want;
  for (int i = 0; want.size() < (5u << 20); ++i) want += std::to_string(i);
  int fd;
  ASSERT_EQ(OpenFile(path, OpenMode::kTruncate, nullptr, &fd).status, IoStatus::kOk);
  EXPECT_EQ(WriteAll(fd, want, nullptr, OnBrokenPipe::kError).status, IoStatus::kOk);
  close(fd);
  ASSERT_EQ(OpenFile(path, OpenMode::kRead, nullptr, &fd).status, IoStatus::kOk);
  std::string got;
  EXPECT_EQ(ReadSome(fd, 7, nullptr, &got).status, IoStatus::kOk);
  EXPECT_EQ(got.size(), 7u);
  EXPECT_EQ(ReadAll(fd, want.size(), nullptr, &got).status, IoStatus::kOk);
  EXPECT_EQ(got, want);
  lseek(fd, 0, SEEK_SET);
  got.clear();
  EXPECT_EQ(ReadAll(fd, want.size() - 1, nullptr, &got).status, IoStatus::kTooLarge);
  close(fd);
  unlink(path.c_str());
}

TEST(FileIoTest, APathWithANulByteIsRefused) {
  int fd = -1;
  EXPECT_EQ(OpenFile(absl::string_view("a\0b", 3), OpenMode::kTruncate, nullptr, &fd).error, EINVAL);
  EXPECT_EQ(fd, -1);
}

TEST(FileIoTest, ReasonTexts) {
  EXPECT_EQ(ReasonText(ENOENT), "no such file or directory");
  EXPECT_EQ(ReasonText(EISDIR), "is a directory");
  EXPECT_EQ(ReasonText(EACCES), "permission denied");
  EXPECT_EQ(ReasonText(EBADF), "bad file descriptor");
  EXPECT_EQ(ReasonText(ENOSPC), "no space left on device");
  EXPECT_EQ(ReasonText(99999), "errno 99999");
}

}  // namespace
}  // namespace foxvm::builtins
