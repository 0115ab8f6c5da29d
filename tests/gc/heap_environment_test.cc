// What FOXVM_GC may say, and how what it may not say is refused.
#include "gc/heap_environment.h"

#include <cstdlib>
#include <string>

#include "gc/heap_presets.h"
#include "gtest/gtest.h"

namespace foxvm::gc {
namespace {

TEST(HeapEnvironment, SettingsChangeTheirOptionsAndNoOthers) {
  HeapOptions host;
  host.max_bytes = size_t{64} << 20;
  host.growth_factor = 3;
  const absl::StatusOr<HeapOptions> options =
      ApplyHeapSettings(host, "stress=7,verify,young=256K,age=3,policy=root,mode=thread,slice=70,compact=3M");
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->stress_interval, 7u);
  EXPECT_TRUE(options->verify);
  EXPECT_EQ(options->StartYoungBytes(), size_t{256} << 10);
  EXPECT_EQ(options->SmallestYoungBytes(), size_t{256} << 10);
  EXPECT_EQ(options->LargestYoungBytes(), size_t{256} << 10);
  EXPECT_EQ(options->promotion_age, 3);
  EXPECT_EQ(options->growth_policy, GrowthPolicy::kSquareRoot);
  EXPECT_EQ(options->major_mode, MajorMode::kConcurrent);
  EXPECT_EQ(options->slice_us, 70u);
  EXPECT_EQ(options->compact_bytes, size_t{3} << 20);
  EXPECT_EQ(options->max_bytes, size_t{64} << 20);
  EXPECT_EQ(options->growth_factor, 3);
}

TEST(HeapEnvironment, APresetIsChangedByAllElseAndRaisesNoBound) {
  HeapOptions host;
  host.max_bytes = size_t{64} << 20;
  host.growth_factor = 3;
  const absl::StatusOr<HeapOptions> options =
      ApplyHeapSettings(host, "stress=7,mode=pause,preset=server,verify,sites,age=3");
  ASSERT_TRUE(options.ok()) << options.status();
  const HeapOptions server = PresetOptions(HeapPreset::kServer);
  EXPECT_EQ(options->max_bytes, size_t{64} << 20);
  EXPECT_EQ(options->young_bytes, server.young_bytes);
  EXPECT_EQ(options->growth_factor, server.growth_factor);
  EXPECT_EQ(options->pressure_share, server.pressure_share);
  EXPECT_EQ(options->stress_interval, 7u);
  EXPECT_EQ(options->major_mode, MajorMode::kStopTheWorld);
  EXPECT_EQ(options->promotion_age, 3);
  EXPECT_TRUE(options->verify && options->record_sites);
  EXPECT_EQ(ApplyHeapSettings(HeapOptions(), "preset=server")->max_bytes, server.max_bytes);
  EXPECT_EQ(ApplyHeapSettings(HeapOptions(), "preset=server")->major_mode, MajorMode::kConcurrent);
  EXPECT_EQ(ApplyHeapSettings(HeapOptions(), "preset=vm")->major_mode, MajorMode::kIncremental);
  EXPECT_EQ(ApplyHeapSettings(HeapOptions(), "preset=runtime")->major_mode, MajorMode::kStopTheWorld);
  EXPECT_TRUE(ApplyHeapSettings(HeapOptions(), "preset=auto").ok());
}

TEST(HeapEnvironment, NothingAndEmptySettingsChangeNothing) {
  for (const char* text : {"", ",", ",,,"}) {
    const absl::StatusOr<HeapOptions> options = ApplyHeapSettings(HeapOptions(), text);
    ASSERT_TRUE(options.ok()) << options.status();
    EXPECT_EQ(options->max_bytes, HeapOptions().max_bytes);
    EXPECT_EQ(options->stress_interval, 0u);
  }
}

TEST(HeapEnvironment, WhatIsWrongIsNamed) {
  struct Case {
    const char* text;
    const char* named;
  };
  for (const Case& wrong :
       {Case{"stres=1", "'stres=1'"}, Case{"stress=x", "'stress=x'"}, Case{"stress", "'stress'"},
        Case{"verify=1", "'verify=1'"}, Case{"verify,young=2X", "'young=2X'"}, Case{"young=1", "young_bytes"},
        Case{"max=1K", "max_bytes"}, Case{"age=99", "promotion_age"}, Case{"age=", "'age='"},
        Case{"growth=0.5", "growth_factor"}, Case{"growth=much", "'growth=much'"},
        Case{"policy=best", "'policy=best'"}, Case{"mode=best", "'mode=best'"}, Case{"slice=x", "'slice=x'"},
        Case{"preset=huge", "'preset=huge'"}, Case{"preset", "'preset'"}, Case{"sites=1", "'sites=1'"},
        Case{"=", "'='"}}) {
    const absl::Status status = ApplyHeapSettings(HeapOptions(), wrong.text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << wrong.text;
    EXPECT_NE(std::string(status.message()).find(wrong.named), std::string::npos) << status;
    EXPECT_NE(std::string(status.message()).find("FOXVM_GC"), std::string::npos) << status;
  }
}

TEST(HeapEnvironment, TheVariableIsRead) {
  ASSERT_EQ(setenv("FOXVM_GC", "max=1M", 1), 0);
  EXPECT_EQ(ApplyHeapEnvironment(HeapOptions())->max_bytes, size_t{1} << 20);
  ASSERT_EQ(setenv("FOXVM_GC", "max=", 1), 0);
  EXPECT_FALSE(ApplyHeapEnvironment(HeapOptions()).ok());
  ASSERT_EQ(unsetenv("FOXVM_GC"), 0);
  EXPECT_EQ(ApplyHeapEnvironment(HeapOptions())->max_bytes, HeapOptions().max_bytes);
}

TEST(ParseByteSize, TakesUnits) {
  EXPECT_EQ(ParseByteSize("0"), 0u);
  EXPECT_EQ(ParseByteSize("123"), 123u);
  EXPECT_EQ(ParseByteSize("2K"), 2048u);
  EXPECT_EQ(ParseByteSize("3m"), size_t{3} << 20);
  EXPECT_EQ(ParseByteSize("5G"), size_t{5} << 30);
}
TEST(ParseByteSize, RefusesEverythingElse) {
  for (const char* text : {"", "K", "-1", "+1", " 1", "1 ", "1KB", "0x10", "1.5M", "18446744073709551616",
                           "18014398509481984K", "9999999999999999999999G"}) {
    EXPECT_EQ(ParseByteSize(text), std::nullopt) << text;
  }
  EXPECT_EQ(ParseByteSize("18446744073709551615"), 18446744073709551615u);
}

}  // namespace
}  // namespace foxvm::gc
