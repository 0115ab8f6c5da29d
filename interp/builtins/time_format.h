// Formatting of times by reference-time layouts: the layout shows how Mon Jan 2 15:04:05 2006 -0700 would
// look. How: the layout is cut into literal text and elements (2006, 01, _2, PM, .000, Z07:00, ...), the
// longest element
//      first; what is no element is copied. Linear in the layout.
// Threads: pure functions.  Collects: never.
#ifndef FOXVM_INTERP_BUILTINS_TIME_FORMAT_H_
#define FOXVM_INTERP_BUILTINS_TIME_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace foxvm::builtins {

inline constexpr absl::string_view kRfc3339Layout = "2006-01-02T15:04:05Z07:00";
inline constexpr absl::string_view kAnsicLayout = "Mon Jan _2 15:04:05 2006";
inline constexpr absl::string_view kUnixDateLayout = "Mon Jan _2 15:04:05 MST 2006";

// One time in one zone, ready to be written by any number of layouts.
class LayoutFormatter {
 public:
  LayoutFormatter(absl::Time time, absl::TimeZone zone);

  // Appends to `out` what the start of `layout` asks for and returns the bytes of it consumed: all, or a
  // little more than `budget_bytes`. Cut the layout only where this function stopped.
  size_t Append(absl::string_view layout, size_t budget_bytes, std::string* out) const;

 private:
  absl::TimeZone::CivilInfo info_;
  int64_t nanoseconds_;
};

// The layout a program means by `name`: RFC3339, ANSIC and UnixDate stand for theirs, anything else for
// itself.
absl::string_view LayoutByName(absl::string_view name);

}  // namespace foxvm::builtins

#endif  // FOXVM_INTERP_BUILTINS_TIME_FORMAT_H_
