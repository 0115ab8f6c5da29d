#include "interp/code/lowering.h"

#include <algorithm>
#include <utility>

#include "gc/check.h"
#include "interp/bytecode/builtin_names.h"
#include "interp/code/comparison.h"
#include "interp/code/operand_stack.h"
#include "interp/objects/layout.h"

namespace foxvm::code {
namespace {

using bytecode::ConstantKind;
using bytecode::Opcode;
using gc::Value;

constexpr uint32_t kNoNode = 0xffffffff;
constexpr uint32_t kNoSlot = 0xffffffff;
// Distance of a branch over the one word behind it.
constexpr int32_t kOverOneWord = 2;

bool FitsImmediate16(const Operand& operand) {
  return operand.has_word && operand.word.IsSmallInt() && operand.word.small_int() >= INT16_MIN &&
         operand.word.small_int() <= INT16_MAX;
}

class Lowering {
 public:
  Lowering(const StackIr& ir, const bytecode::Function& function, const bytecode::UnitInfo& info,
           const Links& links, bool all_materialised)
      : nodes_(ir.nodes), captured_locals_(ir.captured_locals), info_(info), links_(links), stack_(ir.locals, info.max_depth) {
    out_.params = function.params;
    out_.locals = ir.locals;
    out_.all_materialised = all_materialised;
    out_.labels.assign(nodes_.size(), 0);
    // About one word per node; growing later would double the peak.
    out_.words.reserve(nodes_.size() + ir.captured_locals.size());
    out_.origins.reserve(out_.words.capacity());
    if (all_materialised) out_.live_ends.reserve(out_.words.capacity());
    captured_.assign(ir.locals, false);
    for (uint32_t local : ir.captured_locals) captured_[local] = true;
  }

  absl::StatusOr<RegisterCode> Run() {
    Prologue();
    for (uint32_t i = 0; i < nodes_.size(); ++i) {
      const Node& node = nodes_[i];
      if (!node.reachable) continue;
      if (node.leader) {
        if (open_) Flush();
        StartBlock(i);
      }
      if (!open_ || i < skip_to_) continue;
      origin_ = node.offset;
      live_end_ = out_.locals + DepthAt(i);
      if (IsReceiver(i)) stack_.ExpectReceiver();
      LowerNode(i);
      stack_.ExpectNoReceiver();
      EmitPendingCheck();
    }
    if (!status_.ok()) return status_;
    return std::move(out_);
  }

 private:
  uint32_t DepthAt(uint32_t i) const {
    uint32_t offset = nodes_[i].offset;
    return offset < info_.depth_at.size() && info_.depth_at[offset] != bytecode::kNoDepth
               ? info_.depth_at[offset]
               : 0;
  }

  // ---- Emission.

  void Emit(Word word) {
    out_.words.push_back(word);
    out_.origins.push_back(origin_);
    if (out_.all_materialised) out_.live_ends.push_back(live_end_);
  }
  template <typename T>
  void EmitWithSite(Word word, T* site) {
    Emit(word);
    Emit(reinterpret_cast<Word>(site));
  }
  void EmitLoad(uint32_t slot, Value word) {
    int64_t bits = static_cast<int64_t>(word.bits());
    if (bits >= kMinOffset && bits <= kMaxOffset) {
      Emit(MakeOff(Op::kLoadImmediate, slot, 0, static_cast<int32_t>(bits)));
    } else {
      Emit(MakeAbc(Op::kLoadWord, slot, 0, 0));
      Emit(word.bits());
    }
  }
  void EmitIndexed(Op op, uint32_t slot, uint32_t index) {
    if (index > static_cast<uint32_t>(kMaxOffset)) {
      status_ = absl::ResourceExhaustedError("too many global variables");
      return;
    }
    Emit(MakeOff(op, slot, 0, static_cast<int32_t>(index)));
  }
  void EmitBranch(Word word, uint32_t target) {
    out_.branches.push_back({static_cast<uint32_t>(out_.words.size()), target});
    Emit(word);
  }
  // Unconditional; a back edge counts the instructions of its loop.
  void EmitJump(uint32_t from, uint32_t target) {
    if (target > from) {
      EmitBranch(MakeOff(Op::kJump, 0, 0, 0), target);
    } else {
      uint32_t weight = from - target + 1;
      EmitBranch(MakeOff(Op::kLoop, weight & 0xFFFF, weight >> 16, 0), target);
    }
  }
  // A conditional branch: `go` when the condition holds, `inverse` its opposite. Back edges go through Loop.
  void EmitConditional(uint32_t from, Word go, Word inverse, uint32_t target) {
    if (target > from) {
      EmitBranch(go, target);
    } else {
      Emit(WithOffset(inverse, kOverOneWord));
      EmitJump(from, target);
    }
  }

  // ---- Operands.

  // The slot that holds a popped operand, loading a constant into its home.
  uint32_t SlotOf(const Operand& operand) {
    if (operand.kind != OperandKind::kWord) return operand.slot;
    EmitLoad(operand.home, operand.word);
    return operand.home;
  }
  // Writes `operand` to `slot`.
  void EmitTo(const Operand& operand, uint32_t slot) {
    if (operand.kind == OperandKind::kWord) {
      EmitLoad(slot, operand.word);
    } else if (operand.slot != slot) {
      Emit(MakeAbc(Op::kMove, slot, operand.slot, 0));
    }
  }
  // Moves every operand to its canonical slot. Bottom up: canonical slots never lie above homes.
  void Flush() {
    for (size_t d = stack_.settled(); d < stack_.depth(); ++d) EmitTo(stack_.At(d), stack_.CanonicalSlot(d));
    stack_.Settle(stack_.depth());
  }
  // Copies the pending reads of `local` to their homes.
  void CopyOutAliases(uint32_t local) {
    for (int32_t d = stack_.TopAlias(local), next; d >= 0; d = next) {
      const Operand operand = stack_.At(d);
      next = operand.next_alias;
      EmitTo(operand, operand.home);
      stack_.MoveHome(d);
    }
  }
  // Large units keep every operand in its slot from the push on.
  void Pushed() {
    if (!out_.all_materialised) return;
    const Operand operand = stack_.Top();
    EmitTo(operand, operand.home);
    stack_.MoveHome(stack_.depth() - 1);
  }
  uint32_t PushResult() {
    uint32_t slot = stack_.NextHome();
    stack_.PushSlot(slot);
    return slot;
  }
  void PushWord(Value word) {
    stack_.PushWord(word);
    Pushed();
  }

  // Whether node `i` is that instruction and entered from the one before only.
  bool Follows(uint32_t i, Opcode op) const {
    const Node& node = nodes_[i];
    return node.reachable && !node.leader && node.kind == NodeKind::kPlain && node.opcode == op;
  }

  // The slot for the result of node `i`: the local it is stored to when that is all the next node does, else a new
  // operand. A Check in between is left to EmitPendingCheck.
  uint32_t ResultSlot(uint32_t i) {
    const bool checked = Follows(i + 1, Opcode::kCheck);
    const uint32_t next = checked ? i + 2 : i + 1;
    uint32_t slot;
    if (Follows(next, Opcode::kStoreLocal) && !captured_[nodes_[next].a]) {
      slot = nodes_[next].a;
      CopyOutAliases(slot);
      skip_to_ = next + 1;
    } else {
      slot = PushResult();
      if (checked) skip_to_ = next;
    }
    if (checked) checked_slot_ = slot;
    return slot;
  }
  void EmitPendingCheck() {
    if (checked_slot_ == kNoSlot) return;
    Emit(MakeAbc(Op::kCheck, checked_slot_, 0, 0));
    checked_slot_ = kNoSlot;
  }

  // What an operator of two operands takes, exchanged if a Swap stands before it.
  struct Pair {
    Operand left, right;
  };
  Pair PopPair() {
    Pair pair;
    pair.right = stack_.Pop();
    pair.left = stack_.Pop();
    if (swapped_) std::swap(pair.left, pair.right);
    swapped_ = false;
    return pair;
  }

  // ---- Blocks.

  void Prologue() {
    live_end_ = out_.locals;
    if (out_.all_materialised) {
      for (uint32_t l = out_.params; l < out_.locals; ++l) EmitLoad(l, Value::Null());
    }
    for (uint32_t local : captured_locals_) {
      if (local >= out_.params) EmitLoad(local, Value::Null());
      Emit(MakeAbc(Op::kMakeCell, local, 0, 0));
    }
  }

  void StartBlock(uint32_t i) {
    out_.labels[i] = static_cast<uint32_t>(out_.words.size());
    stack_.Settle(DepthAt(i));
    open_ = true;
    MarkCallees(i);
  }

  // Finds the nodes of the block at `i` whose result a call in it takes as its callee or receiver.
  void MarkCallees(uint32_t i) {
    callees_.clear();
    receivers_.clear();
    next_callee_ = next_receiver_ = 0;
    pushers_.clear();
    for (; i < nodes_.size(); ++i) {
      const Node& node = nodes_[i];
      if (!node.reachable) continue;
      if (node.kind != NodeKind::kPlain) break;
      bytecode::Instruction instruction{node.opcode, false, node.a, node.b, 0};
      uint32_t pops = bytecode::PopCount(instruction);
      if (node.opcode == Opcode::kCall && pushers_.size() >= pops) {
        uint32_t pusher = pushers_[pushers_.size() - pops];
        if (nodes_[pusher].opcode != Opcode::kGetBuiltin) callees_.push_back(pusher);
      }
      if (node.opcode == Opcode::kInvoke && pushers_.size() >= pops) {
        const uint32_t pusher = pushers_[pushers_.size() - pops];
        // These push more than the receiver.
        if (nodes_[pusher].opcode != Opcode::kDup && nodes_[pusher].opcode != Opcode::kSwap) {
          receivers_.push_back(pusher);
        }
      }
      if (node.opcode != Opcode::kCheck) {  // which leaves its operand where it is
        pushers_.resize(pushers_.size() - std::min<size_t>(pops, pushers_.size()));
        for (uint32_t p = bytecode::PushCount(instruction); p > 0; --p) pushers_.push_back(i);
      }
      if (bytecode::EndsBlock(node.opcode) || (i + 1 < nodes_.size() && nodes_[i + 1].leader)) break;
    }
    std::sort(callees_.begin(), callees_.end());
    std::sort(receivers_.begin(), receivers_.end());
  }
  bool IsReceiver(uint32_t i) {
    if (out_.all_materialised) return false;
    while (next_receiver_ < receivers_.size() && receivers_[next_receiver_] < i) ++next_receiver_;
    return next_receiver_ < receivers_.size() && receivers_[next_receiver_] == i;
  }
  void MarkIfCallee(uint32_t i) {
    if (out_.all_materialised) return;
    while (next_callee_ < callees_.size() && callees_[next_callee_] < i) ++next_callee_;
    if (next_callee_ < callees_.size() && callees_[next_callee_] == i) stack_.MarkTopAsCallee();
  }

  uint32_t NextReachable(uint32_t i) const {
    do {
      ++i;
    } while (i < nodes_.size() && !nodes_[i].reachable);
    return i < nodes_.size() ? i : kNoNode;
  }

  // ---- Nodes.

  void LowerNode(uint32_t i) {
    switch (nodes_[i].kind) {
      case NodeKind::kEnd:
        Emit(MakeAbc(Op::kReturnNull, 0, 0, 0));
        open_ = false;
        return;
      case NodeKind::kJump:
        Flush();
        if (nodes_[i].on_true().target != NextReachable(i)) {
          EmitJump(i, nodes_[i].on_true().target);
          open_ = false;
        }
        return;
      case NodeKind::kBranch:
        LowerBranch(i);
        return;
      case NodeKind::kPlain:
        LowerPlain(i);
        return;
    }
  }

  // Emits a two-way branch at node `i`; everything is flushed. `if_true` and `if_false` branch on the condition.
  void EmitTwoWay(uint32_t i, Word if_true, Word if_false) {
    uint32_t next = NextReachable(i);
    uint32_t on_true = nodes_[i].on_true().target, on_false = nodes_[i].on_false().target;
    if (on_false == next) {
      EmitConditional(i, if_true, if_false, on_true);
    } else {
      EmitConditional(i, if_false, if_true, on_false);
      if (on_true != next) {
        EmitJump(i, on_true);
        open_ = false;
      }
    }
    MarkCalleesBehind(i, next);
  }
  void MarkCalleesBehind(uint32_t i, uint32_t next) {
    if (open_ && next != kNoNode && !nodes_[next].leader && next > i) MarkCallees(next);
  }

  void LowerBranch(uint32_t i) {
    const Node& node = nodes_[i];
    bool keeps = node.on_true().keeps_value || node.on_false().keeps_value;
    if (stack_.Top().has_word) {
      LowerDecidedBranch(i, stack_.Top().word.Truthy() ? node.on_true() : node.on_false());
      return;
    }
    uint32_t slot;
    if (keeps) {
      Flush();
      slot = stack_.Top().slot;
      stack_.Pop();
    } else {
      Operand tested = stack_.Pop();
      if (tested.kind == OperandKind::kSlot && tested.slot != tested.home) {
        EmitTo(tested, tested.home);
        tested.slot = tested.home;
      }
      slot = SlotOf(tested);
      Flush();
    }
    EmitTwoWay(i, MakeOff(Op::kJumpIf, slot, 0, 0), MakeOff(Op::kJumpIfNot, slot, 0, 0));
    // A kept value that falls through enters a leader, which resets the stack.
  }

  void LowerDecidedBranch(uint32_t i, const Edge& edge) {
    if (edge.keeps_value) {
      Flush();
    } else {
      stack_.Pop();
      Flush();
    }
    uint32_t next = NextReachable(i);
    if (edge.target == next) {
      MarkCalleesBehind(i, next);
    } else {
      EmitJump(i, edge.target);
      open_ = false;
    }
  }

  // The branch node behind `i` that tests node i's result and nothing else, or kNoNode.
  uint32_t FusibleBranch(uint32_t i) const {
    const Node& next = nodes_[i + 1];
    bool fusible = next.reachable && !next.leader && next.kind == NodeKind::kBranch &&
                   !next.on_true().keeps_value && !next.on_false().keeps_value;
    return fusible ? i + 1 : kNoNode;
  }

  void LowerComparison(uint32_t i) {
    const auto [left, right] = PopPair();
    const bool typed = bytecode::IsTyped(nodes_[i].opcode);
    // A typed comparison is true or false, so the branch can take over what a Bang does to it.
    const bool negated = typed && Follows(i + 1, Opcode::kBang) && FusibleBranch(i + 1) != kNoNode;
    const uint32_t branch = FusibleBranch(negated ? i + 1 : i);
    if (branch == kNoNode) {
      uint32_t l = SlotOf(left), r = SlotOf(right);
      Emit(MakeAbc(ComparisonValueOp(nodes_[i].opcode), ResultSlot(i), l, r));
      return;
    }
    BranchOps ops;
    uint32_t a, b;
    if (typed) {
      ops = SlotComparison(nodes_[i].opcode);
      if (negated) std::swap(ops.if_true, ops.if_false);
      a = OwnSlot(left);
      b = OwnSlot(right);
    } else if (FitsImmediate16(right)) {
      ops = ImmediateOnRight(nodes_[i].opcode);
      a = OwnSlot(left);
      b = static_cast<uint16_t>(right.word.small_int());
    } else if (FitsImmediate16(left)) {
      ops = ImmediateOnLeft(nodes_[i].opcode);
      a = OwnSlot(right);
      b = static_cast<uint16_t>(left.word.small_int());
    } else {
      ops = SlotComparison(nodes_[i].opcode);
      a = OwnSlot(left);
      b = OwnSlot(right);
    }
    Flush();
    skip_to_ = branch + 1;
    EmitTwoWay(branch, MakeOff(ops.if_true, a, b, 0), MakeOff(ops.if_false, a, b, 0));
  }
  // Like SlotOf, but a slot that Flush of the operands below cannot overwrite.
  uint32_t OwnSlot(Operand operand) {
    if (operand.kind == OperandKind::kSlot && operand.slot != operand.home) {
      EmitTo(operand, operand.home);
      return operand.home;
    }
    return SlotOf(operand);
  }

  void LowerBang(uint32_t i) {
    uint32_t branch = FusibleBranch(i);
    Operand operand = stack_.Pop();
    if (branch == kNoNode) {
      uint32_t slot = SlotOf(operand);
      Emit(MakeAbc(Op::kNot, ResultSlot(i), slot, 0));
      return;
    }
    uint32_t slot = OwnSlot(operand);
    Flush();
    skip_to_ = branch + 1;
    EmitTwoWay(branch, MakeOff(Op::kJumpIfBangTruthy, slot, 0, 0),
               MakeOff(Op::kJumpIfBangFalsy, slot, 0, 0));
  }

  void LowerArithmetic(uint32_t i) {
    const auto [left, right] = PopPair();
    ArithmeticOps ops = ArithmeticFor(nodes_[i].opcode);
    if (ops.immediate != Op::kNop && FitsImmediate16(right)) {
      uint32_t l = SlotOf(left);
      const uint32_t result = ResultSlot(i);
      Emit(MakeAbc(ops.immediate, result, l, static_cast<uint16_t>(right.word.small_int()), TakeCheck(i)));
    } else {
      uint32_t l = SlotOf(left), r = SlotOf(right);
      const uint32_t result = ResultSlot(i);
      Emit(MakeAbc(ops.slots, result, l, r, TakeCheck(i)));
    }
  }
  // 1 if node `i` looks itself whether its result, an ERROR where its fast path does not apply, must stop.
  uint32_t TakeCheck(uint32_t i) {
    const bool divides = nodes_[i].opcode == Opcode::kDiv || nodes_[i].opcode == Opcode::kMod;
    if (!divides || checked_slot_ == kNoSlot) return 0;
    checked_slot_ = kNoSlot;
    return 1;
  }

  void LowerUnary(uint32_t i, Op op) {
    uint32_t slot = SlotOf(stack_.Pop());
    Emit(MakeAbc(op, ResultSlot(i), slot, 0));
  }

  void LowerIndex(uint32_t i) {
    const auto [container, index] = PopPair();
    uint32_t c = SlotOf(container);
    if (FieldSite* site = FieldSiteFor(index)) {
      EmitWithSite(MakeAbc(Op::kGetField, ResultSlot(i), c, 0), site);
    } else {
      uint32_t k = SlotOf(index);
      Emit(MakeAbc(Op::kGetIndex, ResultSlot(i), c, k));
    }
  }

  void LowerSetIndex() {
    Operand value = stack_.Pop(), index = stack_.Pop(), container = stack_.Pop();
    uint32_t c = SlotOf(container);
    if (FieldSite* site = FieldSiteFor(index)) {
      uint32_t v = SlotOf(value);
      EmitWithSite(MakeAbc(Op::kSetField, c, v, 0), site);
    } else {
      uint32_t k = SlotOf(index), v = SlotOf(value);
      Emit(MakeAbc(Op::kSetIndex, c, k, v));
    }
  }

  FieldSite* FieldSiteFor(const Operand& index) {
    if (!index.has_word || !objects::IsString(index.word)) return nullptr;
    out_.field_sites.push_back(std::make_unique<FieldSite>());
    out_.field_sites.back()->name = index.word;
    return out_.field_sites.back().get();
  }

  // Puts the top `count` operands into consecutive slots, pops them, and returns the first slot.
  uint32_t PopRange(uint32_t count) {
    if (count == 0) return stack_.NextHome();
    uint32_t slot = stack_.At(stack_.depth() - count).home;
    for (uint32_t n = count; n-- > 0;) {
      Operand operand = stack_.Pop();
      FOXVM_DCHECK(operand.home == slot + n);
      EmitTo(operand, operand.home);
    }
    return slot;
  }

  void LowerAggregate(uint32_t i, Op op) {
    uint32_t count = nodes_[i].a;
    uint32_t first = PopRange(count);
    Emit(MakeAbc(op, ResultSlot(i), first, count));
  }

  void LowerStruct(uint32_t i) {
    uint32_t count = nodes_[i].b;
    std::vector<Value> fields(count);
    for (uint32_t n = count; n-- > 0;) fields[n] = stack_.Pop().word;
    objects::Shape* shape = links_.shapes->ShapeFor(links_.constants[nodes_[i].a], fields);
    EmitWithSite(MakeAbc(Op::kNewSchema, ResultSlot(i), 0, 0), shape);
  }

  // The captures were pushed by the nodes directly before this one (verified).
  void LowerClosure(uint32_t i) {
    auto site = std::make_unique<ClosureSite>();
    site->function = links_.functions[links_.module->constants[nodes_[i].a].index];
    for (uint32_t n = i - nodes_[i].b; n < i; ++n) {
      site->captures.push_back({nodes_[n].opcode == Opcode::kCaptureLocal,
                                static_cast<uint16_t>(nodes_[n].a)});
    }
    EmitWithSite(MakeAbc(Op::kNewClosure, ResultSlot(i), 0, 0), site.get());
    out_.closure_sites.push_back(std::move(site));
  }

  void LowerLoadConst(uint32_t i) {
    uint32_t k = nodes_[i].a;
    const bytecode::Constant& constant = links_.module->constants[k];
    if (constant.kind == ConstantKind::kImport) {
      // Verified: the next node is Call 0. Its result is the import's value.
      uint32_t base = stack_.NextHome();
      skip_to_ = i + 2;
      uint32_t result = ResultSlot(i + 1);
      EmitWithSite(MakeAbc(Op::kImport, base, 0, result), links_.imports[constant.index]);
      return;
    }
    PushWord(links_.constants[k]);
    MarkIfCallee(i);
  }

  void LowerCall(uint32_t i) {
    uint32_t count = nodes_[i].a;
    size_t callee_depth = stack_.depth() - count - 1;
    const Operand callee = stack_.At(callee_depth);
    uint32_t base = callee.home;
    bool builtin = callee.has_word && callee.word.IsBuiltin();
    uint32_t first = builtin ? base + 1 : base + interp::kFrameHeaderSlots;
    // Top down: an argument only ever moves up, into slots whose arguments have moved already.
    for (uint32_t n = count; n-- > 0;) EmitTo(stack_.At(callee_depth + 1 + n), first + n);
    if (!builtin) EmitTo(callee, base);
    for (uint32_t n = 0; n <= count; ++n) stack_.Pop();
    live_end_ = first + count;
    if (builtin) {
      uint32_t result = ResultSlot(i);
      bool length = callee.word.builtin() == bytecode::kLengthBuiltin && count == 1;
      Emit(MakeAbc(length ? Op::kLength : Op::kCallBuiltin, first, count, result, callee.word.builtin()));
    } else {
      if (out_.all_materialised) {
        for (uint32_t gap = base + 1; gap < first; ++gap) EmitLoad(gap, Value::Null());
      }
      uint32_t result = ResultSlot(i);
      Emit(MakeAbc(Op::kCall, base, count, result));
    }
    MarkResultIfCallee(i);
  }
  void MarkResultIfCallee(uint32_t i) {
    if (skip_to_ != i + 2) MarkIfCallee(i);
  }

  void LowerInvoke(uint32_t i) {
    const uint32_t count = nodes_[i].b + 1;  // the receiver is the first argument
    const size_t receiver_depth = stack_.depth() - count;
    const Operand receiver = stack_.At(receiver_depth);
    const uint32_t base = receiver.home - (receiver.is_receiver ? interp::kFrameHeaderSlots : 0);
    const uint32_t first = base + interp::kFrameHeaderSlots;
    for (uint32_t n = count; n-- > 0;) EmitTo(stack_.At(receiver_depth + n), first + n);  // as LowerCall
    for (uint32_t n = 0; n < count; ++n) stack_.Pop();
    live_end_ = first + count;
    out_.method_sites.push_back(std::make_unique<MethodSite>());
    MethodSite* const site = out_.method_sites.back().get();
    site->name = links_.constants[nodes_[i].a];
    EmitWithSite(MakeAbc(Op::kFindMethod, base, first, 0), site);
    if (out_.all_materialised) {
      for (uint32_t gap = base + 1; gap < first; ++gap) EmitLoad(gap, Value::Null());
    }
    const uint32_t result = ResultSlot(i);
    Emit(MakeAbc(Op::kCall, base, count, result));
  }

  void LowerLoadLocal(uint32_t i) {
    uint32_t local = nodes_[i].a;
    if (captured_[local]) {
      Emit(MakeAbc(Op::kGetCell, PushResult(), local, 0));
    } else {
      stack_.PushLocal(local);
      Pushed();
    }
  }

  void LowerStoreLocal(uint32_t local) {
    Operand value = stack_.Pop();
    if (captured_[local]) {
      Emit(MakeAbc(Op::kSetCell, local, SlotOf(value), 0));
      return;
    }
    CopyOutAliases(local);
    EmitTo(value, local);
  }

  void LowerDup() {
    const Operand top = stack_.Top();
    if (top.kind == OperandKind::kLocal) {
      stack_.PushLocal(top.slot);
    } else if (top.has_word) {
      stack_.PushWord(top.word);
    } else {
      stack_.PushSlot(top.slot);
    }
    Pushed();
  }

  void LowerSwap(uint32_t i) {
    const Node& next = nodes_[i + 1];
    if (next.reachable && !next.leader && next.kind == NodeKind::kPlain && TakesPair(next.opcode)) {
      swapped_ = true;
      return;
    }
    const Operand top = stack_.Pop(), below = stack_.Pop();
    const uint32_t low = below.home, high = below.home + 1;
    // Values in slots come to their homes: one that stays in a lower operand's slot must not leave its side.
    const bool low_taken = below.kind == OperandKind::kSlot && below.slot == low;
    const bool high_taken = top.kind == OperandKind::kSlot && top.slot == high;
    if (low_taken && high_taken) {
      Emit(MakeAbc(Op::kMove, high + 1, low, 0));
      Emit(MakeAbc(Op::kMove, low, high, 0));
      Emit(MakeAbc(Op::kMove, high, high + 1, 0));
    } else if (low_taken) {
      EmitIfSlot(below, high);
      EmitIfSlot(top, low);
    } else {
      EmitIfSlot(top, low);
      EmitIfSlot(below, high);
    }
    PushAs(top);
    PushAs(below);
  }
  void EmitIfSlot(const Operand& operand, uint32_t slot) {
    if (operand.kind == OperandKind::kSlot) EmitTo(operand, slot);
  }
  // Pushes an operand of that kind again; a value in a slot is in its new home.
  void PushAs(const Operand& operand) {
    switch (operand.kind) {
      case OperandKind::kSlot: PushResult(); return;
      case OperandKind::kLocal: stack_.PushLocal(operand.slot); return;
      case OperandKind::kWord: stack_.PushWord(operand.word); return;
    }
  }
  // Operators whose lowering begins with PopPair.
  static bool TakesPair(Opcode op) {
    return (op >= Opcode::kAdd && op <= Opcode::kRShift) || op == Opcode::kMod || op == Opcode::kIndex ||
           op == Opcode::kAt || op == Opcode::kSetField || IsTypedComparison(op);
  }
  static bool IsTypedComparison(Opcode op) {
    return op == Opcode::kStringGreater || op == Opcode::kStringGreaterEqual || op == Opcode::kSame;
  }

  // A constant is no ERROR.
  void LowerCheck() {
    const Operand top = stack_.Top();
    if (top.kind != OperandKind::kWord) Emit(MakeAbc(Op::kCheck, top.slot, 0, 0));
  }

  void LowerDefault(uint32_t i) {
    const Value constant = links_.constants[nodes_[i].a];
    const Operand value = stack_.Pop();
    if (value.has_word) {
      PushWord(value.word.IsNull() ? constant : value.word);
      return;
    }
    const uint32_t slot = SlotOf(value);
    Emit(MakeAbc(Op::kDefault, ResultSlot(i), slot, 0));
    Emit(constant.bits());
    MarkResultIfCallee(i);
  }

  void LowerField(uint32_t i) {
    const uint32_t slot = SlotOf(stack_.Pop());
    Emit(MakeAbc(Op::kGetFieldAt, ResultSlot(i), slot, nodes_[i].a));
    MarkResultIfCallee(i);
  }

  void LowerSetField(uint32_t i) {
    const auto [object, value] = PopPair();
    const uint32_t o = SlotOf(object), v = SlotOf(value);
    Emit(MakeAbc(Op::kSetFieldAt, o, v, nodes_[i].a));
  }

  void LowerAt(uint32_t i) {
    const auto [container, index] = PopPair();
    const uint32_t c = SlotOf(container), k = SlotOf(index);
    Emit(MakeAbc(Op::kGetAt, ResultSlot(i), c, k));
    MarkResultIfCallee(i);
  }

  void LowerSetAt() {
    const Operand value = stack_.Pop(), index = stack_.Pop(), container = stack_.Pop();
    const uint32_t c = SlotOf(container), k = SlotOf(index), v = SlotOf(value);
    Emit(MakeAbc(Op::kSetAt, c, k, v));
  }

  // The schema stays on the stack.
  void LowerMethod(uint32_t i) {
    const uint32_t closure = SlotOf(stack_.Pop());
    const uint32_t schema = SlotOf(stack_.Top());
    Emit(MakeAbc(Op::kSetMethod, schema, closure, 0));
    Emit(links_.constants[nodes_[i].a].bits());
  }

  void LowerFresh(uint32_t local) {
    CopyOutAliases(local);
    EmitLoad(local, Value::Null());
    if (captured_[local]) Emit(MakeAbc(Op::kMakeCell, local, 0, 0));
  }

  void LowerReturn(const Operand& value) {
    if (value.has_word && value.word.IsNull()) {
      Emit(MakeAbc(Op::kReturnNull, 0, 0, 0));
    } else {
      Emit(MakeAbc(Op::kReturn, SlotOf(value), 0, 0));
    }
    open_ = false;
  }

  void LowerPlain(uint32_t i) {
    const Node& node = nodes_[i];
    switch (node.opcode) {
      case Opcode::kPop: stack_.Pop(); return;
      case Opcode::kDup: LowerDup(); return;
      case Opcode::kLoadConst: LowerLoadConst(i); return;
      case Opcode::kLoadGlobal:
        EmitIndexed(Op::kGetGlobal, ResultSlot(i), links_.first_global + node.a);
        break;
      case Opcode::kStoreGlobal:
        EmitIndexed(Op::kSetGlobal, SlotOf(stack_.Pop()), links_.first_global + node.a);
        return;
      case Opcode::kLoadLocal: LowerLoadLocal(i); break;
      case Opcode::kStoreLocal: LowerStoreLocal(node.a); return;
      case Opcode::kGetBuiltin: PushWord(Value::Builtin(node.a)); return;
      case Opcode::kArray: LowerAggregate(i, Op::kNewArray); return;
      case Opcode::kHash: LowerAggregate(i, Op::kNewHash); return;
      case Opcode::kIndex: LowerIndex(i); break;
      case Opcode::kSetIndex: LowerSetIndex(); return;
      case Opcode::kStruct: LowerStruct(i); return;
      case Opcode::kSwap: LowerSwap(i); return;
      case Opcode::kCheck: LowerCheck(); return;
      case Opcode::kDefault: LowerDefault(i); return;
      case Opcode::kField: LowerField(i); return;
      case Opcode::kSetField: LowerSetField(i); return;
      case Opcode::kAt: LowerAt(i); return;
      case Opcode::kSetAt: LowerSetAt(); return;
      case Opcode::kMethod: LowerMethod(i); return;
      case Opcode::kInvoke: LowerInvoke(i); break;
      case Opcode::kFresh: LowerFresh(node.a); return;
      case Opcode::kStringGreater:
      case Opcode::kStringGreaterEqual:
      case Opcode::kSame:
      case Opcode::kEqual:
      case Opcode::kNotEqual:
      case Opcode::kGreaterThan:
      case Opcode::kGreaterEqual: LowerComparison(i); return;
      case Opcode::kBitNot: LowerUnary(i, Op::kBitNot); return;
      case Opcode::kMinus: LowerUnary(i, Op::kNegate); return;
      case Opcode::kBang: LowerBang(i); return;
      case Opcode::kCall: LowerCall(i); return;
      case Opcode::kReturn: LowerReturn(NullOperand()); return;
      case Opcode::kReturnValue: LowerReturn(stack_.Pop()); return;
      case Opcode::kClosure: LowerClosure(i); break;
      case Opcode::kGetFree:
        EmitIndexed(Op::kGetCapture, ResultSlot(i), node.a);
        break;
      case Opcode::kSetFree: EmitIndexed(Op::kSetCapture, SlotOf(stack_.Pop()), node.a); return;
      case Opcode::kCaptureLocal:
      case Opcode::kLoadUpvalue: return;  // read by LowerClosure
      case Opcode::kUpdateModule:
      case Opcode::kJump:
      case Opcode::kJumpNotTruthy:
      case Opcode::kWide: FOXVM_CHECK(false); return;
      default: LowerArithmetic(i); return;
    }
    MarkResultIfCallee(i);
  }
  static Operand NullOperand() {
    Operand operand;
    operand.kind = OperandKind::kWord;
    operand.has_word = true;
    return operand;
  }

  const std::vector<Node>& nodes_;
  const std::vector<uint32_t>& captured_locals_;
  const bytecode::UnitInfo& info_;
  const Links& links_;
  OperandStack stack_;
  RegisterCode out_;
  absl::Status status_;
  std::vector<bool> captured_;  // by local: lives in a cell
  bool open_ = false;           // control reaches the next word from the last one
  uint32_t skip_to_ = 0;        // nodes below are lowered already, with the one before them
  uint32_t origin_ = 0;
  uint32_t live_end_ = 0;
  std::vector<uint32_t> callees_;  // nodes of this block that push a callee, increasing
  size_t next_callee_ = 0;
  std::vector<uint32_t> receivers_;  // nodes of this block that push a receiver, increasing
  size_t next_receiver_ = 0;
  bool swapped_ = false;             // the next operator takes its operands exchanged
  uint32_t checked_slot_ = kNoSlot;  // result of the node at hand, which a Check follows
  std::vector<uint32_t> pushers_;  // scratch of MarkCallees: the node that pushed each operand
};

}  // namespace

absl::StatusOr<RegisterCode> Lower(const StackIr& ir, const bytecode::Function& function,
                                   const bytecode::UnitInfo& info, const Links& links,
                                   bool all_materialised) {
  return Lowering(ir, function, info, links, all_materialised).Run();
}

}  // namespace foxvm::code
