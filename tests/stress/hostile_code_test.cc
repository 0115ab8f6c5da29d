// Code made to hurt whoever analyses it: verifying and translating stay within 64 bytes of memory per byte of
// code, do no more work than a small multiple of that, and the code still runs. Memory is counted, not
// measured, and so is work: every byte taken. Time shows as the test's time-out.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "interp/builtins/host_io.h"
#include "interp/bytecode/verifier.h"
#include "interp/machine.h"
#include "tests/stress/code_builder.h"
#include "tests/stress/counting_allocator.h"

namespace foxvm::stress {
namespace {

using bytecode::Module;
using Opcode = bytecode::Opcode;

constexpr uint32_t kNull = 0, kFalse = 1, kOne = 2;
// What a VM needs for a program however small.
constexpr size_t kFixedBytes = 64 << 10;
// Per unit of code, beyond what its code needs.
constexpr size_t kUnitBytes = 1024;

class NoIo final : public builtins::HostIo {
 public:
  void Write(absl::string_view) override {}
  builtins::ReadLineResult ReadLine(size_t, std::string*) override { return builtins::ReadLineResult::kEnd; }
};

size_t CodeBytes(const Module& module) {
  size_t bytes = module.main.code.size();
  for (const bytecode::Function& function : module.functions) bytes += function.code.size();
  return bytes;
}

// Loads `module` within the bounds and, unless it never ends, runs it.
void ExpectBounded(Module module, bool run = true) {
  size_t code = CodeBytes(module);
  size_t bound = 64 * code + kFixedBytes + kUnitBytes * module.functions.size();
  NoIo io;
  interp::MachineOptions options;
  options.heap.max_bytes = size_t{64} << 20;
  auto machine = interp::Machine::Create(options, io);
  ASSERT_TRUE(machine.ok()) << machine.status();

  AllocationWatch watch;
  auto verified = bytecode::Verify(std::move(module));
  ASSERT_TRUE(verified.ok()) << verified.status();
  auto program = (*machine)->Load(*std::move(verified));
  ASSERT_TRUE(program.ok()) << program.status();
  EXPECT_LE(watch.peak_bytes(), bound) << code << " bytes of code";
  EXPECT_LE(watch.total_bytes(), 8 * bound) << code << " bytes of code";
  testing::Test::RecordProperty("peak_bytes_per_code_byte", static_cast<int>(watch.peak_bytes() / code));
  testing::Test::RecordProperty("total_bytes_per_code_byte", static_cast<int>(watch.total_bytes() / code));
  if (!run) return;
  auto failure = (*machine)->Run(**program);
  EXPECT_FALSE(failure.has_value()) << failure->message;
}

TEST(HostileCodeTest, ManyJoinsUnderManyOperands) {
  constexpr int kCount = 20000;
  CodeBuilder code;
  for (int i = 0; i < kCount; ++i) code.Emit(Opcode::kLoadConst, kOne);
  for (int i = 0; i < kCount; ++i) {
    code.Emit(Opcode::kLoadConst, kFalse);
    code.PatchHere(code.EmitJump(Opcode::kJumpNotTruthy));
  }
  for (int i = 0; i < kCount; ++i) code.Emit(Opcode::kPop);
  ExpectBounded(MainModule(std::move(code)));
}

TEST(HostileCodeTest, ManyJoinsUnderManyOperandsThatAliasALocal) {
  constexpr int kCount = 20000;
  CodeBuilder code;
  for (int i = 0; i < kCount; ++i) code.Emit(Opcode::kLoadLocal, 0);
  for (int i = 0; i < kCount; ++i) {
    code.Emit(Opcode::kLoadLocal, 0);
    code.PatchHere(code.EmitJump(Opcode::kJumpNotTruthy));
    code.Emit(Opcode::kLoadConst, kOne);
    code.Emit(Opcode::kStoreLocal, 0);
  }
  code.Emit(Opcode::kReturnValue);
  ExpectBounded(FunctionModule(std::move(code), 1));
}

TEST(HostileCodeTest, StoresToALocalThatPendingOperandsAlias) {
  constexpr int kCount = 30000;
  CodeBuilder code;
  for (int i = 0; i < kCount; ++i) {
    code.Emit(Opcode::kLoadLocal, static_cast<uint32_t>(i % 2));
    code.Emit(Opcode::kLoadConst, kOne);
    code.Emit(Opcode::kStoreLocal, static_cast<uint32_t>(i / 2 % 2));
  }
  for (int i = 1; i < kCount; ++i) code.Emit(Opcode::kAdd);
  code.Emit(Opcode::kReturnValue);
  ExpectBounded(FunctionModule(std::move(code), 2));
}

// Every block reads a local that no other reads, so live sets are large and differ everywhere.
TEST(HostileCodeTest, ManyLocalsOverManyBlocks) {
  constexpr uint32_t kLocals = 60000, kBlocks = 20000;
  CodeBuilder code;
  for (uint32_t i = 0; i < kLocals; ++i) {
    code.Emit(Opcode::kLoadConst, kOne);
    code.Emit(Opcode::kStoreLocal, i);
  }
  for (uint32_t i = 0; i < kBlocks; ++i) {
    code.Emit(Opcode::kLoadLocal, i * 3);
    code.PatchHere(code.EmitJump(Opcode::kJumpNotTruthy));
  }
  code.Emit(Opcode::kReturn);
  ExpectBounded(FunctionModule(std::move(code), kLocals));
}

TEST(HostileCodeTest, ManyLocalsReadInReverseOrderBehindLoops) {
  constexpr uint32_t kLocals = 30000;
  CodeBuilder code;
  std::vector<uint32_t> heads;
  for (uint32_t i = 0; i < kLocals; ++i) {
    heads.push_back(code.here());
    code.Emit(Opcode::kLoadConst, kOne);
    code.Emit(Opcode::kStoreLocal, i);
  }
  for (uint32_t i = kLocals; i-- > 0;) {
    code.Emit(Opcode::kLoadLocal, i);
    code.Emit(Opcode::kBang);
    code.Emit(Opcode::kBang);
    code.EmitJump(Opcode::kJumpNotTruthy, heads[i]);
  }
  code.Emit(Opcode::kReturn);
  ExpectBounded(FunctionModule(std::move(code), kLocals));
}

// A call between any two blocks, so that each needs a stack map of its own.
TEST(HostileCodeTest, ManySafepointsWithManyLiveLocals) {
  constexpr uint32_t kLocals = 20000;
  CodeBuilder code;
  for (uint32_t i = 0; i < kLocals; ++i) {
    code.Emit(Opcode::kLoadConst, kOne);
    code.Emit(Opcode::kStoreLocal, i);
  }
  for (uint32_t i = 0; i < kLocals; ++i) {
    code.Emit(Opcode::kLoadLocal, i * 7919 % kLocals);
    code.Emit(Opcode::kCall, 0);
    code.Emit(Opcode::kPop);
  }
  code.Emit(Opcode::kReturn);
  ExpectBounded(FunctionModule(std::move(code), kLocals));
}

TEST(HostileCodeTest, AMillionOneByteInstructions) {
  for (Opcode opcode : {Opcode::kBang, Opcode::kMinus}) {
    CodeBuilder code;
    code.Emit(Opcode::kLoadConst, kOne);
    for (int i = 0; i < 1000000; ++i) code.Emit(opcode);
    code.Emit(Opcode::kPop);
    ExpectBounded(MainModule(std::move(code)));
  }
  CodeBuilder code;
  code.Emit(Opcode::kLoadConst, kOne);
  for (int i = 0; i < 500000; ++i) {
    code.Emit(Opcode::kDup);
    code.Emit(Opcode::kPop);
  }
  code.Emit(Opcode::kPop);
  ExpectBounded(MainModule(std::move(code)));
}

TEST(HostileCodeTest, AMillionReturns) {
  CodeBuilder code;
  for (int i = 0; i < 1000000; ++i) code.Emit(Opcode::kReturn);
  ExpectBounded(FunctionModule(std::move(code), 0));
}

TEST(HostileCodeTest, DeepStack) {
  constexpr int kDepth = 60000;
  for (bool duplicate : {false, true}) {
    CodeBuilder code;
    code.Emit(Opcode::kLoadConst, kOne);
    for (int i = 1; i < kDepth; ++i) {
      if (duplicate) {
        code.Emit(Opcode::kDup);
      } else {
        code.Emit(Opcode::kLoadConst, kOne);
      }
    }
    for (int i = 1; i < kDepth; ++i) code.Emit(Opcode::kAdd);
    code.Emit(Opcode::kPop);
    ExpectBounded(MainModule(std::move(code)));
  }
}

TEST(HostileCodeTest, ArraysOfTheWholeStackOverAndOver) {
  CodeBuilder code;
  for (int i = 0; i < 1000; ++i) {
    code.Emit(Opcode::kLoadConst, kNull);
    for (int k = 0; k < 5000 - i; ++k) code.Emit(Opcode::kDup);
    code.Emit(Opcode::kArray, static_cast<uint32_t>(5000 - i));
    code.Emit(Opcode::kPop);
    code.Emit(Opcode::kPop);
  }
  ExpectBounded(MainModule(std::move(code)));
}

TEST(HostileCodeTest, ChainOfJumps) {
  constexpr int kCount = 100000;
  CodeBuilder forward;
  for (int i = 0; i < kCount; ++i) forward.PatchHere(forward.EmitJump(Opcode::kJump));
  ExpectBounded(MainModule(std::move(forward)));

  // Entered at the last of the jumps, each of which goes to the one before.
  CodeBuilder backward;
  uint32_t entry = backward.EmitJump(Opcode::kJump), previous = backward.EmitJump(Opcode::kJump) - 2,
           end = previous;
  for (int i = 0; i < kCount; ++i) {
    uint32_t at = backward.here();
    backward.EmitJump(Opcode::kJump, previous);
    previous = at;
  }
  backward.Patch(entry, previous);
  backward.Patch(end + 2, backward.here());
  ExpectBounded(MainModule(std::move(backward)));
}

TEST(HostileCodeTest, CircleOfJumps) {
  constexpr int kCount = 50000;
  CodeBuilder code;
  for (int i = 0; i < kCount; ++i) code.PatchHere(code.EmitJump(Opcode::kJump));
  code.EmitJump(Opcode::kJump, 0);
  ExpectBounded(MainModule(std::move(code)), /*run=*/false);
}

// What `a dan b dan c ...` makes, nested to any depth: each condition's exit is the next one's.
TEST(HostileCodeTest, ChainOfThreadedConditions) {
  constexpr int kCount = 50000;
  CodeBuilder code;
  code.Emit(Opcode::kLoadConst, kOne);
  for (int i = 0; i < kCount; ++i) {
    code.Emit(Opcode::kDup);
    uint32_t jump = code.EmitJump(Opcode::kJumpNotTruthy);
    code.Emit(Opcode::kPop);
    code.Emit(Opcode::kLoadConst, kFalse);
    code.PatchHere(jump);
  }
  code.Emit(Opcode::kPop);
  ExpectBounded(MainModule(std::move(code)));
}

TEST(HostileCodeTest, ManyJumpsToOneTarget) {
  constexpr int kCount = 50000;
  CodeBuilder code;
  std::vector<uint32_t> jumps;
  for (int i = 0; i < kCount; ++i) {
    code.Emit(Opcode::kLoadConst, kOne);
    jumps.push_back(code.EmitJump(Opcode::kJumpNotTruthy));
  }
  for (uint32_t jump : jumps) code.PatchHere(jump);
  ExpectBounded(MainModule(std::move(code)));
}

// Jumps that cross all others: the later one starts, the earlier it ends.
TEST(HostileCodeTest, CrossingJumps) {
  constexpr int kCount = 30000;
  CodeBuilder code;
  std::vector<uint32_t> jumps;
  for (int i = 0; i < kCount; ++i) {
    code.Emit(Opcode::kLoadConst, kFalse);
    code.Emit(Opcode::kBang);
    jumps.push_back(code.EmitJump(Opcode::kJumpNotTruthy));
  }
  for (int i = kCount; i-- > 0;) {
    code.PatchHere(jumps[static_cast<size_t>(i)]);
    code.Emit(Opcode::kLoadLocal, static_cast<uint32_t>(i % 200));
    code.Emit(Opcode::kPop);
  }
  code.Emit(Opcode::kReturn);
  ExpectBounded(FunctionModule(std::move(code), 200));
}

// Values that stay pending across many loops.
TEST(HostileCodeTest, NestedLoopsWithPendingOperands) {
  constexpr int kCount = 15000;
  CodeBuilder code;
  std::vector<uint32_t> heads;
  for (int i = 0; i < kCount; ++i) {
    code.Emit(Opcode::kLoadConst, kNull);
    heads.push_back(code.here());
  }
  for (int i = kCount; i-- > 0;) {
    code.Emit(Opcode::kLoadConst, kOne);
    code.EmitJump(Opcode::kJumpNotTruthy, heads[static_cast<size_t>(i)]);
    code.Emit(Opcode::kPop);
  }
  ExpectBounded(MainModule(std::move(code)));
}

TEST(HostileCodeTest, ManySmallFunctions) {
  constexpr uint32_t kCount = 30000;
  Module module = EmptyModule();
  CodeBuilder main;
  for (uint32_t i = 0; i < kCount; ++i) {
    bytecode::Function function;
    CodeBuilder code;
    code.Emit(Opcode::kReturn);
    function.code = code.Take();
    module.functions.push_back(std::move(function));
    bytecode::Constant constant;
    constant.kind = bytecode::ConstantKind::kFunction;
    constant.index = i;
    module.constants.push_back(constant);
    main.EmitClosure(4 + i, 0);
    main.Emit(Opcode::kPop);
  }
  module.main.code = main.Take();
  ExpectBounded(std::move(module));
}

TEST(HostileCodeTest, ManyClosuresOverManyLocals) {
  constexpr uint32_t kClosures = 500, kCaptures = 250;
  CodeBuilder code;
  for (uint32_t i = 0; i < kClosures; ++i) {
    for (uint32_t k = 0; k < kCaptures; ++k) code.Emit(Opcode::kCaptureLocal, (i + k) % 256);
    code.EmitClosure(5, kCaptures);
    code.Emit(Opcode::kPop);
  }
  code.Emit(Opcode::kReturn);
  Module module = FunctionModule(std::move(code), 256);
  bytecode::Function inner;
  CodeBuilder inner_code;
  inner_code.Emit(Opcode::kReturn);
  inner.code = inner_code.Take();
  module.functions.push_back(std::move(inner));
  module.constants.push_back(module.constants.back());
  module.constants.back().index = 1;
  ExpectBounded(std::move(module));
}

}  // namespace
}  // namespace foxvm::stress
