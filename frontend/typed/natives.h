// Natives: the built-in functions that dialect B reaches by the word `native`, and those its own words mean.
// Threads: constant data.
#ifndef FOXVM_FRONTEND_TYPED_NATIVES_H_
#define FOXVM_FRONTEND_TYPED_NATIVES_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace foxvm::frontend {

// Built-in functions by number (interp/bytecode/builtin_names.h).
inline constexpr uint32_t kSpawnBuiltin = 3;
inline constexpr uint32_t kLengthOfBuiltin = 10;
inline constexpr uint32_t kMapSizeBuiltin = 60;
inline constexpr uint32_t kMapDeleteBuiltin = 61;
inline constexpr uint32_t kToFloatBuiltin = 67;
inline constexpr uint32_t kToIntBuiltin = 68;
inline constexpr uint32_t kAssertBuiltin = 69;

// The built-in function that `fungsi NAME(...) native` of a standard module stands for; UINT32_MAX: none.
uint32_t FindNative(absl::string_view name);

// Whether the built-in function gives an error value when it is not used as it should, which then ends the
// program. The others have all their results as their types say.
bool NativeMayFail(uint32_t builtin);

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_TYPED_NATIVES_H_
