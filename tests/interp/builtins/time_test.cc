#include <limits>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "interp/objects/native_objects.h"
#include "tests/interp/builtins/builtin_fixture.h"

namespace foxvm::builtins {
namespace {

using TimeTest = BuiltinTest;

TEST_F(TimeTest, TheClockIsTheSystems) {
  int64_t before = absl::ToUnixSeconds(absl::Now());
  int64_t now = objects::IntValue(*Call("waktu_unix", {Null()}));
  EXPECT_GE(now, before);
  EXPECT_LE(now, absl::ToUnixSeconds(absl::Now()));
  EXPECT_EQ(Text("tipe", {Call("waktu_sekarang", {Int(1)})}), "TIME");
}

TEST_F(TimeTest, FormatWaktuUsesTheContextsZone) {
  ctx_.zone = absl::FixedTimeZone(7 * 3600);
  gc::Value* time = Root(objects::MakeTime(objects_, 1136189045123456789));
  EXPECT_EQ(Text("format_waktu", {time, String("2006-01-02 15:04:05.000")}), "2006-01-02 15:04:05.123");
  EXPECT_EQ(Text("format_waktu", {time, String("RFC3339")}), "2006-01-02T15:04:05+07:00");
  EXPECT_EQ(Text("format_waktu", {time, String("ANSIC")}), "Mon Jan  2 15:04:05 2006");
  EXPECT_EQ(Text("format_waktu", {time, String("tetap")}), "tetap");
  EXPECT_EQ(Text("format_waktu", {time, String("")}), "");
}

TEST_F(TimeTest, FormatWaktuOfTimesBefore1970) {
  ctx_.zone = absl::UTCTimeZone();
  gc::Value* time = Root(objects::MakeTime(objects_, -1));
  EXPECT_EQ(Text("format_waktu", {time, String("2006-01-02 15:04:05.999999999")}),
            "1969-12-31 23:59:59.999999999");
}

TEST_F(TimeTest, FormatWaktuOfALongLayoutIsTheSameAsOfItsPieces) {
  ctx_.zone = absl::UTCTimeZone();
  gc::Value* time = Root(objects::MakeTime(objects_, 0));
  std::string layout, want;
  for (int i = 0; i < 10000; ++i) {
    layout += "January|2006 ";
    want += "January|1970 ";
  }
  EXPECT_EQ(Text("format_waktu", {time, Rope(layout, layout)}), want + want);
}

TEST_F(TimeTest, ArgumentErrors) {
  gc::Value* time = Call("waktu_sekarang");
  EXPECT_EQ(Error("format_waktu", {Int(5), Int(5)}),
            "E003|first argument to `format_waktu` must be TIME, got INTEGER");
  EXPECT_EQ(Error("format_waktu", {time, Int(5)}),
            "E003|second argument to `format_waktu` must be STRING, got INTEGER");
  EXPECT_EQ(Error("format_waktu", {time}), "E008|argument mismatch: expected 2, got 1");
  EXPECT_EQ(Error("tidur", {String("a")}), "E003|argument to `tidur` must be INTEGER, got STRING");
  EXPECT_EQ(Error("tidur", {Int(1), Int(2)}), "E009|argument mismatch: expected 1, got 2");
}

TEST_F(TimeTest, TidurReturnsAtOnceForNothing) {
  EXPECT_EQ(Text("tidur", {Int(0)}), "kosong");
  EXPECT_EQ(Text("tidur", {Int(-5)}), "kosong");
  EXPECT_EQ(Text("tidur", {Int(1)}), "kosong");
}

TEST_F(TimeTest, AStopRequestEndsTheLongestSleep) {
  interrupt_ = true;
  EXPECT_EQ(Text("tidur", {Int(std::numeric_limits<int64_t>::max())}), "<fatal: interrupted>");
}

TEST_F(TimeTest, WithoutTheCapabilityThereIsNoClock) {
  ctx_.capabilities.clock = false;
  EXPECT_EQ(Error("waktu_sekarang"), "E005|waktu_sekarang error: permission denied");
  EXPECT_EQ(Error("waktu_unix"), "E005|waktu_unix error: permission denied");
  EXPECT_EQ(Error("tidur", {Int(1)}), "E005|tidur error: permission denied");
}

}  // namespace
}  // namespace foxvm::builtins
