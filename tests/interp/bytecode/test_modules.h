// Modules for tests: code written as hex, small ready-made modules, comparison, and the conformance exchange
// form. Threads: pure functions.
#ifndef FOXVM_TESTS_INTERP_BYTECODE_TEST_MODULES_H_
#define FOXVM_TESTS_INTERP_BYTECODE_TEST_MODULES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "interp/bytecode/module.h"

namespace foxvm::bytecode {

// "10 0000 | 01" as bytes: hex digits, blanks and bars.
std::vector<uint8_t> Hex(absl::string_view text);

Constant NullConstant();
Constant BoolConstant(bool value);
Constant IntConstant(int64_t value);
Constant FloatConstant(double value);
Constant StringConstant(uint32_t index);
Constant FunctionConstant(uint32_t index);
Constant ImportConstant(uint32_t index);

// A module with one file, no functions and `code` as main.
Module MainOnly(absl::string_view code);

// A module that uses every kind of constant, a function with a line table, a closure with a capture, an
// import, a struct, and passes Verify.
Module Sample();

// Everything equal; floats by their bits.
bool Same(const Module& a, const Module& b);

// A module from the form that DumpJson writes. Globals are counted from the code; one file named `name`.
absl::StatusOr<Module> ParseBcJson(absl::string_view json, absl::string_view name);

// A whole file; the test fails when it cannot be read.
std::string ReadFileOrDie(const std::string& path);

}  // namespace foxvm::bytecode

#endif  // FOXVM_TESTS_INTERP_BYTECODE_TEST_MODULES_H_
