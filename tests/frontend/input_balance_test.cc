// Which inputs are complete.
#include "frontend/input_balance.h"

#include <initializer_list>

#include "gtest/gtest.h"

namespace foxvm::frontend {
namespace {

bool IsOpenAfter(std::initializer_list<absl::string_view> lines, Dialect dialect = Dialect::kDynamic) {
  InputBalance balance(dialect);
  for (absl::string_view line : lines) balance.AddLine(line);
  return balance.IsOpen();
}

TEST(InputBalanceTest, Blocks) {
  EXPECT_FALSE(IsOpenAfter({"x = 1"}));
  EXPECT_TRUE(IsOpenAfter({"fungsi f()"}));
  EXPECT_TRUE(IsOpenAfter({"fungsi f()", "jika x", "akhir"}));
  EXPECT_FALSE(IsOpenAfter({"fungsi f()", "jika x", "lainnya", "akhir", "akhir"}));
  EXPECT_FALSE(IsOpenAfter({"struktur P x akhir"}));
  EXPECT_TRUE(IsOpenAfter({"SELAMA benar"}));
  EXPECT_FALSE(IsOpenAfter({"akhir"}));
}

TEST(InputBalanceTest, Brackets) {
  EXPECT_TRUE(IsOpenAfter({"f(1,"}));
  EXPECT_FALSE(IsOpenAfter({"f(1,", "[2, {3: 4}])"}));
  EXPECT_FALSE(IsOpenAfter({")"}));
  EXPECT_FALSE(IsOpenAfter({"x # ( comment"}));
}

TEST(InputBalanceTest, Strings) {
  EXPECT_TRUE(IsOpenAfter({"x = \"a"}));
  EXPECT_TRUE(IsOpenAfter({"x = \"a", "akhir ("}));
  EXPECT_FALSE(IsOpenAfter({"x = \"a", "akhir (\""}));
  EXPECT_FALSE(IsOpenAfter({"x = \"a", "fungsi\"", "y"}));
  EXPECT_TRUE(IsOpenAfter({"f(\"a#{"}));
  EXPECT_TRUE(IsOpenAfter({"f(\"a#{", "1}\""}));
  EXPECT_FALSE(IsOpenAfter({"f(\"a#{", "1}\"", ")"}));
}

TEST(InputBalanceTest, TypedDialect) {
  const auto open = [](std::initializer_list<absl::string_view> lines) {
    return IsOpenAfter(lines, Dialect::kTyped);
  };
  EXPECT_FALSE(open({"var x int = 1"}));
  EXPECT_TRUE(open({"var x int ="}));
  // `fungsi` in a type and in an interface has no block.
  EXPECT_FALSE(open({"var f fungsi(int) int"}));
  EXPECT_TRUE(open({"var f fungsi(int) int = fungsi(a int) int", "kembali a"}));
  EXPECT_FALSE(open({"var f fungsi(int) int = fungsi(a int) int", "kembali a", "akhir"}));
  EXPECT_TRUE(open({"antarmuka A", "fungsi f() int"}));
  EXPECT_FALSE(open({"antarmuka A", "fungsi f() int", "akhir"}));
  EXPECT_TRUE(open({"pilih x", "kasus 1: f()"}));
  EXPECT_TRUE(open({"jika a", "lain jika b"}));
  EXPECT_FALSE(open({"jika a", "lain jika b", "akhir"}));
  EXPECT_TRUE(open({"x = \"a"}));
  EXPECT_FALSE(open({"x = \"a", "b\""}));
  EXPECT_TRUE(open({"f(1,"}));
  // A mistake that more lines cannot mend.
  EXPECT_FALSE(open({"fungsi f() int", "kembali )"}));
  EXPECT_FALSE(open({"x = )"}));
}

}  // namespace
}  // namespace foxvm::frontend
