#include "interp/builtins/time_format.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

namespace foxvm::builtins {
namespace {

enum class Element {
  kNone,
  kLongMonth,      // January
  kMonth,          // Jan
  kNumMonth,       // 1
  kZeroMonth,      // 01
  kLongWeekday,    // Monday
  kWeekday,        // Mon
  kDay,            // 2
  kSpaceDay,       // _2
  kZeroDay,        // 02
  kSpaceYearDay,   // __2
  kZeroYearDay,    // 002
  kHour,           // 15
  kHour12,         // 3
  kZeroHour12,     // 03
  kMinute,         // 4
  kZeroMinute,     // 04
  kSecond,         // 5
  kZeroSecond,     // 05
  kLongYear,       // 2006
  kYear,           // 06
  kUpperPm,        // PM
  kLowerPm,        // pm
  kZoneName,       // MST
  kOffset,         // -07, -0700, Z07:00, ...
  kFractionZeros,  // .000
  kFractionNines,  // .999
};

struct Token {
  Element element = Element::kNone;
  size_t length = 0;  // bytes of the layout
};

struct FixedElement {
  absl::string_view text;
  Element element;
};

// In the order of trial: a longer text before its own prefix.
constexpr FixedElement kFixedElements[] = {
    {"January", Element::kLongMonth},
    {"Jan", Element::kMonth},
    {"Monday", Element::kLongWeekday},
    {"Mon", Element::kWeekday},
    {"MST", Element::kZoneName},
    {"002", Element::kZeroYearDay},
    {"01", Element::kZeroMonth},
    {"02", Element::kZeroDay},
    {"03", Element::kZeroHour12},
    {"04", Element::kZeroMinute},
    {"05", Element::kZeroSecond},
    {"06", Element::kYear},
    {"15", Element::kHour},
    {"1", Element::kNumMonth},
    {"2006", Element::kLongYear},
    {"2", Element::kDay},
    {"__2", Element::kSpaceYearDay},
    {"_2", Element::kSpaceDay},
    {"3", Element::kHour12},
    {"4", Element::kMinute},
    {"5", Element::kSecond},
    {"PM", Element::kUpperPm},
    {"pm", Element::kLowerPm},
    {"-070000", Element::kOffset},
    {"-07:00:00", Element::kOffset},
    {"-0700", Element::kOffset},
    {"-07:00", Element::kOffset},
    {"-07", Element::kOffset},
    {"Z070000", Element::kOffset},
    {"Z07:00:00", Element::kOffset},
    {"Z0700", Element::kOffset},
    {"Z07:00", Element::kOffset},
    {"Z07", Element::kOffset},
};

// A dot or comma and a run of 0s or 9s that no other digit follows.
Token FractionAt(absl::string_view rest) {
  if (rest.size() < 2 || (rest[0] != '.' && rest[0] != ',') || (rest[1] != '0' && rest[1] != '9')) return {};
  size_t end = rest.find_first_not_of(rest[1], 1);
  if (end == absl::string_view::npos) end = rest.size();
  if (end < rest.size() && absl::ascii_isdigit(static_cast<unsigned char>(rest[end]))) return {};
  return {rest[1] == '0' ? Element::kFractionZeros : Element::kFractionNines, end};
}

// The element that begins at `rest`, not empty.
Token ElementAt(absl::string_view rest) {
  if (rest[0] == '.' || rest[0] == ',') return FractionAt(rest);
  // "_2006" is an underscore before a year, not a padded day.
  if (absl::StartsWith(rest, "_2006")) return {};
  for (const FixedElement& fixed : kFixedElements) {
    if (rest[0] != fixed.text[0] || !absl::StartsWith(rest, fixed.text)) continue;
    // "Janet" and "Month" are words, not abbreviated names.
    bool abbreviation = fixed.element == Element::kMonth || fixed.element == Element::kWeekday;
    if (abbreviation && rest.size() > 3 && absl::ascii_islower(static_cast<unsigned char>(rest[3])))
      return {};
    return {fixed.element, fixed.text.size()};
  }
  return {};
}

constexpr absl::string_view kMonths[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
constexpr absl::string_view kWeekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                           "Friday", "Saturday", "Sunday"};

void AppendPadded(int64_t value, size_t width, char pad, std::string* out) {
  if (value < 0) out->push_back('-');
  std::string digits = absl::StrCat(value < 0 ? -value : value);
  if (digits.size() < width) out->append(width - digits.size(), pad);
  out->append(digits);
}

// `form` is the element as it stands in the layout: it shows sign, colons and which parts to write.
void AppendOffset(int offset_seconds, absl::string_view form, std::string* out) {
  if (form[0] == 'Z' && offset_seconds == 0) {
    out->push_back('Z');
    return;
  }
  out->push_back(offset_seconds / 60 < 0 ? '-' : '+');
  int total = std::abs(offset_seconds);
  bool colons = absl::StrContains(form, ':');
  size_t digits = static_cast<size_t>(std::count_if(form.begin(), form.end(), absl::ascii_isdigit));
  AppendPadded(total / 3600, 2, '0', out);
  if (digits >= 4) {
    if (colons) out->push_back(':');
    AppendPadded(total / 60 % 60, 2, '0', out);
  }
  if (digits >= 6) {
    if (colons) out->push_back(':');
    AppendPadded(total % 60, 2, '0', out);
  }
}

void AppendFraction(int64_t nanoseconds, absl::string_view form, Element element, std::string* out) {
  std::string digits;
  AppendPadded(nanoseconds, 9, '0', &digits);
  digits.resize(std::min<size_t>(form.size() - 1, 9));
  if (element == Element::kFractionNines) {
    while (!digits.empty() && digits.back() == '0') digits.pop_back();
    if (digits.empty()) return;
  }
  out->push_back(form[0]);
  out->append(digits);
}

void AppendClock(const absl::CivilSecond& cs, Element element, std::string* out) {
  int hour = cs.hour();
  int hour12 = hour % 12 == 0 ? 12 : hour % 12;
  switch (element) {
    case Element::kHour: return AppendPadded(hour, 2, '0', out);
    case Element::kHour12: return AppendPadded(hour12, 0, '0', out);
    case Element::kZeroHour12: return AppendPadded(hour12, 2, '0', out);
    case Element::kMinute: return AppendPadded(cs.minute(), 0, '0', out);
    case Element::kZeroMinute: return AppendPadded(cs.minute(), 2, '0', out);
    case Element::kSecond: return AppendPadded(cs.second(), 0, '0', out);
    case Element::kZeroSecond: return AppendPadded(cs.second(), 2, '0', out);
    case Element::kUpperPm: out->append(hour >= 12 ? "PM" : "AM"); return;
    default: out->append(hour >= 12 ? "pm" : "am"); return;
  }
}

void AppendDate(const absl::CivilSecond& cs, Element element, std::string* out) {
  absl::string_view month = kMonths[cs.month() - 1];
  absl::string_view weekday = kWeekdays[static_cast<int>(absl::GetWeekday(cs))];
  switch (element) {
    case Element::kLongMonth: absl::StrAppend(out, month); return;
    case Element::kMonth: absl::StrAppend(out, month.substr(0, 3)); return;
    case Element::kNumMonth: return AppendPadded(cs.month(), 0, '0', out);
    case Element::kZeroMonth: return AppendPadded(cs.month(), 2, '0', out);
    case Element::kLongWeekday: absl::StrAppend(out, weekday); return;
    case Element::kWeekday: absl::StrAppend(out, weekday.substr(0, 3)); return;
    case Element::kDay: return AppendPadded(cs.day(), 0, '0', out);
    case Element::kSpaceDay: return AppendPadded(cs.day(), 2, ' ', out);
    case Element::kZeroDay: return AppendPadded(cs.day(), 2, '0', out);
    case Element::kSpaceYearDay: return AppendPadded(absl::GetYearDay(cs), 3, ' ', out);
    case Element::kZeroYearDay: return AppendPadded(absl::GetYearDay(cs), 3, '0', out);
    case Element::kLongYear: return AppendPadded(cs.year(), 4, '0', out);
    case Element::kYear: return AppendPadded(cs.year() < 0 ? 0 : cs.year() % 100, 2, '0', out);
    default: return AppendClock(cs, element, out);
  }
}

}  // namespace

LayoutFormatter::LayoutFormatter(absl::Time time, absl::TimeZone zone)
    : info_(zone.At(time)), nanoseconds_(absl::ToInt64Nanoseconds(info_.subsecond)) {}

size_t LayoutFormatter::Append(absl::string_view layout, size_t budget_bytes, std::string* out) const {
  size_t at = 0;
  while (at < layout.size() && at < budget_bytes) {
    absl::string_view rest = layout.substr(at);
    Token token = ElementAt(rest);
    if (token.element == Element::kNone) {
      out->push_back(rest[0]);
      ++at;
      continue;
    }
    absl::string_view form = rest.substr(0, token.length);
    switch (token.element) {
      case Element::kZoneName: absl::StrAppend(out, info_.zone_abbr); break;
      case Element::kOffset: AppendOffset(info_.offset, form, out); break;
      case Element::kFractionZeros:
      case Element::kFractionNines: AppendFraction(nanoseconds_, form, token.element, out); break;
      default: AppendDate(info_.cs, token.element, out); break;
    }
    at += token.length;
  }
  return at;
}

absl::string_view LayoutByName(absl::string_view name) {
  if (name == "RFC3339") return kRfc3339Layout;
  if (name == "ANSIC") return kAnsicLayout;
  if (name == "UnixDate") return kUnixDateLayout;
  return name;
}

}  // namespace foxvm::builtins
