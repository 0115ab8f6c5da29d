#include "interp/code/liveness.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "gc/check.h"

namespace foxvm::code {
namespace {

constexpr uint32_t kNoTarget = 0xffffffff;
// Rounds of "drop dead words, flow again": each removes one link of a chain of dead moves.
constexpr int kMaxRounds = 4;
// Visits per block before a flow is given up; structured code needs its loop depth plus two.
constexpr uint64_t kMaxVisitsPerBlock = 64;

struct Block {
  uint32_t begin;
  uint32_t last;   // its last instruction
  uint32_t end;    // one behind its last word
  uint32_t taken;  // block branched to, or kNoTarget
  bool falls_through;
};

// A view of one block's set within a flat array.
class BitSets {
 public:
  BitSets(size_t sets, uint32_t bits) : words_((bits + 63) / 64), data_(sets * words_) {}
  uint64_t* at(size_t set) { return data_.data() + set * words_; }
  size_t words() const { return words_; }

 private:
  size_t words_;
  std::vector<uint64_t> data_;
};

void SetBit(uint64_t* set, uint32_t bit) { set[bit / 64] |= uint64_t{1} << (bit % 64); }
void ClearBit(uint64_t* set, uint32_t bit) { set[bit / 64] &= ~(uint64_t{1} << (bit % 64)); }
bool TestBit(const uint64_t* set, uint32_t bit) { return (set[bit / 64] >> (bit % 64) & 1) != 0; }

class Flow {
 public:
  explicit Flow(RegisterCode* code) : code_(*code), slots_(CountSlots(*code)) {}

  bool Run(LivenessResult* result) {
    for (int round = 0;; ++round) {
      FindBlocks();
      live_in_ = BitSets(blocks_.size(), slots_);
      if (!Solve()) return false;
      if (round == kMaxRounds || !DropDeadWords()) break;
    }
    for (uint32_t slot = code_.params; slot < slots_; ++slot) {
      if (TestBit(live_in_.at(0), slot)) result->entry_slots.push_back(slot);
    }
    MakeMaps(static_cast<uint32_t>(result->entry_slots.size()), result);
    return true;
  }

 private:
  // The word a branch at `word` goes to.
  void ResolveTargets() {
    target_of_.assign(code_.words.size(), kNoTarget);
    for (const BranchFixup& branch : code_.branches) {
      target_of_[branch.word] = code_.labels[branch.label];
    }
  }

  void FindBlocks() {
    ResolveTargets();
    const auto& words = code_.words;
    std::vector<bool> starts(words.size() + 1);
    starts[0] = true;
    for (uint32_t w = 0; w < words.size(); w += LengthOf(words[w])) {
      uint8_t flags = GetInstructionInfo(OpOf(words[w])).flags;
      if ((flags & kBranches) != 0) {
        if (target_of_[w] == kNoTarget) target_of_[w] = w + Offset(words[w]);
        starts[target_of_[w]] = true;
      }
      if ((flags & (kBranches | kEndsBlock)) != 0) starts[w + 1] = true;
    }
    std::vector<uint32_t> block_at(words.size() + 1, kNoTarget);
    blocks_.clear();
    for (uint32_t w = 0; w < words.size(); w += LengthOf(words[w])) {
      if (starts[w]) {
        block_at[w] = static_cast<uint32_t>(blocks_.size());
        blocks_.push_back({w, w, w, kNoTarget, false});
      }
      blocks_.back().last = w;
      blocks_.back().end = w + LengthOf(words[w]);
    }
    for (Block& block : blocks_) {
      uint32_t w = block.last;
      uint8_t flags = GetInstructionInfo(OpOf(words[w])).flags;
      if ((flags & kBranches) != 0) block.taken = block_at[target_of_[w]];
      block.falls_through = (flags & kEndsBlock) == 0 && block.end < words.size();
    }
  }
  void Transfer(const Word* w, uint64_t* live) const {
    VisitOperands(w, [](uint32_t) {}, [&](uint32_t slot) { ClearBit(live, slot); });
    VisitOperands(w, [&](uint32_t slot) { SetBit(live, slot); }, [](uint32_t) {});
  }

  // live = what is live behind `block`.
  void LiveOut(uint32_t b, uint64_t* live) {
    const Block& block = blocks_[b];
    std::fill(live, live + live_in_.words(), 0);
    auto join = [&](uint32_t successor) {
      const uint64_t* in = live_in_.at(successor);
      for (size_t i = 0; i < live_in_.words(); ++i) live[i] |= in[i];
    };
    if (block.taken != kNoTarget) join(block.taken);
    if (block.falls_through) join(b + 1);
  }

  void WordsOf(const Block& block, std::vector<uint32_t>* starts) const {
    starts->clear();
    for (uint32_t w = block.begin; w < block.end; w += LengthOf(code_.words[w])) starts->push_back(w);
  }

  bool Solve() {
    // gen and kill make a visit cost one pass over the set instead of the block's code.
    BitSets gen(blocks_.size(), slots_), kill(blocks_.size(), slots_);
    std::vector<uint32_t> starts;
    for (uint32_t b = 0; b < blocks_.size(); ++b) {
      WordsOf(blocks_[b], &starts);
      for (size_t s = starts.size(); s-- > 0;) {
        const Word* w = &code_.words[starts[s]];
        VisitOperands(
            w, [](uint32_t) {},
            [&](uint32_t slot) {
              ClearBit(gen.at(b), slot);
              SetBit(kill.at(b), slot);
            });
        VisitOperands(w, [&](uint32_t slot) { SetBit(gen.at(b), slot); }, [](uint32_t) {});
      }
    }
    std::vector<uint64_t> live(live_in_.words());
    uint64_t visits = 0;
    for (bool changed = true; changed;) {
      changed = false;
      visits += blocks_.size();
      if (visits > kMaxVisitsPerBlock * blocks_.size()) return false;
      for (uint32_t b = static_cast<uint32_t>(blocks_.size()); b-- > 0;) {
        LiveOut(b, live.data());
        uint64_t* in = live_in_.at(b);
        for (size_t i = 0; i < live.size(); ++i) {
          uint64_t value = (live[i] & ~kill.at(b)[i]) | gen.at(b)[i];
          changed |= value != in[i];
          in[i] = value;
        }
      }
    }
    return true;
  }

  std::vector<bool> ReachableBlocks() const {
    std::vector<bool> reachable(blocks_.size());
    std::vector<uint32_t> work = {0};
    reachable[0] = true;
    while (!work.empty()) {
      const uint32_t b = work.back();
      work.pop_back();
      auto reach = [&](uint32_t successor) {
        if (reachable[successor]) return;
        reachable[successor] = true;
        work.push_back(successor);
      };
      if (blocks_[b].taken != kNoTarget) reach(blocks_[b].taken);
      if (blocks_[b].falls_through) reach(b + 1);
    }
    return reachable;
  }

  // Removes pure instructions whose result is dead, code that nothing reaches and jumps to the next word. Returns
  // whether there was any.
  bool DropDeadWords() {
    std::vector<bool> dead(code_.words.size());
    const std::vector<bool> reachable = ReachableBlocks();
    std::vector<uint64_t> live(live_in_.words());
    std::vector<uint32_t> starts;
    bool any = false;
    for (uint32_t b = 0; b < blocks_.size(); ++b) {
      const Block& block = blocks_[b];
      if (!reachable[b]) {
        std::fill(dead.begin() + block.begin, dead.begin() + block.end, true);
        any = true;
        continue;
      }
      if (OpOf(code_.words[block.last]) == Op::kJump && target_of_[block.last] == block.end) {
        dead[block.last] = true;
        any = true;
      }
      LiveOut(b, live.data());
      WordsOf(block, &starts);
      for (size_t s = starts.size(); s-- > 0;) {
        if (dead[starts[s]]) continue;
        const Word* w = &code_.words[starts[s]];
        bool needed = (GetInstructionInfo(OpOf(*w)).flags & kPure) == 0;
        VisitOperands(w, [](uint32_t) {}, [&](uint32_t slot) { needed |= TestBit(live.data(), slot); });
        if (needed) {
          Transfer(w, live.data());
        } else {
          dead[starts[s]] = true;
          if (LengthOf(*w) == 2) dead[starts[s] + 1] = true;
          any = true;
        }
      }
    }
    if (any) Compact(dead);
    return any;
  }

  void Compact(const std::vector<bool>& dead) {
    std::vector<uint32_t> moved_to(code_.words.size() + 1);
    uint32_t kept = 0;
    for (uint32_t w = 0; w < code_.words.size(); ++w) {
      moved_to[w] = kept;
      if (dead[w]) continue;
      code_.words[kept] = code_.words[w];
      code_.origins[kept] = code_.origins[w];
      ++kept;
    }
    moved_to[code_.words.size()] = kept;
    code_.words.resize(kept);
    code_.origins.resize(kept);
    std::vector<BranchFixup> branches;
    for (const BranchFixup& branch : code_.branches) {
      if (!dead[branch.word]) branches.push_back({moved_to[branch.word], branch.label});
    }
    code_.branches = std::move(branches);
    for (uint32_t& label : code_.labels) label = moved_to[label];
  }

  void MakeMaps(uint32_t prologue_words, LivenessResult* result) {
    stackmaps::StackMapTableBuilder builder;
    std::vector<uint64_t> live(live_in_.words()), inside(live_in_.words());
    std::vector<uint32_t> starts;
    std::vector<std::pair<uint32_t, uint32_t>> maps;  // key, shape; of one block, last first
    for (uint32_t b = 0; b < blocks_.size(); ++b) {
      LiveOut(b, live.data());
      WordsOf(blocks_[b], &starts);
      maps.clear();
      for (size_t s = starts.size(); s-- > 0;) {
        const Word* w = &code_.words[starts[s]];
        uint8_t flags = GetInstructionInfo(OpOf(*w)).flags;
        uint32_t pc = prologue_words + starts[s];
        // Behind the operation: what the frame needs while a callee runs. Inside it: its operands as well.
        VisitOperands(w, [](uint32_t) {}, [&](uint32_t slot) { ClearBit(live.data(), slot); });
        inside = live;
        VisitOperands(w, [&](uint32_t slot) { SetBit(live.data(), slot); }, [](uint32_t) {});
        if ((flags & kSafepoint) == 0) continue;
        maps.push_back({MapKey(pc, false), builder.Intern({live, 0, 0})});
        if ((flags & kCalls) != 0) maps.push_back({MapKey(pc, true), builder.Intern({inside, 0, 0})});
      }
      for (size_t m = maps.size(); m-- > 0;) builder.Add(maps[m].first, maps[m].second);
    }
    result->maps = builder.Build();
  }

  RegisterCode& code_;
  uint32_t slots_;
  std::vector<uint32_t> target_of_;
  std::vector<Block> blocks_;
  BitSets live_in_{0, 0};
};

}  // namespace

uint64_t EstimateLivenessBytes(uint64_t blocks, uint64_t slots, uint64_t instructions) {
  uint64_t set_bytes = (slots + 63) / 64 * 8;
  return (3 * blocks + instructions / 4) * set_bytes;
}

uint32_t CountSlots(const RegisterCode& code) {
  uint32_t slots = code.params;
  auto see = [&](uint32_t slot) { slots = std::max(slots, slot + 1); };
  for (uint32_t w = 0; w < code.words.size(); w += LengthOf(code.words[w])) {
    VisitOperands(&code.words[w], see, see);
  }
  return slots;
}

bool ComputeLiveness(RegisterCode* code, LivenessResult* result) { return Flow(code).Run(result); }

}  // namespace foxvm::code
