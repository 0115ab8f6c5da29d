// The example hosts run, are short, and are what the document shows.
#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/files.h"
#include "tests/support/spawn.h"

namespace foxvm {
namespace {

struct Host {
  std::string program;
  std::string source;
};

class HostsTest : public ::testing::TestWithParam<Host> {};

TEST_P(HostsTest, PrintsWhatItShould) {
  support::SpawnRequest request;
  request.argv = {GetParam().program};
  const absl::StatusOr<support::SpawnResult> result = support::Spawn(request);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->exit_status, 0);
  EXPECT_EQ(result->out, "halo dari Morph\n3^2 + 4^2 = 25\n");
  EXPECT_EQ(result->err, "");
}

TEST_P(HostsTest, HasAtMostFortyLinesAndStandsInTheDocument) {
  const std::optional<std::string> source = support::ReadFile(GetParam().source);
  const std::optional<std::string> document = support::ReadFile("docs/embedding.md");
  ASSERT_TRUE(source.has_value() && document.has_value());
  EXPECT_LE(std::count(source->begin(), source->end(), '\n'), 40);
  EXPECT_THAT(*document, ::testing::HasSubstr(absl::StrCat("\n", *source, "```")));
}

INSTANTIATE_TEST_SUITE_P(Both, HostsTest,
                         ::testing::Values(Host{"examples/host_c", "examples/host.c"},
                                           Host{"examples/host_cc", "examples/host.cc"}),
                         [](const ::testing::TestParamInfo<Host>& info) {
                           return info.index == 0 ? "C" : "Cxx";
                         });

}  // namespace
}  // namespace foxvm
