// Every form of code in a document is found, with its kind, text and line.
#include "tests/docs/markdown_blocks.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace foxvm::docs {
namespace {

using ::testing::ElementsAre;

// Kinds of the blocks, in order.
std::vector<std::string> KindsOf(absl::string_view markdown) {
  std::vector<std::string> kinds;
  for (const Block& block : ExtractCode(markdown).blocks) kinds.push_back(block.kind);
  return kinds;
}

TEST(MarkdownBlocksTest, FencedBlockHasKindTextAndLine) {
  const Code code = ExtractCode("# Title\n\n```morph\ncetak(1)\n\n  x\n```\nrest\n");
  ASSERT_EQ(code.blocks.size(), 1u);
  EXPECT_EQ(code.blocks[0].kind, "morph");
  EXPECT_EQ(code.blocks[0].text, "cetak(1)\n\n  x\n");
  EXPECT_EQ(code.blocks[0].line, 3);
}

TEST(MarkdownBlocksTest, BlocksKeepTheirOrder) {
  EXPECT_THAT(KindsOf("```a\n```\ntext\n```b\n```\n```\n```\n"), ElementsAre("a", "b", ""));
}

TEST(MarkdownBlocksTest, OnlyAFenceOfTheSameLengthCloses) {
  const Code code = ExtractCode("````text\n```\ninner\n```\n````\n");
  ASSERT_EQ(code.blocks.size(), 1u);
  EXPECT_EQ(code.blocks[0].text, "```\ninner\n```\n");
}

TEST(MarkdownBlocksTest, FenceInAListLosesItsIndentation) {
  const Code code = ExtractCode("- item\n  ```console\n  $ a\n    b\n  ```\n");
  ASSERT_EQ(code.blocks.size(), 1u);
  EXPECT_EQ(code.blocks[0].text, "$ a\n  b\n");
}

TEST(MarkdownBlocksTest, WhatIsOnlyIndentedIsABlock) {
  const Code code = ExtractCode("text\n\n    $ foxvm\n    out\n\n    more\n\nend\n");
  ASSERT_EQ(code.blocks.size(), 1u);
  EXPECT_EQ(code.blocks[0].kind, "indented");
  EXPECT_EQ(code.blocks[0].text, "$ foxvm\nout\nmore\n");
}

TEST(MarkdownBlocksTest, ContinuedLinesOfAParagraphAreNoBlock) {
  EXPECT_THAT(KindsOf("- a list\n    goes on\n"), ElementsAre());
}

TEST(MarkdownBlocksTest, StrangeFencesAreNotHidden) {
  EXPECT_THAT(KindsOf("~~~sh\nls\n~~~\n"), ElementsAre("tilde"));
  EXPECT_THAT(KindsOf("```sh\nls\n"), ElementsAre("unclosed"));
}

TEST(MarkdownBlocksTest, SpansOutsideOfBlocksAreFound) {
  const Code code = ExtractCode("run `foxvm x` or ``a ` b``, not\n```sh\n`inside`\n```\n| `cell` |\n");
  ASSERT_EQ(code.spans.size(), 3u);
  EXPECT_EQ(code.spans[0].text, "foxvm x");
  EXPECT_EQ(code.spans[0].line, 1);
  EXPECT_EQ(code.spans[1].text, "a ` b");
  EXPECT_EQ(code.spans[2].text, "cell");
  EXPECT_EQ(code.spans[2].line, 5);
}

TEST(MarkdownBlocksTest, EmptyDocumentHasNoCode) {
  EXPECT_TRUE(ExtractCode("").blocks.empty());
  EXPECT_TRUE(ExtractCode("").spans.empty());
}

}  // namespace
}  // namespace foxvm::docs
