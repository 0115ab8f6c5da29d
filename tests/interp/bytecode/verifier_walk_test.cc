// What the verifier accepts is executed on an abstract stack that knows plain values, cells, imports and
// names: whatever path is taken, every instruction must find what it needs. The walk shares no code with the
// verifier's rules, so it finds rules that are missing.
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "interp/bytecode/instruction.h"
#include "interp/bytecode/verifier.h"
#include "tests/interp/bytecode/test_modules.h"

namespace foxvm::bytecode {
namespace {

constexpr int kStepsPerWalk = 300;

enum class Kind { kValue, kName, kImport, kCell };

// One walk through one unit. `fault` tells the first thing that was not as it must be.
class Walk {
 public:
  Walk(const Module& module, const Function& unit, bool is_main, const UnitInfo& info)
      : module_(module), unit_(unit), is_main_(is_main), info_(info) {}

  void Run(std::mt19937* random) {
    size_t at = 0;
    for (int step = 0; step < kStepsPerWalk && fault.empty(); ++step) {
      if (at == unit_.code.size()) {
        Need(is_main_, at, "runs off its end");
        return;
      }
      Instruction instruction;
      Need(Decode(unit_.code, at, &instruction), at, "does not decode");
      if (!fault.empty()) return;
      Need(info_.depth_at[at] == stack_.size(), at, "recorded depth differs");
      Execute(at, instruction);
      Need(stack_.size() <= info_.max_depth, at, "deeper than recorded");
      if (instruction.opcode == Opcode::kReturn || instruction.opcode == Opcode::kReturnValue) return;
      const bool jumps = instruction.opcode == Opcode::kJump ||
                         (instruction.opcode == Opcode::kJumpNotTruthy && (*random)() % 2 == 0);
      at = jumps ? instruction.a : at + instruction.length;
    }
  }

  std::string fault;

 private:
  void Need(bool condition, size_t at, const char* what) {
    if (!condition && fault.empty()) fault = absl::StrCat("offset ", at, ": ", what);
  }

  Kind Pop(size_t at) {
    Need(!stack_.empty(), at, "nothing to take");
    if (stack_.empty()) return Kind::kValue;
    const Kind kind = stack_.back();
    stack_.pop_back();
    return kind;
  }
  void PopPlain(size_t at, uint32_t count) {
    for (uint32_t i = 0; i < count && fault.empty(); ++i) {
      const Kind kind = Pop(at);
      Need(kind == Kind::kValue || kind == Kind::kName, at, "takes a cell or an import");
    }
  }

  void Execute(size_t at, const Instruction& instruction) {
    const uint32_t a = instruction.a;
    switch (instruction.opcode) {
      case Opcode::kLoadConst: {
        Need(a < module_.constants.size(), at, "no such constant");
        if (!fault.empty()) return;
        const ConstantKind kind = module_.constants[a].kind;
        Need(kind != ConstantKind::kFunction, at, "loads a function");
        stack_.push_back(kind == ConstantKind::kImport   ? Kind::kImport
                         : kind == ConstantKind::kString ? Kind::kName
                                                         : Kind::kValue);
        return;
      }
      case Opcode::kCall:
        PopPlain(at, a);
        if (fault.empty() && !stack_.empty() && stack_.back() == Kind::kImport) {
          Need(a == 0, at, "import with arguments");
          stack_.back() = Kind::kValue;
          return;
        }
        PopPlain(at, 1);
        break;
      case Opcode::kStruct:
        for (uint32_t i = 0; i < instruction.b && fault.empty(); ++i) {
          Need(Pop(at) == Kind::kName, at, "field name is no string constant");
        }
        break;
      case Opcode::kClosure:
        for (uint32_t i = 0; i < instruction.b && fault.empty(); ++i) {
          Need(Pop(at) == Kind::kCell, at, "capture is no cell");
        }
        break;
      case Opcode::kDup:
        PopPlain(at, 1);
        stack_.push_back(Kind::kValue);
        break;
      case Opcode::kCaptureLocal:
        Need(a < unit_.locals, at, "no such local");
        stack_.push_back(Kind::kCell);
        return;
      case Opcode::kLoadUpvalue:
        Need(a < info_.captures, at, "no such capture");
        stack_.push_back(Kind::kCell);
        return;
      default:
        PopPlain(at, PopCount(instruction));
        break;
    }
    for (uint32_t i = PushCount(instruction); i > (instruction.opcode == Opcode::kDup ? 1u : 0u); --i) {
      stack_.push_back(Kind::kValue);
    }
  }

  const Module& module_;
  const Function& unit_;
  const bool is_main_;
  const UnitInfo& info_;
  std::vector<Kind> stack_;
};

// Walks every unit; "" when all is as it must be.
std::string WalkAll(const VerifiedModule& verified, std::mt19937* random) {
  const Module& module = verified.module();
  for (size_t i = 0; i <= module.functions.size(); ++i) {
    const bool is_main = i == module.functions.size();
    Walk walk(module, is_main ? module.main : module.functions[i], is_main,
              is_main ? verified.main_info() : verified.function_info(static_cast<uint32_t>(i)));
    walk.Run(random);
    if (!walk.fault.empty()) return absl::StrCat("unit ", i, ": ", walk.fault);
  }
  return "";
}

std::vector<Module> Seeds() {
  std::vector<Module> seeds;
  seeds.push_back(Sample());
  for (const char* name : {"e03_upvalue_bertingkat", "k02_impor_dari", "l02_semua_opcode"}) {
    const std::string path = absl::StrCat("tests/interp/bytecode/testdata/", name, ".bc.json");
    absl::StatusOr<Module> module = ParseBcJson(ReadFileOrDie(path), name);
    EXPECT_TRUE(module.ok()) << module.status();
    if (module.ok()) seeds.push_back(*std::move(module));
  }
  return seeds;
}

// Bytes that make trouble more often than random ones do.
uint8_t Trouble(std::mt19937* random) {
  static constexpr uint8_t kBytes[] = {0x01, 0x02, 0x10, 0x1e, 0x30, 0x31, 0x40, 0x43, 0x46, 0x47, 0x41,
                                       0x42, 0x00, 0x01, 0x02, 0x03, 0x05, 0x08, 0x0b, 0x0e, 0xf0, 0xff};
  return kBytes[(*random)() % sizeof(kBytes)];
}

TEST(VerifierWalkTest, UnchangedModules) {
  std::mt19937 random(1);
  for (const Module& seed : Seeds()) {
    absl::StatusOr<VerifiedModule> verified = Verify(seed);
    ASSERT_TRUE(verified.ok()) << verified.status();
    for (int round = 0; round < 50; ++round) EXPECT_EQ(WalkAll(*verified, &random), "");
  }
}

TEST(VerifierWalkTest, AcceptedMutantsHoldOnEveryPath) {
  std::mt19937 random(2);
  const std::vector<Module> seeds = Seeds();
  int accepted = 0;
  int refused = 0;
  for (int round = 0; round < 40000; ++round) {
    Module module = seeds[random() % seeds.size()];
    module.features = kFeatureWideOperands;
    const size_t which = random() % (module.functions.size() + 1);
    std::vector<uint8_t>& code =
        which == module.functions.size() ? module.main.code : module.functions[which].code;
    for (uint32_t changes = 1 + random() % 3; changes > 0; --changes) {
      const size_t at = random() % code.size();
      switch (random() % 8) {
        case 0:
          code.insert(code.begin() + static_cast<std::ptrdiff_t>(at), Trouble(&random));
          break;
        case 1:
          if (code.size() > 1) code.erase(code.begin() + static_cast<std::ptrdiff_t>(at));
          break;
        default:
          code[at] = Trouble(&random);
      }
    }
    const absl::StatusOr<VerifiedModule> verified = Verify(std::move(module));
    if (!verified.ok()) {
      ++refused;
      continue;
    }
    ++accepted;
    for (int walk = 0; walk < 4; ++walk) ASSERT_EQ(WalkAll(*verified, &random), "") << round;
  }
  EXPECT_GT(accepted, 1000);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace foxvm::bytecode
