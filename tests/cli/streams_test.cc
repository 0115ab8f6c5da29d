// Manners towards the outside: readers that go away, full and closed outputs, Ctrl-C.
#include <signal.h>
#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/program_runner.h"

namespace foxvm::cli {
namespace {

using ::testing::StartsWith;

using StreamsTest = ProgramTest;

// Reads up to and with the first newline.
std::string ReadLineFrom(int fd) {
  std::string line;
  char byte = 0;
  while (read(fd, &byte, 1) == 1) {
    line.push_back(byte);
    if (byte == '\n') break;
  }
  return line;
}

TEST_F(StreamsTest, EndlessOutputStopsQuietlyWhenTheReaderGoesAway) {
  const Started program = Start({"-e", "selama benar cetak(\"lagi\") akhir"});
  EXPECT_EQ(ReadLineFrom(program.out), "lagi\n");
  close(program.out);
  EXPECT_EQ(WaitFor(program.process), 141);
  EXPECT_EQ(ReadFile(".err"), "");
  close(program.in);
}

TEST_F(StreamsTest, FullDeviceIsReported) {
  const Outcome outcome = RunShell("$FOXVM -e 'cetak(1)' > /dev/full");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "foxvm: cannot write standard output: no space left on device\n");
  EXPECT_EQ(RunShell("$FOXVM dis -e 'cetak(1)' > /dev/full").status, 1);
  EXPECT_EQ(RunShell("$FOXVM --help > /dev/full").status, 1);
}

TEST_F(StreamsTest, EndlessOutputToAFullDeviceEnds) {
  const Outcome outcome = RunShell("$FOXVM -e 'selama benar cetak(1) akhir' > /dev/full");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "foxvm: cannot write standard output: no space left on device\n");
}

TEST_F(StreamsTest, ClosedOutputIsReportedOnlyWhenUsed) {
  const Outcome used = RunShell("$FOXVM -e 'cetak(1)' >&-");
  EXPECT_EQ(used.status, 1);
  EXPECT_EQ(used.err, "foxvm: cannot write standard output: bad file descriptor\n");
  EXPECT_EQ(RunShell("$FOXVM -e 'a = 1' >&-").status, 0);
}

TEST_F(StreamsTest, FileOpenedWithClosedOutputIsNotTakenForIt) {
  RunShell("$FOXVM -e 'f = buka_file(\"f.txt\", \"t\") cetak(1) tulis(f, \"isi\") tutup_file(f)' >&-");
  EXPECT_EQ(ReadFile("f.txt"), "isi");
}

TEST_F(StreamsTest, ClosedInputIsAtItsEnd) {
  EXPECT_EQ(RunShell("$FOXVM -e 'cetak(adalah_galat(input()))' <&-").out, "benar\n");
}

TEST_F(StreamsTest, InterruptEndsALoop) {
  WriteFile("a.fox", "cetak(\"siap\")\ninput()\nselama benar\n  a = 1\nakhir\n");
  const Started program = Start({"run", "a.fox"});
  EXPECT_EQ(ReadLineFrom(program.out), "siap\n");
  EXPECT_EQ(write(program.in, "\n", 1), 1);
  EXPECT_EQ(kill(program.process, SIGINT), 0);
  EXPECT_EQ(WaitFor(program.process), 130);
  EXPECT_THAT(ReadFile(".err"), StartsWith("error: interrupted\n  at main program (a.fox:"));
  close(program.in);
  close(program.out);
}

TEST_F(StreamsTest, InterruptEndsWaitingForInput) {
  const Started program = Start({"-e", "cetak(\"siap\") input() cetak(\"tidak sampai\")"});
  EXPECT_EQ(ReadLineFrom(program.out), "siap\n");
  EXPECT_EQ(kill(program.process, SIGINT), 0);
  EXPECT_EQ(WaitFor(program.process), 130);
  EXPECT_EQ(ReadLineFrom(program.out), "");
  close(program.in);
  close(program.out);
}

}  // namespace
}  // namespace foxvm::cli
