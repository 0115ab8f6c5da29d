// Programs of the typed dialect: what NAME.fox prints is in NAME.out, from source, as a module file and under stress;
// files that import each other; and stops while a program runs, with their place.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/program_runner.h"

namespace foxvm::cli {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> ProgramNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(SourcePath("tests/typed"))) {
    if (entry.path().extension() == ".fox") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class TypedProgramTest : public ProgramTest, public ::testing::WithParamInterface<std::string> {
 protected:
  std::string Source() const { return SourcePath("tests/typed/" + GetParam() + ".fox"); }
  void ExpectRuns(const std::vector<std::string>& arguments) {
    std::ifstream file(SourcePath("tests/typed/" + GetParam() + ".out"), std::ios::binary);
    ASSERT_TRUE(file.is_open()) << "no expected output";
    const Outcome outcome = Run(arguments);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out, std::string(std::istreambuf_iterator<char>(file), {}));
    EXPECT_EQ(outcome.err, "");
  }
};

TEST_P(TypedProgramTest, RunsFromSource) { ExpectRuns({"run", Source()}); }

TEST_P(TypedProgramTest, RunsAsModuleFile) {
  EXPECT_EQ(Run({"build", Source(), "-o", "program.mbc"}).status, 0);
  ExpectRuns({"run", "program.mbc"});
}

TEST_P(TypedProgramTest, RunsUnderStress) {
  ExpectRuns({"run", "--gc-stress=3", "--gc-verify", "--young=64K", Source()});
}

INSTANTIATE_TEST_SUITE_P(All, TypedProgramTest, ::testing::ValuesIn(ProgramNames()),
                         [](const ::testing::TestParamInfo<std::string>& info) { return info.param; });

TEST(TypedProgramsFolderTest, HasPrograms) { EXPECT_GE(ProgramNames().size(), 7u); }

// The end of a program in the typed dialect.
class TypedRunTest : public ProgramTest {
 protected:
  Outcome RunText(const std::string& text) {
    WriteFile("program.fox", text);
    return Run({"run", "--dialect=b", "program.fox"});
  }
  void ExpectPrints(const std::string& text, const std::string& output) {
    const Outcome outcome = RunText(text);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out, output);
    EXPECT_EQ(outcome.err, "");
  }
  // The program prints `before` and stops with `message` at line `line`.
  void ExpectStops(const std::string& text, const std::string& message, int line) {
    const Outcome outcome = RunText("native_print(\"before\")\n" + text + "\nnative_print(\"after\")");
    EXPECT_EQ(outcome.status, 1) << text;
    EXPECT_EQ(outcome.out, "before\n") << text;
    EXPECT_THAT(outcome.err, HasSubstr(message)) << text;
    EXPECT_THAT(outcome.err, HasSubstr("program.fox:" + std::to_string(line))) << text;
  }
};

TEST_F(TypedRunTest, IndicesOutOfRangeStop) {
  ExpectStops("var a = [1, 2]\nnative_print_int(a[2])", "error: index out of bounds: 2 (len 2)", 3);
  ExpectStops("var a = [1]\na[-1] = 2", "error: index out of bounds: -1 (len 1)", 3);
  ExpectStops("native_print_int(\"abc\"[3])", "error: index out of bounds: 3 (len 3)", 2);
  ExpectStops("var a []int\nvar i = 5\na[i] = 1", "error: index out of bounds: 5 (len 0)", 4);
}

TEST_F(TypedRunTest, ArithmeticStops) {
  ExpectStops("var zero = 0\nnative_print_int(1 / zero)", "error: integer divide by zero", 3);
  ExpectStops("var zero = 0\nnative_print_int(1 % zero)", "error: integer divide by zero", 3);
  ExpectStops("var n = -1\nnative_print_int(1 << n)", "error: negative shift count", 3);
}

TEST_F(TypedRunTest, NothingWhereSomethingIsNeededStops) {
  ExpectStops("struktur P\n  a int\nakhir\nvar p P = kosong\nnative_print_int(p.a)",
              "error: kosong has no field", 6);
  ExpectStops("struktur P\n  a int\nakhir\nvar p *P\np.a = 1", "error: kosong has no field", 6);
  ExpectStops("antarmuka I\n  fungsi m() void\nakhir\nvar i I\ni.m()", "error: kosong has no method m", 6);
  ExpectStops("var f fungsi() void\nf()", "error: calling non-function", 3);
  ExpectStops("var l []int = kosong\nnative_print_int(panjang(l))",
              "error: argument to `panjang` not supported, got NULL", 3);
  ExpectStops("var m map[int]int = kosong\nnative_print_int(m[1])", "error: kosong has no elements", 3);
  ExpectStops("var e error\nnative_print(e.message)", "error: kosong has no field", 3);
}

TEST_F(TypedRunTest, AssertionsThatDoNotHoldStop) {
  ExpectStops("antarmuka I\nakhir\nstruktur P\nakhir\nstruktur Q\nakhir\nvar i I = P{}\nvar q = assert(i, Q)",
              "error: assertion failed: Q expected, got P", 9);
  ExpectStops("antarmuka I\nakhir\nstruktur P\nakhir\nvar i I\nvar p = assert(i, P)",
              "error: assertion failed: P expected, got kosong", 7);
}

TEST_F(TypedRunTest, RecursionWithoutEndStops) {
  ExpectStops("fungsi f(n int) int\n  kembali f(n + 1) + 1\nakhir\nnative_print_int(f(0))",
              "error: stack overflow", 3);
}

TEST_F(TypedRunTest, FilesBringTheirNamesWithAndWithoutTheModule) {
  WriteFile("shapes.fox",
            "ambil \"units\"\n"
            "native_print(\"shapes\")\n"
            "struktur Square\n  side int\nakhir\n"
            "fungsi (s Square) Area() int\n  kembali s.side * s.side * SCALE\nakhir\n"
            "fungsi unit() Square\n  kembali Square{side: 1}\nakhir\n");
  WriteFile("units.fox", "native_print(\"units\")\ntetapan SCALE = 10\nvar counter = 0\n");
  ExpectPrints(
      "ambil \"shapes\"\nambil \"units\"\n"
      "native_print(\"main\")\n"
      "var a = Square{side: 2}\n"
      "var b shapes.Square = shapes.unit()\n"
      "native_print_int(a.Area() + b.Area() + units.SCALE)\n"
      "units.counter = 3\n"
      "counter = counter + 1\n"
      "native_print_int(units.counter)\n"
      "fungsi (s Square) Double() int\n  kembali s.Area() * 2\nakhir\n"
      "native_print_int(a.Double())\n",
      "units\nshapes\nmain\n60\n4\n80\n");
}

TEST_F(TypedRunTest, SingleNamesOfAFile) {
  WriteFile("m.fox",
            "var one = 1\nfungsi two() int\n  kembali one + 1\nakhir\nstruktur Three\n  n int\nakhir\n");
  ExpectPrints(
      "dari \"m\" ambil two, Three\nvar one = \"own\"\nnative_print(one)\nnative_print_int(two() + Three{n: "
      "3}.n)",
      "own\n5\n");
}

TEST_F(TypedRunTest, AFileThatSeveralImportRunsOnce) {
  WriteFile("base.fox", "native_print(\"base\")\nvar n = 1\n");
  WriteFile("left.fox", "ambil \"base\"\nn = n + 1\n");
  WriteFile("right.fox", "ambil \"base.fox\"\nn = n * 10\n");
  ExpectPrints("ambil \"left\"\nambil \"right\"\nambil \"base\"\nnative_print_int(base.n)", "base\n20\n");
}

TEST_F(TypedRunTest, ModulesInFoldersAreFoundFromTheProgram) {
  std::filesystem::create_directory(PathOf("parts"));
  WriteFile("parts/token.fox", "tetapan EOF = \"end\"\n");
  WriteFile("parts/lexer.fox",
            "ambil \"parts/token\"\nfungsi Last() string\n  var token = EOF\n  kembali token\nakhir\n");
  ExpectPrints("ambil \"parts/lexer\"\nnative_print(lexer.Last() + Last())", "endend\n");
}

TEST_F(TypedRunTest, TheProgramsMainIsCalledLastAndNoOther) {
  WriteFile("m.fox", "fungsi main() void\n  native_print(\"never\")\nakhir\n");
  ExpectPrints("ambil \"m\"\nfungsi main() void\n  native_print(\"main\")\nakhir\nnative_print(\"first\")",
               "first\nmain\n");
  ExpectPrints("fungsi main() void\n  native_print(\"main\")\nakhir\nmain()", "main\nmain\n");
}

TEST_F(TypedRunTest, FilesAreReadAndWritten) {
  ExpectPrints(
      "ambil \"io\"\n"
      "var out = io.Create(\"data.txt\")\n"
      "native_print_int(io.Write(out, \"satu dua\"))\n"
      "native_print_int(io.Close(out) + io.Close(out))\n"
      "var in = io.Open(\"data.txt\")\n"
      "native_print(io.Read(in, 4) + \"|\" + io.Read(in, 100) + \"|\" + io.Read(in, 1) + \"|\")\n"
      "var gone = io.Open(\"missing.txt\")\n"
      "native_print_int(gone.fd + io.Write(gone, \"x\") + io.Close(gone))\n"
      "native_print(io.Read(gone, 3) + \"|\")\n"
      "io.Write(io.Stdout, \"end\\n\")\n",
      "8\n-1\nsatu| dua||\n-3\n|\nend\n");
}

TEST_F(TypedRunTest, StandardInputIsReadInPieces) {
  WriteFile("program.fox",
            "ambil \"io\"\nvar all = \"\"\nvar piece = io.Read(io.Stdin, 3)\n"
            "selama piece != \"\"\n  all = all + piece + \"/\"\n  piece = io.Read(io.Stdin, 3)\nakhir\n"
            "native_print(all)\n");
  const Outcome outcome = Run({"run", "program.fox"}, "abcdefgh");
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out, "abc/def/gh/\n");
}

TEST_F(TypedRunTest, NumbersAndTime) {
  ExpectPrints(
      "ambil \"math\"\nambil \"time\"\nambil \"conv\"\n"
      "native_print_int(math.Add(2, 3))\n"
      "native_print(conv.Ftoa(math.Sqrt(2.25)) + \" \" + conv.Ftoa(math.Sin(0.0) + math.Cos(0.0)))\n"
      "jika math.PI > 3.14 dan PI < 3.15\n  native_print(\"pi\")\nakhir\n"
      "var before = time.Now()\ntime.Sleep(2)\n"
      "jika time.Now() - before >= 2 dan before > 1500000000000\n  native_print(\"later\")\nakhir\n",
      "5\n1.5 1\npi\nlater\n");
}

TEST_F(TypedRunTest, ThreadsTalkOverChannels) {
  ExpectPrints(
      "var line = saluran_baru()\n"
      "fungsi square(n int) void\n  kirim(line, n * n)\nakhir\n"
      "luncurkan(square, 7)\n"
      "luncurkan(fungsi() void kirim(line, 1) akhir)\n"
      "native_print_int(terima(line) + terima(line))\n",
      "50\n");
}

TEST_F(TypedRunTest, LiteralsOfAnyLength) {
  std::string map = "var m = {0: 0";
  std::string array = "var a = [0";
  for (int i = 1; i < 70000; ++i) {
    map += ", " + std::to_string(i) + ": " + std::to_string(2 * i);
    array += ", " + std::to_string(i);
  }
  ExpectPrints(map + "}\n" + array + "]\nnative_print_int(panjang(m) + m[69999])\nnative_print_int(a[69999])",
               "209998\n69999\n");
}

TEST_F(TypedRunTest, LiteralsOfStructsWithManyFields) {
  std::string text = "struktur P\n";
  for (int i = 0; i < 40; ++i) text += "  f" + std::to_string(i) + " int\n";
  text += "  p *P\nakhir\nfungsi n(i int) int\n  native_print_int(i)\n  kembali i\nakhir\n";
  // Few are given; all but few, in the order of the declaration and in another.
  ExpectPrints(text + "var a = P{f30: n(1), f2: n(2)}\nnative_print_int(a.f30 * 10 + a.f2 + a.f39)",
               "1\n2\n12\n");
  ExpectPrints(text + "var a = P{f30: n(1)}\nvar b = P{f31: n(5)}\nnative_print_int(a.f31 * 10 + b.f31)",
               "1\n5\n5\n");
}

TEST_F(TypedRunTest, VariablesAreZeroBeforeTheirStatement) {
  ExpectPrints(
      "var a = f()\nvar b = 5\nvar s = \"x\"\nfungsi f() int\n  native_print(\"[\" + s + \"]\")\n  kembali b "
      "+ 1\n"
      "akhir\nnative_print_int(a)",
      "[]\n1\n");
}

}  // namespace
}  // namespace foxvm::cli
