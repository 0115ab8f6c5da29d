// A module in the exchange form of the conformance programs (`NAME.bc.json`), for byte-for-byte comparison.
// How: {"main":{"code":"<hex>"},"constants":[ one constant per line ]}; numbers are printed as Go's strconv
// does in
//      format 'g' with the shortest digits. Names, line tables and globals are not part of the form.
// Threads: pure functions.  Not here: reading it back (a test helper does that).
#ifndef FOXVM_INTERP_BYTECODE_JSON_DUMP_H_
#define FOXVM_INTERP_BYTECODE_JSON_DUMP_H_

#include <string>

#include "absl/strings/string_view.h"
#include "interp/bytecode/module.h"

namespace foxvm::bytecode {

// Takes unverified modules: a constant whose index is out of range is printed as null.
std::string DumpJson(const Module& module);

// `value` with the shortest digits that read back equal; exponent form when the decimal exponent is below -4
// or at least 6: 100, 0.25, 1e+06, 1e-05, -0, +Inf, -Inf, NaN.
std::string FormatFloat(double value);

// `bytes` as a JSON string with quotes. Bytes that are not UTF-8 become \udcXX (Python's surrogateescape).
std::string QuoteJson(absl::string_view bytes);

}  // namespace foxvm::bytecode

#endif  // FOXVM_INTERP_BYTECODE_JSON_DUMP_H_
