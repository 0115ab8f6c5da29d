#include "interp/builtins/time_format.h"

#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace foxvm::builtins {
namespace {

std::string Format(absl::Time time, absl::TimeZone zone, absl::string_view layout) {
  LayoutFormatter formatter(time, zone);
  std::string out;
  EXPECT_EQ(formatter.Append(layout, layout.size(), &out), layout.size());
  return out;
}

absl::Time At(absl::CivilSecond second, absl::TimeZone zone, int64_t nanos = 0) {
  return zone.At(second).pre + absl::Nanoseconds(nanos);
}

struct Case {
  absl::string_view layout;
  absl::string_view want;
};

class LayoutTest : public testing::TestWithParam<Case> {};

// Thursday, day 60 of a leap year, 21:06:07.040506 at UTC+07:00.
TEST_P(LayoutTest, WritesTheElement) {
  absl::TimeZone zone = absl::FixedTimeZone(7 * 3600);
  absl::Time time = At(absl::CivilSecond(2024, 2, 29, 21, 6, 7), zone, 40506000);
  EXPECT_EQ(Format(time, zone, GetParam().layout), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Elements, LayoutTest,
                         testing::Values(Case{"2006", "2024"}, Case{"06", "24"}, Case{"01", "02"},
                                         Case{"1", "2"}, Case{"Jan", "Feb"}, Case{"January", "February"},
                                         Case{"02", "29"}, Case{"2", "29"}, Case{"_2", "29"},
                                         Case{"Mon", "Thu"}, Case{"Monday", "Thursday"}, Case{"002", "060"},
                                         Case{"__2", " 60"}, Case{"15", "21"}, Case{"03", "09"},
                                         Case{"3", "9"}, Case{"04", "06"}, Case{"4", "6"}, Case{"05", "07"},
                                         Case{"5", "7"}, Case{"PM", "PM"}, Case{"pm", "pm"},
                                         Case{"-0700", "+0700"}, Case{"-07:00", "+07:00"}, Case{"-07", "+07"},
                                         Case{"-070000", "+070000"}, Case{"-07:00:00", "+07:00:00"},
                                         Case{"Z0700", "+0700"}, Case{"Z07:00", "+07:00"}, Case{"Z07", "+07"},
                                         Case{"Z070000", "+070000"}, Case{"Z07:00:00", "+07:00:00"}));

INSTANTIATE_TEST_SUITE_P(Fractions, LayoutTest,
                         testing::Values(Case{"05.000", "07.040"}, Case{"05.999", "07.04"},
                                         Case{"05.000000000", "07.040506000"},
                                         Case{"05.999999999", "07.040506"}, Case{"05,000", "07,040"},
                                         Case{"05,9", "07"}, Case{".0", ".0"},
                                         Case{".00000000000", ".040506000"}, Case{".0001", ".0002"},
                                         Case{".00901", ".00902"}, Case{".", "."}, Case{"x.9", "x"}));

INSTANTIATE_TEST_SUITE_P(Texts, LayoutTest,
                         testing::Values(Case{"", ""}, Case{"tetap", "tetap"}, Case{"Janet", "Janet"},
                                         Case{"JanX", "FebX"}, Case{"Month", "Month"}, Case{"_2006", "_2024"},
                                         Case{"__2006", " 60024"},
                                         Case{"2006-01-02T15:04:05Z07:00", "2024-02-29T21:06:07+07:00"},
                                         Case{"00", "00"}, Case{"07", "07"}, Case{"9", "9"}, Case{"P", "P"},
                                         Case{"Z", "Z"}, Case{"-7", "-7"}, Case{"é2006", "é2024"},
                                         Case{"20060102150405", "20240229210607"},
                                         Case{"Jan _2 3:04PM", "Feb 29 9:06PM"}));

TEST(TimeFormatTest, ZuluElementsWriteZOnlyForUtc) {
  absl::Time time = At(absl::CivilSecond(2024, 1, 2, 3, 4, 5), absl::UTCTimeZone());
  EXPECT_EQ(Format(time, absl::UTCTimeZone(), "Z07:00 Z0700 Z07 -07:00"), "Z Z Z +00:00");
  EXPECT_EQ(Format(time, absl::UTCTimeZone(), "MST"), "UTC");
  EXPECT_EQ(Format(time, absl::FixedTimeZone(-5400), "Z07:00 -0700 -07"), "-01:30 -0130 -01");
}

TEST(TimeFormatTest, PadsSmallNumbersAndKnowsNoonAndMidnight) {
  absl::TimeZone utc = absl::UTCTimeZone();
  EXPECT_EQ(Format(At(absl::CivilSecond(7, 1, 2, 0, 0, 0), utc), utc, "2006 06 _2 __2 002 3PM 03pm"),
            "0007 07  2   2 002 12AM 12am");
  EXPECT_EQ(Format(At(absl::CivilSecond(1999, 12, 31, 12, 0, 0), utc), utc, "06 1 2 3PM 15 002"),
            "99 12 31 12PM 12 365");
}

TEST(TimeFormatTest, NamesOfLayouts) {
  absl::TimeZone utc = absl::UTCTimeZone();
  absl::Time time = At(absl::CivilSecond(2006, 1, 2, 15, 4, 5), utc);
  EXPECT_EQ(Format(time, utc, LayoutByName("RFC3339")), "2006-01-02T15:04:05Z");
  EXPECT_EQ(Format(time, utc, LayoutByName("ANSIC")), "Mon Jan  2 15:04:05 2006");
  EXPECT_EQ(Format(time, utc, LayoutByName("UnixDate")), "Mon Jan  2 15:04:05 UTC 2006");
  EXPECT_EQ(LayoutByName("rfc3339"), "rfc3339");
}

TEST(TimeFormatTest, WorksThroughALayoutInSteps) {
  absl::TimeZone utc = absl::UTCTimeZone();
  LayoutFormatter formatter(At(absl::CivilSecond(2024, 5, 6, 7, 8, 9), utc), utc);
  absl::string_view layout = "2006-01-02 January Monday";
  std::string out;
  int steps = 0;
  for (absl::string_view rest = layout; !rest.empty(); ++steps) {
    size_t consumed = formatter.Append(rest, 1, &out);
    ASSERT_GT(consumed, 0u);
    rest.remove_prefix(consumed);
  }
  EXPECT_EQ(out, "2024-05-06 May Monday");
  EXPECT_EQ(steps, 9);
}

}  // namespace
}  // namespace foxvm::builtins
