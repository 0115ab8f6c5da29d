#include "interp/code/stack_ir.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <utility>

#include "gc/check.h"

namespace foxvm::code {
namespace {

using bytecode::Opcode;

// Longest chain of tests and jumps an edge is followed through: real conditions have a handful, and the bound keeps
// hostile chains linear.
constexpr int kMaxThreadingSteps = 32;

class Builder {
 public:
  Builder(const bytecode::Function& function, uint32_t instruction_count)
      : function_(function), instruction_count_(instruction_count) {}

  StackIr Build() {
    Decode();
    NumberLocals();
    for (uint32_t i = 0; i + 1 < ir_.nodes.size(); ++i) Rewrite(i);
    MarkReachable();
    return std::move(ir_);
  }

 private:
  void Decode() {
    const auto& code = function_.code;
    index_at_.assign(code.size() + 1, 0);
    ir_.nodes.reserve(size_t{instruction_count_} + 1);
    for (size_t offset = 0; offset < code.size();) {
      bytecode::Instruction instruction;
      FOXVM_CHECK(bytecode::Decode(code, offset, &instruction));
      Node node;
      node.opcode = instruction.opcode;
      node.a = instruction.a;
      node.b = instruction.b;
      node.offset = static_cast<uint32_t>(offset);
      index_at_[offset] = static_cast<uint32_t>(ir_.nodes.size());
      ir_.nodes.push_back(node);
      offset += instruction.length;
    }
    index_at_[code.size()] = static_cast<uint32_t>(ir_.nodes.size());
    Node end;
    end.kind = NodeKind::kEnd;
    end.offset = static_cast<uint32_t>(code.size());
    ir_.nodes.push_back(end);
    for (Node& node : ir_.nodes) {
      if (bytecode::IsJump(node.opcode)) node.a = index_at_[node.a];
    }
  }

  static bool NamesLocal(Opcode op) {
    return op == Opcode::kLoadLocal || op == Opcode::kStoreLocal || op == Opcode::kCaptureLocal ||
           op == Opcode::kFresh;
  }

  // A unit may declare far more locals than its code has bytes; slots are for those it names.
  void NumberLocals() {
    ir_.locals = function_.locals;
    if (function_.locals - function_.params > function_.code.size()) {
      std::vector<uint32_t> named;
      for (const Node& node : ir_.nodes) {
        if (NamesLocal(node.opcode) && node.a >= function_.params) named.push_back(node.a);
      }
      SortDistinct(&named);
      for (Node& node : ir_.nodes) {
        if (!NamesLocal(node.opcode) || node.a < function_.params) continue;
        auto at = std::lower_bound(named.begin(), named.end(), node.a);
        node.a = function_.params + static_cast<uint32_t>(at - named.begin());
      }
      ir_.locals = function_.params + static_cast<uint32_t>(named.size());
    }
    for (const Node& node : ir_.nodes) {
      if (node.opcode == Opcode::kCaptureLocal) ir_.captured_locals.push_back(node.a);
    }
    SortDistinct(&ir_.captured_locals);
  }
  static void SortDistinct(std::vector<uint32_t>* v) {
    std::sort(v->begin(), v->end());
    v->erase(std::unique(v->begin(), v->end()), v->end());
  }

  // The node a jump goes to; Rewrite only ever moves it along unconditional jumps.
  uint32_t Target(uint32_t i) const { return ir_.nodes[i].a; }
  bool Is(uint32_t i, Opcode op) const {
    return i + 1 < ir_.nodes.size() && ir_.nodes[i].opcode == op;
  }

  // Follows control from `at` with a value of known truth on top.
  Edge Follow(uint32_t at, bool truthy) const {
    Edge edge{at, 1};
    for (int step = 0; step < kMaxThreadingSteps; ++step) {
      uint32_t i = edge.target;
      if (Is(i, Opcode::kDup) && Is(i + 1, Opcode::kJumpNotTruthy)) {
        edge.target = truthy ? i + 2 : Target(i + 1);
      } else if (Is(i, Opcode::kJumpNotTruthy)) {
        return {truthy ? i + 1 : Target(i), 0};
      } else if (Is(i, Opcode::kPop)) {
        return {i + 1, 0};
      } else if (Is(i, Opcode::kJump) && Target(i) > i) {
        edge.target = Target(i);
      } else {
        break;
      }
    }
    return edge;
  }

  // Follows an unconditional transfer through forward jumps.
  uint32_t SkipJumps(uint32_t at) const {
    for (int step = 0; step < kMaxThreadingSteps && Is(at, Opcode::kJump) && Target(at) > at; ++step) {
      at = Target(at);
    }
    return at;
  }

  static uint32_t Encode(Edge edge) { return std::bit_cast<uint32_t>(edge); }

  void Rewrite(uint32_t i) {
    Node& node = ir_.nodes[i];
    switch (node.opcode) {
      case Opcode::kJump:
        node.kind = NodeKind::kJump;
        if (node.a > i) node.a = SkipJumps(node.a);
        node.b = node.a;
        break;
      case Opcode::kJumpNotTruthy:
        node.kind = NodeKind::kBranch;
        if (node.a > i) node.a = SkipJumps(node.a);
        node.b = Encode({i + 1, 0});
        break;
      case Opcode::kDup:
        if (!Is(i + 1, Opcode::kJumpNotTruthy)) break;
        node.kind = NodeKind::kBranch;
        node.a = Encode(Follow(Target(i + 1), false));
        node.b = Encode(Follow(i + 2, true));
        break;
      default:
        break;
    }
  }

  bool FallsThrough(const Node& node) const {
    return node.kind == NodeKind::kPlain && !bytecode::EndsBlock(node.opcode);
  }

  void MarkReachable() {
    std::vector<uint32_t> work = {0};
    ir_.nodes[0].reachable = true;
    auto reach = [&](uint32_t i) {
      if (!ir_.nodes[i].reachable) {
        ir_.nodes[i].reachable = true;
        work.push_back(i);
      }
    };
    while (!work.empty()) {
      uint32_t i = work.back();
      work.pop_back();
      const Node& node = ir_.nodes[i];
      if (node.kind == NodeKind::kBranch) reach(node.on_false().target);
      if (node.kind == NodeKind::kBranch || node.kind == NodeKind::kJump) reach(node.on_true().target);
      if (FallsThrough(node)) reach(i + 1);
    }
    MarkLeaders();
  }

  void MarkLeaders() {
    // `next`: the reachable node after i, which a branch at i falls into for free.
    uint32_t next = static_cast<uint32_t>(ir_.nodes.size());
    std::vector<uint32_t> entries(ir_.nodes.size() + 1, 0);
    std::vector<uint32_t> fallthrough_entries(ir_.nodes.size() + 1, 0);
    for (uint32_t i = next; i-- > 0;) {
      const Node& node = ir_.nodes[i];
      if (!node.reachable) continue;
      auto enter = [&](const Edge& edge) {
        ++entries[edge.target];
        // A kept value has to be in its canonical slot, which makes the target a leader.
        if (edge.target == next && !edge.keeps_value) ++fallthrough_entries[edge.target];
      };
      if (node.kind == NodeKind::kBranch) enter(node.on_false());
      if (node.kind == NodeKind::kBranch || node.kind == NodeKind::kJump) enter(node.on_true());
      if (FallsThrough(node)) {
        ++entries[i + 1];
        ++fallthrough_entries[i + 1];
      }
      next = i;
    }
    ++entries[0];
    for (uint32_t i = 0; i < ir_.nodes.size(); ++i) {
      Node& node = ir_.nodes[i];
      node.leader = node.reachable && !(entries[i] == 1 && fallthrough_entries[i] == 1);
      if (node.leader) ++ir_.leader_count;
    }
  }

  const bytecode::Function& function_;
  const uint32_t instruction_count_;
  StackIr ir_;
  std::vector<uint32_t> index_at_;  // byte offset -> node
};

}  // namespace

StackIr BuildStackIr(const bytecode::Function& function, uint32_t instruction_count) {
  return Builder(function, instruction_count).Build();
}

}  // namespace foxvm::code
