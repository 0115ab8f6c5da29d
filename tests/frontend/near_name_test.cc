// Which names count as misspellings of which.
#include "frontend/near_name.h"

#include <string>

#include "gtest/gtest.h"

namespace foxvm::frontend {
namespace {

TEST(NearestNameTest, FindsSmallSlipsOnly) {
  const absl::string_view names[] = {"run", "build", "check", "dis"};
  EXPECT_EQ(NearestName("rnu", names), "run");
  EXPECT_EQ(NearestName("rxy", names), "");
  EXPECT_EQ(NearestName("rub", names), "run");
  EXPECT_EQ(NearestName("buidl", names), "build");
  EXPECT_EQ(NearestName("chek", names), "check");
  EXPECT_EQ(NearestName("frobnicate", names), "");
  EXPECT_EQ(NearestName("CHECK", names), "check");
  EXPECT_EQ(NearestName("x", {{"y", "xy"}}), "");
  EXPECT_EQ(NearestName("", names), "");
  EXPECT_EQ(NearestName(std::string(100000, 'x'), names), "");
}

}  // namespace
}  // namespace foxvm::frontend
