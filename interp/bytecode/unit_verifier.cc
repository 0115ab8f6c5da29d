#include "interp/bytecode/unit_verifier.h"

#include <algorithm>
#include <limits>

#include "absl/base/optimization.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "interp/bytecode/builtin_names.h"

namespace foxvm::bytecode {
namespace {

constexpr size_t kMaxNameInMessage = 60;

std::string Shorten(absl::string_view name) {
  std::string escaped = absl::CHexEscape(name.substr(0, kMaxNameInMessage));
  if (name.size() > kMaxNameInMessage) escaped += "...";
  return escaped;
}

}  // namespace

void UnitVerifier::Begin(const UnitView& unit, uint32_t index, UnitInfo* info) {
  unit_ = unit;
  index_ = index;
  info_ = info;
}

std::string UnitVerifier::UnitName() const {
  if (index_ == kMainUnit) return "main";
  std::string name = absl::StrCat("function ", index_);
  for (const FunctionConstant& entry : function_constants_) {
    if (entry.function == index_) {
      absl::StrAppend(&name, " (constant ", entry.constant, ")");
      break;
    }
  }
  if (!unit_.name.empty()) absl::StrAppend(&name, " \"", Shorten(unit_.name), "\"");
  return name;
}

bool UnitVerifier::Refuse(absl::string_view reason) {
  status_ = absl::InvalidArgumentError(absl::StrCat(UnitName(), ": ", reason));
  return false;
}

bool UnitVerifier::RefuseAt(size_t offset, absl::string_view reason) {
  return Refuse(absl::StrCat("offset ", offset, ": ", reason));
}

bool UnitVerifier::CheckHeader() {
  if (code_size() > kMaxTableEntries) return Refuse("the code is too long");
  if (unit_.params > unit_.locals) {
    return Refuse(absl::StrCat(unit_.params, " parameters but only ", unit_.locals, " locals"));
  }
  if (index_ == kMainUnit && unit_.locals != 0) return Refuse("main has no locals");
  if (unit_.locals > kMaxFrameSlots) {
    status_ = absl::ResourceExhaustedError(
        absl::StrCat(UnitName(), ": ", unit_.locals, " locals exceed the limit of ", kMaxFrameSlots));
    return false;
  }
  if (unit_.file >= files_) {
    return Refuse(absl::StrCat("file index ", unit_.file, " is not below ", files_));
  }
  uint64_t least = 0;
  for (const LineEntry& entry : unit_.lines) {
    if (entry.offset < least) return RefuseAt(entry.offset, "line table is not increasing");
    if (entry.offset >= code_size()) return RefuseAt(entry.offset, "line table leaves the code");
    least = uint64_t{entry.offset} + 1;
  }
  return true;
}

bool UnitVerifier::Decode(const UnitView& unit, uint32_t index, UnitInfo* info) {
  Begin(unit, index, info);
  if (!CheckHeader()) return false;
  const absl::Span<const uint8_t> code = unit.code;
  info->marks.assign(code.size() + 1, 0);
  uint8_t* const marks = info->marks.data();
  uint32_t count = 0;
  Instruction instruction;
  for (size_t offset = 0; offset < code.size(); offset += instruction.length) {
    if (!bytecode::Decode(code, offset, &instruction)) {
      return RefuseAt(offset, absl::StrCat("no complete instruction begins with byte ", code[offset]));
    }
    if (instruction.wide && (features_ & kFeatureWideOperands) == 0) {
      return RefuseAt(offset, "Wide prefix without the feature flag");
    }
    if (ABSL_PREDICT_FALSE(IsTyped(instruction.opcode)) && (features_ & kFeatureTyped) == 0) {
      return RefuseAt(offset, absl::StrCat(GetOpcodeInfo(static_cast<uint8_t>(instruction.opcode)).name,
                                           " without the feature flag"));
    }
    marks[offset] |= kMarkStart;
    ++count;
    if (IsJump(instruction.opcode)) {
      if (instruction.a > code.size()) return RefuseAt(offset, "jump target outside the code");
      marks[instruction.a] |= kMarkJumpTarget;
    } else if (instruction.opcode == Opcode::kClosure && !NoteClosure(offset, instruction)) {
      return false;
    }
  }
  info->instruction_count = count;
  return true;
}

uint32_t UnitVerifier::FunctionOf(uint32_t constant) const {
  const auto entry = std::lower_bound(
      function_constants_.begin(), function_constants_.end(), constant,
      [](const FunctionConstant& known, uint32_t wanted) { return known.constant < wanted; });
  return entry->function;
}

bool UnitVerifier::CheckImport(size_t import, uint32_t init) {
  const auto refuse = [this, import](absl::string_view reason) {
    status_ = absl::InvalidArgumentError(absl::StrCat("import ", import, ": ", reason));
    return false;
  };
  if (!IsConstant(init, ConstantKind::kFunction)) {
    return refuse(absl::StrCat("its body, constant ", init, ", is no function"));
  }
  const uint32_t function = FunctionOf(init);
  if (has_params_[function]) return refuse("its body takes parameters");
  const uint32_t captures = captures_[function];
  return captures == 0 || captures == kCapturesUnknown || refuse("its body has captures");
}

bool UnitVerifier::NoteClosure(size_t offset, const Instruction& instruction) {
  if (!IsConstant(instruction.a, ConstantKind::kFunction)) {
    return RefuseAt(offset, absl::StrCat("constant ", instruction.a, " is no function"));
  }
  if (instruction.b > kMaxFrameSlots) return RefuseAt(offset, "too many captures");
  uint32_t& captures = captures_[FunctionOf(instruction.a)];
  if (captures == kCapturesUnknown) captures = instruction.b;
  if (captures != instruction.b) {
    return RefuseAt(offset, absl::StrCat("closure with ", instruction.b,
                                         " captures, elsewhere the same function has ", captures));
  }
  return true;
}

bool UnitVerifier::Check(const UnitView& unit, uint32_t index, UnitInfo* info) {
  Begin(unit, index, info);
  const absl::Span<const uint8_t> code = unit.code;
  info->depth_at.assign(code.size(), kNoDepth);
  info->max_depth = 0;
  info->captured_locals.clear();
  string_run_ = capture_run_ = 0;
  import_pending_ = false;
  work_.clear();
  if (!Flow(0, 0, 0, 0)) return false;
  work_.clear();             // the first instruction has its turn now
  bool depths_agree = true;  // what is wrong with a shape goes before what is wrong with a depth
  Instruction instruction;
  for (size_t offset = 0; offset < code.size(); offset += instruction.length) {
    bytecode::Decode(code, offset, &instruction);
    if (!CheckShape(offset, instruction)) return false;
    if (depths_agree && info->depth_at[offset] != kNoDepth) depths_agree = Step(offset, instruction, offset);
  }
  if (import_pending_) return RefuseAt(code.size(), "an import must be called at once");
  if (capture_run_ != 0) return RefuseAt(code.size(), "captures without a Closure");
  if (!depths_agree) return false;
  while (!work_.empty()) {
    const size_t offset = work_.back();
    work_.pop_back();
    bytecode::Decode(code, offset, &instruction);
    if (!Step(offset, instruction, code.size())) return false;
  }
  NoteCapturedLocals();
  return true;
}

// Everything that holds for an instruction whether or not control reaches it.
inline bool UnitVerifier::CheckShape(size_t offset, const Instruction& instruction) {
  if (!CheckSequence(offset, instruction) || !CheckOperands(offset, instruction)) return false;
  switch (instruction.opcode) {
    case Opcode::kLoadConst: {
      const ConstantKind kind = KindOf(instruction.a);
      string_run_ = kind == ConstantKind::kString ? string_run_ + 1 : 0;
      import_pending_ = kind == ConstantKind::kImport;
      return true;
    }
    case Opcode::kCaptureLocal: info_->captured_locals.push_back(instruction.a); [[fallthrough]];
    case Opcode::kLoadUpvalue: ++capture_run_; break;
    default: capture_run_ = 0; break;
  }
  string_run_ = 0;
  import_pending_ = false;
  return true;
}

// What the instructions directly before this one demand of it.
inline bool UnitVerifier::CheckSequence(size_t offset, const Instruction& instruction) {
  const bool target = info_->IsJumpTarget(offset);
  const Opcode op = instruction.opcode;
  if (target) string_run_ = 0;
  if (ABSL_PREDICT_FALSE(import_pending_)) {
    if (op != Opcode::kCall || instruction.a != 0)
      return RefuseAt(offset, "an import must be called at once");
    if (target) return RefuseAt(offset, "jump to the call of an import");
  }
  if (ABSL_PREDICT_FALSE(capture_run_ != 0)) {
    if (target) return RefuseAt(offset, "jump between captures and their Closure");
    if (op != Opcode::kCaptureLocal && op != Opcode::kLoadUpvalue && op != Opcode::kClosure) {
      return RefuseAt(offset, "captures without a Closure");
    }
  }
  if (op == Opcode::kClosure && capture_run_ != instruction.b) {
    return RefuseAt(offset, absl::StrCat("closure wants ", instruction.b,
                                         " captures, directly before it are ", capture_run_));
  }
  return true;
}

bool UnitVerifier::CheckBelow(size_t offset, const char* what, uint32_t operand, uint64_t limit) {
  if (ABSL_PREDICT_TRUE(operand < limit)) return true;
  return RefuseAt(offset, absl::StrCat(what, " ", operand, " is not below ", limit));
}

inline bool UnitVerifier::CheckOperands(size_t offset, const Instruction& instruction) {
  const uint32_t a = instruction.a;
  switch (instruction.opcode) {
    case Opcode::kLoadConst:
      if (IsConstant(a, ConstantKind::kFunction)) return RefuseAt(offset, "LoadConst of a function");
      return CheckBelow(offset, "constant", a, constants_.size());
    case Opcode::kLoadGlobal:
    case Opcode::kStoreGlobal: return CheckBelow(offset, "global", a, globals_);
    case Opcode::kLoadLocal:
    case Opcode::kStoreLocal:
    case Opcode::kCaptureLocal:
    case Opcode::kFresh: return CheckBelow(offset, "local", a, unit_.locals);
    case Opcode::kGetBuiltin:
      return CheckBelow(offset, "built-in", a,
                        (features_ & kFeatureTyped) != 0 ? kAllBuiltinCount : kBuiltinCount);
    case Opcode::kGetFree:
    case Opcode::kSetFree:
    case Opcode::kLoadUpvalue: return CheckBelow(offset, "capture", a, info_->captures);
    case Opcode::kHash: return a % 2 == 0 || RefuseAt(offset, "Hash of an odd number of values");
    case Opcode::kDefault: return CheckDefault(offset, a);
    case Opcode::kField:
    case Opcode::kSetField: return CheckBelow(offset, "field", a, kMaxFrameSlots);
    case Opcode::kMethod:
    case Opcode::kInvoke:
      return IsConstant(a, ConstantKind::kString) ||
             RefuseAt(offset, absl::StrCat("method name, constant ", a, ", is no string"));
    case Opcode::kStruct: return CheckStruct(offset, instruction);
    case Opcode::kJump:
    case Opcode::kJumpNotTruthy: return CheckJump(offset, a);
    case Opcode::kUpdateModule: return RefuseAt(offset, "UpdateModule is not allowed");
    default: return true;
  }
}

bool UnitVerifier::CheckJump(size_t offset, uint32_t target) {
  if (target == code_size()) return index_ == kMainUnit || RefuseAt(offset, "jump to the end of a function");
  return (info_->marks[target] & kMarkStart) != 0 ||
         RefuseAt(offset, "jump into the middle of an instruction");
}

bool UnitVerifier::CheckDefault(size_t offset, uint32_t constant) {
  if (!CheckBelow(offset, "constant", constant, constants_.size())) return false;
  const ConstantKind kind = KindOf(constant);
  if (kind != ConstantKind::kFunction && kind != ConstantKind::kImport) return true;
  return RefuseAt(offset, absl::StrCat("default, constant ", constant, ", is no plain value"));
}

bool UnitVerifier::CheckStruct(size_t offset, const Instruction& instruction) {
  if (!IsConstant(instruction.a, ConstantKind::kString)) {
    return RefuseAt(offset, absl::StrCat("struct name, constant ", instruction.a, ", is no string"));
  }
  if (string_run_ < instruction.b) {
    return RefuseAt(offset, absl::StrCat("struct wants ", instruction.b,
                                         " field names, directly before it are ", string_run_));
  }
  return true;
}

void UnitVerifier::NoteCapturedLocals() {
  std::vector<uint32_t>& captured = info_->captured_locals;
  std::sort(captured.begin(), captured.end());
  captured.erase(std::unique(captured.begin(), captured.end()), captured.end());
  captured.shrink_to_fit();
}

bool UnitVerifier::Step(size_t offset, const Instruction& instruction, size_t passed) {
  const uint32_t before = info_->depth_at[offset];
  const uint32_t pops = PopCount(instruction);
  if (ABSL_PREDICT_FALSE(pops > before)) {
    return RefuseAt(offset, absl::StrCat("takes ", pops, " operands where there are ", before));
  }
  const uint32_t after = before - pops + PushCount(instruction);
  if (after > info_->max_depth) {
    info_->max_depth = after;
    if (uint64_t{unit_.locals} + after > kMaxFrameSlots) {
      status_ = absl::ResourceExhaustedError(absl::StrCat(UnitName(), ": offset ", offset, ": ", unit_.locals,
                                                          " locals and ", after,
                                                          " operands exceed the limit of ", kMaxFrameSlots));
      return false;
    }
  }
  if (IsJump(instruction.opcode)) {
    if (instruction.a <= offset) info_->marks[instruction.a] |= kMarkLoopHead;
    if (!Flow(offset, instruction.a, after, passed)) return false;
  }
  return EndsBlock(instruction.opcode) || Flow(offset, offset + instruction.length, after, passed);
}

bool UnitVerifier::Flow(size_t from, size_t to, uint32_t depth, size_t passed) {
  if (to == code_size()) {
    return index_ == kMainUnit || RefuseAt(from, "control runs off the end of the function");
  }
  uint16_t& known = info_->depth_at[to];
  if (known == kNoDepth) {
    known = static_cast<uint16_t>(depth);
    if (to <= passed) work_.push_back(static_cast<uint32_t>(to));
    return true;
  }
  return ABSL_PREDICT_TRUE(known == depth) ||
         RefuseAt(from,
                  absl::StrCat("reaches offset ", to, " with ", depth, " operands, elsewhere with ", known));
}

}  // namespace foxvm::bytecode
