#include "interp/objects/number_format.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include "gc/check.h"

namespace foxvm::objects {
namespace {

constexpr int kMinFixedExponent = -4;
constexpr int kMaxFixedExponent = 5;

void Append(NumberText* text, absl::string_view s) {
  FOXVM_DCHECK(text->size + s.size() <= kMaxNumberText);
  std::memcpy(text->bytes + text->size, s.data(), s.size());
  text->size += s.size();
}

void AppendZeros(NumberText* text, int count) {
  for (int i = 0; i < count; ++i) Append(text, "0");
}

// digits is d1 d2 ... dn, for d1.d2...dn x 10^exponent.
void AppendFixed(NumberText* text, absl::string_view digits, int exponent) {
  if (exponent < 0) {
    Append(text, "0.");
    AppendZeros(text, -exponent - 1);
    Append(text, digits);
    return;
  }
  size_t whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole) {
    Append(text, digits);
    AppendZeros(text, static_cast<int>(whole - digits.size()));
    return;
  }
  Append(text, digits.substr(0, whole));
  Append(text, ".");
  Append(text, digits.substr(whole));
}

}  // namespace

NumberText FormatInt(int64_t i) {
  NumberText text;
  text.size = std::to_chars(text.bytes, text.bytes + kMaxNumberText, i).ptr - text.bytes;
  return text;
}

NumberText FormatFloat(double d) {
  NumberText text;
  if (std::isnan(d)) {
    Append(&text, "NaN");
    return text;
  }
  if (std::isinf(d)) {
    Append(&text, d > 0 ? "+Inf" : "-Inf");
    return text;
  }
  // Scientific form has the shortest digits, and an exponent with its sign and at least two digits: exactly
  // the exponent form wanted here.
  char scientific[kMaxNumberText];
  char* end = std::to_chars(scientific, scientific + kMaxNumberText, d, std::chars_format::scientific).ptr;
  absl::string_view s(scientific, end - scientific);
  size_t e = s.find('e');
  int exponent = 0;
  const char* exponent_digits = s.data() + e + (s[e + 1] == '+' ? 2 : 1);
  std::from_chars(exponent_digits, end, exponent);
  if (exponent < kMinFixedExponent || exponent > kMaxFixedExponent) {
    Append(&text, s);
    return text;
  }
  char digits[kMaxNumberText];
  size_t digit_count = 0;
  for (char c : s.substr(0, e)) {
    if (c == '-') Append(&text, "-");
    if (c >= '0' && c <= '9') digits[digit_count++] = c;
  }
  AppendFixed(&text, absl::string_view(digits, digit_count), exponent);
  return text;
}

}  // namespace foxvm::objects
