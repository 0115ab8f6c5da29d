// Which inputs are complete.
#include "frontend/input_balance.h"

#include <initializer_list>

#include "gtest/gtest.h"

namespace foxvm::frontend {
namespace {

bool IsOpenAfter(std::initializer_list<absl::string_view> lines) {
  InputBalance balance;
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

}  // namespace
}  // namespace foxvm::frontend
