// The code of a Markdown document: its fenced and indented blocks and its inline spans, in order.
// How: one pass over lines. Only what the project's documents use: fences of three backticks or more, inline
//      spans on one line. Whatever could hold code and has another form is given out as a block, too, so that
//      no code can hide from the tests.
// Threads: pure functions.  Not here: what the blocks mean (docs_test.cc).
#ifndef FOXVM_TESTS_DOCS_MARKDOWN_BLOCKS_H_
#define FOXVM_TESTS_DOCS_MARKDOWN_BLOCKS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace foxvm::docs {

struct Block {
  // The info string; `indented` for a block that is marked by indentation alone, `unclosed` for a fence that
  // the document ends in, `tilde` for a fence of tildes.
  std::string kind;
  std::string text;  // whole lines, without the fences and their indentation
  int line = 0;      // of the fence or the first line, from 1
};

struct Span {
  std::string text;  // between the backticks
  int line = 0;
};

struct Code {
  std::vector<Block> blocks;
  std::vector<Span> spans;  // outside of blocks
};

Code ExtractCode(absl::string_view markdown);

}  // namespace foxvm::docs

#endif  // FOXVM_TESTS_DOCS_MARKDOWN_BLOCKS_H_
