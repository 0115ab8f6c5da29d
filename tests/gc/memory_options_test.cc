// Presets, validation, and the choice for the machine at hand.
#include "gc/memory_options.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "gc/heap_presets.h"
#include "gtest/gtest.h"

namespace foxvm::gc {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

constexpr MemoryMode kModes[] = {MemoryMode::kCompiler, MemoryMode::kRuntime, MemoryMode::kVm,
                                 MemoryMode::kServer};

TEST(MemoryOptions, PresetsAreValidAndOfTheirMode) {
  for (MemoryMode mode : kModes) {
    const MemoryOptions options = MemoryOptions::Preset(mode);
    EXPECT_EQ(options.mode, mode);
    EXPECT_TRUE(options.Validate().ok()) << MemoryModeName(mode) << ": " << options.Validate();
  }
}

// The first field out of range is named.
void ExpectRefused(MemoryOptions options, const std::string& field) {
  const absl::Status status = options.Validate();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << field;
  EXPECT_NE(std::string(status.message()).find(field), std::string::npos) << status;
}

TEST(HeapPresets, EachIsValidAndChoosesWhoMarks) {
  for (const char* name : {"runtime", "vm", "server", "auto"}) {
    const std::optional<HeapOptions> options = OptionsOfPreset(name);
    ASSERT_TRUE(options.has_value()) << name;
    EXPECT_TRUE(options->Validate().ok()) << name;
  }
  EXPECT_FALSE(OptionsOfPreset("compiler").has_value());
  EXPECT_FALSE(OptionsOfPreset("").has_value());
  EXPECT_EQ(OptionsOfPreset("runtime")->major_mode, MajorMode::kStopTheWorld);
  EXPECT_EQ(OptionsOfPreset("vm")->major_mode, MajorMode::kIncremental);
  EXPECT_EQ(OptionsOfPreset("server")->major_mode, MajorMode::kConcurrent);
  EXPECT_GT(OptionsOfPreset("server")->pressure_share, HeapOptions().pressure_share);
  EXPECT_LT(OptionsOfPreset("server")->growth_factor, OptionsOfPreset("vm")->growth_factor);
}

TEST(HeapPresets, TheDetectedOneMarksInSlicesWhereAPauseWouldBeLong) {
  MachineMemory machine;
  machine.physical_bytes = size_t{512} << 20;
  EXPECT_EQ(DetectedOptions(machine).major_mode, MajorMode::kStopTheWorld);
  machine.physical_bytes = size_t{1} << 30;
  EXPECT_EQ(DetectedOptions(machine).major_mode, MajorMode::kIncremental);
  EXPECT_EQ(DetectedOptions(machine).max_bytes, size_t{256} << 20);
}

TEST(MemoryOptions, EachFieldIsChecked) {
  MemoryOptions compiler = MemoryOptions::Preset(MemoryMode::kCompiler);
  MemoryOptions bad = compiler;
  bad.max_bytes = 1000;
  ExpectRefused(bad, "max_bytes");
  bad = compiler;
  bad.first_chunk_bytes = 3000;
  ExpectRefused(bad, "first_chunk_bytes");
  bad = compiler;
  bad.max_chunk_bytes = 0;
  ExpectRefused(bad, "max_chunk_bytes");
  bad = compiler;
  bad.stress_interval = 1;
  ExpectRefused(bad, "stress_interval");
  const MemoryOptions server = MemoryOptions::Preset(MemoryMode::kServer);
  bad = server;
  bad.max_bytes = 0;
  ExpectRefused(bad, "max_bytes");
  bad = server;
  bad.young_bytes = 1;
  ExpectRefused(bad, "young_bytes");
  bad = server;
  bad.min_young_bytes = bad.young_bytes + 1;
  ExpectRefused(bad, "min_young_bytes");
  bad = server;
  bad.max_young_bytes = bad.young_bytes - 1;
  ExpectRefused(bad, "max_young_bytes");
  bad = server;
  bad.pressure_share = 1;
  ExpectRefused(bad, "pressure_share");
  bad = server;
  bad.promotion_age = 16;
  ExpectRefused(bad, "promotion_age");
  bad = server;
  bad.growth_factor = 1;
  ExpectRefused(bad, "growth_factor");
  bad.mode = static_cast<MemoryMode>(7);
  ExpectRefused(bad, "mode");
}

TEST(MemoryOptions, DetectionTakesAQuarterOfTheLeastLimit) {
  EXPECT_EQ(DetectMemoryOptions({.physical_bytes = 1024 * kMiB}).max_bytes, 256 * kMiB);
  EXPECT_EQ(DetectMemoryOptions({.physical_bytes = 1024 * kMiB, .cgroup_bytes = 100 * kMiB}).max_bytes,
            25 * kMiB);
  EXPECT_EQ(DetectMemoryOptions({.cgroup_bytes = 100 * kMiB, .address_space_bytes = 80 * kMiB}).max_bytes,
            20 * kMiB);
}

TEST(MemoryOptions, DetectionGivesValidOptionsForEveryMachine) {
  for (size_t bytes = 1; bytes != 0; bytes <<= 1) {
    const MemoryOptions options = DetectMemoryOptions({.physical_bytes = bytes});
    EXPECT_TRUE(options.Validate().ok()) << bytes << ": " << options.Validate();
    EXPECT_LE(options.young_bytes * 4, options.max_bytes) << bytes;
  }
  EXPECT_TRUE(DetectMemoryOptions(ReadMachineMemory()).Validate().ok());
}

class MachineMemoryTest : public testing::Test {
 protected:
  void Write(const std::string& path, const std::string& text) {
    const std::filesystem::path full = std::filesystem::path(root) / path;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full) << text;
  }

  // A folder of this test's own.
  const std::string root =
      testing::TempDir() + "machine_" + testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(MachineMemoryTest, ReadsTheMachineAndTheGroupWithItsParents) {
  Write("proc/meminfo", "MemTotal:        2048 kB\nMemFree:   1 kB\n");
  Write("proc/self/cgroup", "0::/user/inner\n");
  Write("sys/fs/cgroup/user/inner/memory.max", "max\n");
  Write("sys/fs/cgroup/user/memory.max", "1048576\n");
  const MachineMemory memory = ReadMachineMemory(root);
  EXPECT_EQ(memory.physical_bytes, 2 * kMiB);
  EXPECT_EQ(memory.cgroup_bytes, kMiB);
}

TEST_F(MachineMemoryTest, ReadsTheOlderKindOfGroup) {
  Write("proc/self/cgroup", "11:cpu,cpuacct:/box\n4:memory:/box\n0::/\n");
  Write("sys/fs/cgroup/memory/box/memory.limit_in_bytes", "9223372036854771712\n");
  Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "777216\n");
  EXPECT_EQ(ReadMachineMemory(root).cgroup_bytes, 777216u);
}

TEST_F(MachineMemoryTest, WhatCannotBeReadIsNoLimit) {
  EXPECT_EQ(ReadMachineMemory(root).physical_bytes, SIZE_MAX);
  Write("proc/meminfo", "MemTotal: many kB\n");
  Write("proc/self/cgroup", "nonsense\n0::\n:::\n");
  Write("sys/fs/cgroup/memory.max", "-5\n");
  const MachineMemory memory = ReadMachineMemory(root);
  EXPECT_EQ(memory.physical_bytes, SIZE_MAX);
  EXPECT_EQ(memory.cgroup_bytes, SIZE_MAX);
}

}  // namespace
}  // namespace foxvm::gc
