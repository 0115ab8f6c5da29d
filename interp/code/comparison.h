// Which instructions a stack operator becomes.
// Threads: pure functions.
#ifndef FOXVM_INTERP_CODE_COMPARISON_H_
#define FOXVM_INTERP_CODE_COMPARISON_H_

#include "gc/check.h"
#include "interp/bytecode/instruction.h"
#include "interp/code/instruction.h"

namespace foxvm::code {

// The two polarities of a fused compare-and-branch.
struct BranchOps {
  Op if_true;
  Op if_false;
};

// Comparison of two slots.
inline BranchOps SlotComparison(bytecode::Opcode op) {
  switch (op) {
    case bytecode::Opcode::kEqual: return {Op::kJumpEqual, Op::kJumpUnlessEqual};
    case bytecode::Opcode::kNotEqual: return {Op::kJumpNotEqual, Op::kJumpUnlessNotEqual};
    case bytecode::Opcode::kGreaterThan: return {Op::kJumpGreater, Op::kJumpNotGreater};
    case bytecode::Opcode::kStringGreater: return {Op::kJumpStringGreater, Op::kJumpNotStringGreater};
    case bytecode::Opcode::kStringGreaterEqual:
      return {Op::kJumpStringGreaterEqual, Op::kJumpNotStringGreaterEqual};
    case bytecode::Opcode::kSame: return {Op::kJumpSame, Op::kJumpNotSame};
    default: return {Op::kJumpGreaterEqual, Op::kJumpNotGreaterEqual};
  }
}

// Comparison `slot op immediate`.
inline BranchOps ImmediateOnRight(bytecode::Opcode op) {
  switch (op) {
    case bytecode::Opcode::kEqual: return {Op::kJumpEqualImm, Op::kJumpUnlessEqualImm};
    case bytecode::Opcode::kNotEqual: return {Op::kJumpNotEqualImm, Op::kJumpUnlessNotEqualImm};
    case bytecode::Opcode::kGreaterThan: return {Op::kJumpGreaterImm, Op::kJumpNotGreaterImm};
    default: return {Op::kJumpGreaterEqualImm, Op::kJumpNotGreaterEqualImm};
  }
}

// Comparison `immediate op slot`.
inline BranchOps ImmediateOnLeft(bytecode::Opcode op) {
  switch (op) {
    case bytecode::Opcode::kGreaterThan: return {Op::kJumpLessImm, Op::kJumpNotLessImm};
    case bytecode::Opcode::kGreaterEqual: return {Op::kJumpLessEqualImm, Op::kJumpNotLessEqualImm};
    default: return ImmediateOnRight(op);
  }
}

inline Op ComparisonValueOp(bytecode::Opcode op) {
  switch (op) {
    case bytecode::Opcode::kEqual: return Op::kEqual;
    case bytecode::Opcode::kNotEqual: return Op::kNotEqual;
    case bytecode::Opcode::kGreaterThan: return Op::kGreater;
    case bytecode::Opcode::kStringGreater: return Op::kStringGreater;
    case bytecode::Opcode::kStringGreaterEqual: return Op::kStringGreaterEqual;
    case bytecode::Opcode::kSame: return Op::kSame;
    default: return Op::kGreaterEqual;
  }
}

// `immediate` is kNop where there is no form with a constant on the right.
struct ArithmeticOps {
  Op slots;
  Op immediate;
};

inline ArithmeticOps ArithmeticFor(bytecode::Opcode op) {
  switch (op) {
    case bytecode::Opcode::kAdd: return {Op::kAdd, Op::kAddImm};
    case bytecode::Opcode::kSub: return {Op::kSub, Op::kSubImm};
    case bytecode::Opcode::kMul: return {Op::kMul, Op::kMulImm};
    case bytecode::Opcode::kDiv: return {Op::kDiv, Op::kDivImm};
    case bytecode::Opcode::kMod: return {Op::kMod, Op::kModImm};
    case bytecode::Opcode::kAnd: return {Op::kBitAnd, Op::kBitAndImm};
    case bytecode::Opcode::kOr: return {Op::kBitOr, Op::kNop};
    case bytecode::Opcode::kXor: return {Op::kBitXor, Op::kNop};
    case bytecode::Opcode::kLShift: return {Op::kShiftLeft, Op::kShiftLeftImm};
    case bytecode::Opcode::kRShift: return {Op::kShiftRight, Op::kShiftRightImm};
    default: FOXVM_CHECK(false); return {Op::kNop, Op::kNop};
  }
}

}  // namespace foxvm::code

#endif  // FOXVM_INTERP_CODE_COMPARISON_H_
