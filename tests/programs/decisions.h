// Decisions: where a program generator's choices come from: a seed, or the bytes a fuzzer tries.
// Invariants: DC-1 the same seed or bytes give the same choices, on every platform.
// Threads: one thread each.
#ifndef FOXVM_TESTS_PROGRAMS_DECISIONS_H_
#define FOXVM_TESTS_PROGRAMS_DECISIONS_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace foxvm::programs {

class Decisions {
 public:
  virtual ~Decisions() = default;
  // A number from 0 to bound - 1. Requires bound > 0.
  virtual uint32_t Below(uint32_t bound) = 0;
  // True in `percent` of 100 cases.
  bool Chance(uint32_t percent) { return Below(100) >= 100 - percent; }
};

// Pseudo-random choices (splitmix64). The streams of two seeds have nothing in common.
class SeededDecisions final : public Decisions {
 public:
  explicit SeededDecisions(uint64_t seed) : state_(Mix(Mix(seed + kStep) ^ seed)) {}

  uint32_t Below(uint32_t bound) override {
    state_ += kStep;
    return static_cast<uint32_t>((Mix(state_) >> 32) * bound >> 32);
  }

 private:
  static constexpr uint64_t kStep = 0x9e3779b97f4a7c15u;

  static uint64_t Mix(uint64_t z) {
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
  }

  uint64_t state_;
};

// One byte per choice; 0, the simplest choice, when the bytes are used up.
class ByteDecisions final : public Decisions {
 public:
  explicit ByteDecisions(absl::string_view bytes) : bytes_(bytes) {}

  uint32_t Below(uint32_t bound) override {
    if (next_ == bytes_.size()) return 0;
    return static_cast<uint8_t>(bytes_[next_++]) % bound;
  }

 private:
  absl::string_view bytes_;
  size_t next_ = 0;
};

}  // namespace foxvm::programs

#endif  // FOXVM_TESTS_PROGRAMS_DECISIONS_H_
