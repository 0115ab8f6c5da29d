// StackIr: one unit's stack code, decoded, with its conditions threaded and its blocks marked: what lowering reads.
// How: `a dan b` and `a atau b` are Dup + JumpNotTruthy on the operand; each such pair becomes one Branch node whose two
//      edges are followed as far as the known truth value decides (through further tests, Pops and Jumps), so a
//      condition ends in branches only. Reachability and leaders are computed on the result.
// Invariants: SI-1 an edge says whether the tested value is still on the stack behind it. SI-2 a node that is no leader
//      is entered from the reachable node before it only.
// Threads: plain data.  Not here: operands and slots (lowering.h).
#ifndef FOXVM_INTERP_CODE_STACK_IR_H_
#define FOXVM_INTERP_CODE_STACK_IR_H_

#include <bit>
#include <cstdint>
#include <vector>

#include "interp/bytecode/instruction.h"
#include "interp/bytecode/module.h"
#include "interp/bytecode/verifier.h"

namespace foxvm::code {

// Where control goes when the tested value is known.
struct Edge {
  uint32_t target : 31 = 0;      // node index
  uint32_t keeps_value : 1 = 0;  // the tested value is still on top of the stack there
};

enum class NodeKind : uint8_t {
  kPlain,   // the decoded instruction
  kJump,    // unconditional, along on_true
  kBranch,  // tests the top of the stack
  kEnd,     // behind the last instruction of main: return kosong
};

// 16 bytes: hostile code has one node per byte, and translation is bounded by 64 bytes per byte.
struct Node {
  bytecode::Opcode opcode = bytecode::Opcode::kReturn;
  NodeKind kind = NodeKind::kPlain;
  bool reachable = false;
  bool leader = false;
  uint32_t a = 0;  // kPlain: first operand; a branch or jump: the edge on_false
  uint32_t b = 0;  // kPlain: second operand; a branch or jump: the edge on_true
  uint32_t offset = 0;  // in the bytecode

  Edge on_false() const { return std::bit_cast<Edge>(a); }
  Edge on_true() const { return std::bit_cast<Edge>(b); }
};
static_assert(sizeof(Node) == 16 && sizeof(Edge) == 4);

struct StackIr {
  std::vector<Node> nodes;  // in code order; the last one is kEnd
  uint32_t leader_count = 0;
  // Locals the code names, parameters first: a unit that declares many more is renumbered densely.
  uint32_t locals = 0;
  std::vector<uint32_t> captured_locals;  // sorted, distinct
};

// `instruction_count` is the function's, from its UnitInfo.
StackIr BuildStackIr(const bytecode::Function& function, uint32_t instruction_count);

}  // namespace foxvm::code

#endif  // FOXVM_INTERP_CODE_STACK_IR_H_
