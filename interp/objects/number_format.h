// The text form of numbers, without the heap.
// How: floats take the shortest digits that read back as the same double; the exponent form is used when the
//      decimal exponent is below -4 or above 5, however many digits there are.
// Threads: any.  Collects: never.
#ifndef FOXVM_INTERP_OBJECTS_NUMBER_FORMAT_H_
#define FOXVM_INTERP_OBJECTS_NUMBER_FORMAT_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace foxvm::objects {

// Room for any number's text: 17 digits, sign, point, exponent, or six leading zeros.
inline constexpr size_t kMaxNumberText = 32;

struct NumberText {
  char bytes[kMaxNumberText];
  size_t size = 0;
  absl::string_view view() const { return absl::string_view(bytes, size); }
};

// Decimal digits, with `-` for negative numbers.
NumberText FormatInt(int64_t i);

// `1.5`, `2`, `1e+06`, `1e-05`, `-0`, `+Inf`, `-Inf`, `NaN`.
NumberText FormatFloat(double d);

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_NUMBER_FORMAT_H_
