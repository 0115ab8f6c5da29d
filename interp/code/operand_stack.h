// OperandStack: what lowering knows about the operands of the stack machine at one point.
// How: an operand is a slot, a local read in place, or a constant not yet loaded. Each has a home: the slot it is written
//      to when it must be in memory. Homes grow from the bottom of the stack; behind a callee they leave room for a frame
//      header, so that arguments are computed where the call wants them; so they do before a receiver.
// Invariants: OS-1 homes strictly increase from bottom to top and home(d) >= locals + d (the canonical slot of depth d).
//      OS-2 alias chains link the pending reads of one local from top to bottom.
// Threads: plain data.
#ifndef FOXVM_INTERP_CODE_OPERAND_STACK_H_
#define FOXVM_INTERP_CODE_OPERAND_STACK_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gc/check.h"
#include "gc/value.h"
#include "interp/frame.h"

namespace foxvm::code {

enum class OperandKind : uint8_t { kSlot, kLocal, kWord };

struct Operand {
  OperandKind kind = OperandKind::kSlot;
  bool is_callee = false;   // a call in the same block takes it as its callee
  bool is_receiver = false;  // a method call takes it: room for a frame header is before its home
  bool has_word = false;    // `word` is its value, also when it was written to its home
  uint32_t home = 0;        // slot
  uint32_t slot = 0;        // kSlot: where it is; kLocal: the local
  int32_t next_alias = -1;  // kLocal: depth of the next pending read of the same local below
  gc::Value word;           // kWord, or has_word
};

class OperandStack {
 public:
  OperandStack(uint32_t locals, uint32_t max_depth) : locals_(locals), alias_head_(locals, -1) {
    pending_.reserve(max_depth);
  }

  size_t depth() const { return settled_ + pending_.size(); }
  // Operands below this depth are in their canonical slots and cost nothing to keep.
  size_t settled() const { return settled_; }
  Operand At(size_t depth) const {
    if (depth >= settled_) return pending_[depth - settled_];
    Operand operand;
    operand.home = operand.slot = CanonicalSlot(depth);
    return operand;
  }
  Operand Top() const { return At(depth() - 1); }
  uint32_t CanonicalSlot(size_t depth) const { return locals_ + static_cast<uint32_t>(depth); }

  // The home of an operand pushed now.
  uint32_t NextHome() const {
    if (pending_.empty()) return CanonicalSlot(settled_) + gap_;
    const Operand& top = pending_.back();
    return top.home + 1 + (top.is_callee ? interp::kFrameHeaderSlots - 1 : 0) + gap_;
  }

  void PushSlot(uint32_t slot) { Push(OperandKind::kSlot).slot = slot; }
  void PushLocal(uint32_t local) {
    Operand& operand = Push(OperandKind::kLocal);
    operand.slot = local;
    operand.next_alias = alias_head_[local];
    alias_head_[local] = static_cast<int32_t>(depth()) - 1;
  }
  void PushWord(gc::Value word) {
    Operand& operand = Push(OperandKind::kWord);
    operand.word = word;
    operand.has_word = true;
  }
  // The operand just pushed is a callee.
  void MarkTopAsCallee() { pending_.back().is_callee = true; }

  // The operand pushed next is a receiver.
  void ExpectReceiver() { gap_ = interp::kFrameHeaderSlots; }
  void ExpectNoReceiver() { gap_ = 0; }

  Operand Pop() {
    if (pending_.empty()) {
      Operand operand = Top();
      --settled_;
      return operand;
    }
    Operand operand = pending_.back();
    if (operand.kind == OperandKind::kLocal) alias_head_[operand.slot] = operand.next_alias;
    pending_.pop_back();
    return operand;
  }

  // Depth of the topmost pending read of `local`, or -1.
  int32_t TopAlias(uint32_t local) const { return alias_head_[local]; }

  // Records that the operand at `depth` is in its home now. For a kLocal operand, the caller moves all pending reads of
  // that local.
  void MoveHome(size_t depth) {
    if (depth < settled_) return;
    Operand& operand = pending_[depth - settled_];
    if (operand.kind == OperandKind::kLocal) alias_head_[operand.slot] = -1;
    operand.kind = OperandKind::kSlot;
    operand.slot = operand.home;
  }

  // Records that every operand is in its canonical slot now; `depth` of them, whatever there was before.
  void Settle(size_t depth) {
    for (const Operand& operand : pending_) {
      if (operand.kind == OperandKind::kLocal) alias_head_[operand.slot] = -1;
    }
    pending_.clear();
    settled_ = depth;
  }

 private:
  Operand& Push(OperandKind kind) {
    Operand operand;
    operand.kind = kind;
    operand.home = NextHome();
    operand.is_receiver = gap_ != 0;
    gap_ = 0;
    pending_.push_back(operand);
    return pending_.back();
  }

  uint32_t locals_;
  size_t settled_ = 0;
  uint32_t gap_ = 0;  // in front of the next operand's home
  std::vector<Operand> pending_;
  std::vector<int32_t> alias_head_;
};

}  // namespace foxvm::code

#endif  // FOXVM_INTERP_CODE_OPERAND_STACK_H_
