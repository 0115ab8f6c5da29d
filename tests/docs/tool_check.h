// Whether a command that a document shows names things that exist: the project's tools and their options,
// Bazel's configurations and targets, and foxvm's commands and options.
// How: by reading the tools' own text; nothing is run.
// Threads: one at a time; reads files of the source tree.
#ifndef FOXVM_TESTS_DOCS_TOOL_CHECK_H_
#define FOXVM_TESTS_DOCS_TOOL_CHECK_H_

#include <string>

#include "absl/strings/string_view.h"

namespace foxvm::docs {

// "" for a command line of tools/foxvm, tools/test, tools/bench, tools/setup, or of bazel with a target of
// examples/, that can work; otherwise what is wrong with it.
std::string CheckToolCommand(absl::string_view command);

// The same for code within a sentence, which may be a command of foxvm, of a tool or of Bazel, an option, or
// anything else. Words in capitals stand for something. `manual`: foxvm's manual page.
std::string CheckMention(absl::string_view text, absl::string_view manual);

}  // namespace foxvm::docs

#endif  // FOXVM_TESTS_DOCS_TOOL_CHECK_H_
