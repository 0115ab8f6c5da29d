#include "interp/bytecode/verifier.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "interp/bytecode/builtin_names.h"
#include "interp/bytecode/instruction.h"

namespace foxvm::bytecode {
namespace {

// `Unit::function` of the main code.
constexpr uint32_t kMainUnit = 0xffffffff;
// `captures` entry of a function that no Closure has named so far.
constexpr uint32_t kCapturesUnknown = 0xffffffff;
constexpr uint32_t kMaxNarrowGlobals = 65536;
constexpr size_t kMaxNameInMessage = 60;

// The work of one Verify call: the module, and the infos as they grow.
class Verification {
 public:
  explicit Verification(const Module& module)
      : module_(module),
        function_info_(module.functions.size()),
        captures_(module.functions.size(), kCapturesUnknown) {}

  absl::Status Run();
  UnitInfo TakeMainInfo() { return std::move(main_info_); }
  std::vector<UnitInfo> TakeFunctionInfo() { return std::move(function_info_); }

 private:
  const Function& unit() const { return unit_ == kMainUnit ? module_.main : module_.functions[unit_]; }
  UnitInfo& info() { return unit_ == kMainUnit ? main_info_ : function_info_[unit_]; }
  const UnitInfo& info() const { return unit_ == kMainUnit ? main_info_ : function_info_[unit_]; }
  size_t code_size() const { return unit().code.size(); }

  std::string UnitName() const;
  absl::Status Refuse(absl::string_view reason) const;
  absl::Status RefuseAt(size_t offset, absl::string_view reason) const;

  absl::Status CheckTables() const;
  absl::Status CheckConstants() const;
  absl::Status CheckImports() const;
  absl::Status CheckUnitHeader() const;

  absl::Status DecodeUnit();
  absl::Status NoteClosure(size_t offset, const Instruction& instruction);

  absl::Status CheckShapes();
  absl::Status CheckSequence(size_t offset, const Instruction& instruction);
  absl::Status CheckOperands(size_t offset, const Instruction& instruction) const;
  absl::Status CheckStruct(size_t offset, const Instruction& instruction) const;

  absl::Status ComputeDepths();
  absl::Status Step(size_t offset);
  absl::Status Flow(size_t from, size_t to, uint32_t depth);

  ConstantKind KindOf(uint32_t constant) const { return module_.constants[constant].kind; }

  const Module& module_;
  UnitInfo main_info_;
  std::vector<UnitInfo> function_info_;
  std::vector<uint32_t> captures_;  // by function

  // State of the unit at hand.
  uint32_t unit_ = kMainUnit;
  uint64_t string_run_ = 0;      // directly preceding LoadConst string, as far as no jump lands between
  uint64_t capture_run_ = 0;     // directly preceding CaptureLocal and LoadUpvalue
  bool import_pending_ = false;  // the preceding instruction loaded an import
  std::vector<uint32_t> work_;   // offsets with a depth whose effect has not been followed yet
};

std::string Shorten(absl::string_view name) {
  std::string escaped = absl::CHexEscape(name.substr(0, kMaxNameInMessage));
  if (name.size() > kMaxNameInMessage) escaped += "...";
  return escaped;
}

std::string Verification::UnitName() const {
  if (unit_ == kMainUnit) return "main";
  std::string name = absl::StrCat("function ", unit_);
  for (size_t i = 0; i < module_.constants.size(); ++i) {
    if (KindOf(i) == ConstantKind::kFunction && module_.constants[i].index == unit_) {
      absl::StrAppend(&name, " (constant ", i, ")");
      break;
    }
  }
  if (!unit().name.empty()) absl::StrAppend(&name, " \"", Shorten(unit().name), "\"");
  return name;
}

absl::Status Verification::Refuse(absl::string_view reason) const {
  return absl::InvalidArgumentError(absl::StrCat(UnitName(), ": ", reason));
}

absl::Status Verification::RefuseAt(size_t offset, absl::string_view reason) const {
  return Refuse(absl::StrCat("offset ", offset, ": ", reason));
}

absl::Status Verification::Run() {
  if (absl::Status status = CheckTables(); !status.ok()) return status;
  if (absl::Status status = CheckConstants(); !status.ok()) return status;
  // All units are decoded first: what a Closure in one says about another is needed to check the other.
  const size_t count = module_.functions.size();
  for (size_t i = 0; i <= count; ++i) {
    unit_ = i == count ? kMainUnit : static_cast<uint32_t>(i);
    if (absl::Status status = CheckUnitHeader(); !status.ok()) return status;
    if (absl::Status status = DecodeUnit(); !status.ok()) return status;
  }
  for (size_t i = 0; i < count; ++i) {
    function_info_[i].captures = captures_[i] == kCapturesUnknown ? 0 : captures_[i];
  }
  if (absl::Status status = CheckImports(); !status.ok()) return status;
  for (size_t i = 0; i <= count; ++i) {
    unit_ = i == count ? kMainUnit : static_cast<uint32_t>(i);
    if (absl::Status status = CheckShapes(); !status.ok()) return status;
    if (absl::Status status = ComputeDepths(); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Verification::CheckTables() const {
  const uint32_t unknown = module_.features & ~kKnownFeatures;
  if (unknown != 0) {
    return absl::InvalidArgumentError(absl::StrCat("module: unknown feature flags 0x", absl::Hex(unknown)));
  }
  for (size_t entries : {module_.constants.size(), module_.strings.size(), module_.functions.size(),
                         module_.imports.size(), module_.files.size()}) {
    if (entries > kMaxTableEntries) return absl::InvalidArgumentError("module: a table has too many entries");
  }
  // A global costs eight bytes at run time: beyond what narrow operands reach they must be paid for in code.
  uint64_t code_bytes = module_.main.code.size();
  for (const Function& function : module_.functions) code_bytes += function.code.size();
  if (module_.globals > std::max<uint64_t>(kMaxNarrowGlobals, code_bytes)) {
    return absl::InvalidArgumentError(
        absl::StrCat("module: ", module_.globals, " globals are more than its code can use"));
  }
  if (module_.global_names.size() > module_.globals) {
    return absl::InvalidArgumentError("module: more global names than globals");
  }
  if (!module_.host_globals.empty() && (module_.features & kFeatureHostGlobals) == 0) {
    return absl::InvalidArgumentError("module: host globals without their feature flag");
  }
  uint64_t least = 0;
  for (uint32_t global : module_.host_globals) {
    if (global < least || global >= module_.global_names.size()) {
      return absl::InvalidArgumentError("module: host globals are not ascending globals with names");
    }
    least = uint64_t{global} + 1;
  }
  return absl::OkStatus();
}

absl::Status Verification::CheckConstants() const {
  for (size_t i = 0; i < module_.constants.size(); ++i) {
    const Constant& constant = module_.constants[i];
    size_t limit = 0;
    switch (constant.kind) {
      case ConstantKind::kNull:
      case ConstantKind::kBool:
      case ConstantKind::kInt:
      case ConstantKind::kFloat:
        continue;
      case ConstantKind::kString:
        limit = module_.strings.size();
        break;
      case ConstantKind::kFunction:
        limit = module_.functions.size();
        break;
      case ConstantKind::kImport:
        limit = module_.imports.size();
        break;
      default:
        return absl::InvalidArgumentError(absl::StrCat("constant ", i, ": unknown kind"));
    }
    if (constant.index >= limit) {
      return absl::InvalidArgumentError(
          absl::StrCat("constant ", i, ": index ", constant.index, " is not below ", limit));
    }
  }
  return absl::OkStatus();
}

absl::Status Verification::CheckImports() const {
  for (size_t i = 0; i < module_.imports.size(); ++i) {
    const uint32_t init = module_.imports[i].init;
    const auto refuse = [i](absl::string_view reason) {
      return absl::InvalidArgumentError(absl::StrCat("import ", i, ": ", reason));
    };
    if (init >= module_.constants.size() || KindOf(init) != ConstantKind::kFunction) {
      return refuse(absl::StrCat("its body, constant ", init, ", is no function"));
    }
    const uint32_t function = module_.constants[init].index;
    if (module_.functions[function].params != 0) return refuse("its body takes parameters");
    if (function_info_[function].captures != 0) return refuse("its body has captures");
  }
  return absl::OkStatus();
}

absl::Status Verification::CheckUnitHeader() const {
  const Function& function = unit();
  if (function.code.size() > kMaxTableEntries) return Refuse("the code is too long");
  if (function.params > function.locals) {
    return Refuse(absl::StrCat(function.params, " parameters but only ", function.locals, " locals"));
  }
  if (unit_ == kMainUnit && function.locals != 0) return Refuse("main has no locals");
  if (function.locals > kMaxFrameSlots) {
    return absl::ResourceExhaustedError(
        absl::StrCat(UnitName(), ": ", function.locals, " locals exceed the limit of ", kMaxFrameSlots));
  }
  if (function.file >= module_.files.size()) {
    return Refuse(absl::StrCat("file index ", function.file, " is not below ", module_.files.size()));
  }
  for (size_t i = 0; i < function.lines.size(); ++i) {
    const uint32_t offset = function.lines[i].offset;
    if (i > 0 && offset <= function.lines[i - 1].offset)
      return RefuseAt(offset, "line table is not increasing");
    if (offset >= function.code.size()) return RefuseAt(offset, "line table leaves the code");
  }
  return absl::OkStatus();
}

// Linear decode of everything, reachable or not: instruction starts, jump targets, captures of other
// functions.
absl::Status Verification::DecodeUnit() {
  const absl::Span<const uint8_t> code = unit().code;
  UnitInfo& info = this->info();
  info.marks.assign(code.size() + 1, 0);
  Instruction instruction;
  for (size_t offset = 0; offset < code.size(); offset += instruction.length) {
    if (!Decode(code, offset, &instruction)) {
      return RefuseAt(offset, absl::StrCat("no complete instruction begins with byte ", code[offset]));
    }
    if (instruction.wide && (module_.features & kFeatureWideOperands) == 0) {
      return RefuseAt(offset, "Wide prefix without the feature flag");
    }
    info.marks[offset] |= kMarkStart;
    ++info.instruction_count;
    if (IsJump(instruction.opcode)) {
      if (instruction.a > code.size()) return RefuseAt(offset, "jump target outside the code");
      info.marks[instruction.a] |= kMarkJumpTarget;
    } else if (instruction.opcode == Opcode::kClosure) {
      if (absl::Status status = NoteClosure(offset, instruction); !status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

absl::Status Verification::NoteClosure(size_t offset, const Instruction& instruction) {
  if (instruction.a >= module_.constants.size() || KindOf(instruction.a) != ConstantKind::kFunction) {
    return RefuseAt(offset, absl::StrCat("constant ", instruction.a, " is no function"));
  }
  if (instruction.b > kMaxFrameSlots) return RefuseAt(offset, "too many captures");
  uint32_t& captures = captures_[module_.constants[instruction.a].index];
  if (captures == kCapturesUnknown) captures = instruction.b;
  if (captures != instruction.b) {
    return RefuseAt(offset, absl::StrCat("closure with ", instruction.b,
                                         " captures, elsewhere the same function has ", captures));
  }
  return absl::OkStatus();
}

// Everything that holds for an instruction whether or not control reaches it.
absl::Status Verification::CheckShapes() {
  const absl::Span<const uint8_t> code = unit().code;
  std::vector<uint32_t>& captured = info().captured_locals;
  string_run_ = capture_run_ = 0;
  import_pending_ = false;
  Instruction instruction;
  for (size_t offset = 0; offset < code.size(); offset += instruction.length) {
    Decode(code, offset, &instruction);
    if (absl::Status status = CheckSequence(offset, instruction); !status.ok()) return status;
    if (absl::Status status = CheckOperands(offset, instruction); !status.ok()) return status;
    const Opcode op = instruction.opcode;
    const bool loads_constant = op == Opcode::kLoadConst;
    string_run_ = loads_constant && KindOf(instruction.a) == ConstantKind::kString ? string_run_ + 1 : 0;
    import_pending_ = loads_constant && KindOf(instruction.a) == ConstantKind::kImport;
    const bool captures = op == Opcode::kCaptureLocal || op == Opcode::kLoadUpvalue;
    capture_run_ = captures ? capture_run_ + 1 : 0;
    if (op == Opcode::kCaptureLocal) captured.push_back(instruction.a);
  }
  if (import_pending_) return RefuseAt(code.size(), "an import must be called at once");
  if (capture_run_ != 0) return RefuseAt(code.size(), "captures without a Closure");
  std::sort(captured.begin(), captured.end());
  captured.erase(std::unique(captured.begin(), captured.end()), captured.end());
  captured.shrink_to_fit();
  return absl::OkStatus();
}

// What the instructions directly before this one demand of it.
absl::Status Verification::CheckSequence(size_t offset, const Instruction& instruction) {
  const bool target = info().IsJumpTarget(offset);
  const Opcode op = instruction.opcode;
  if (target) string_run_ = 0;
  if (import_pending_) {
    if (op != Opcode::kCall || instruction.a != 0)
      return RefuseAt(offset, "an import must be called at once");
    if (target) return RefuseAt(offset, "jump to the call of an import");
  }
  if (capture_run_ != 0) {
    if (target) return RefuseAt(offset, "jump between captures and their Closure");
    if (op != Opcode::kCaptureLocal && op != Opcode::kLoadUpvalue && op != Opcode::kClosure) {
      return RefuseAt(offset, "captures without a Closure");
    }
  }
  if (op == Opcode::kClosure && capture_run_ != instruction.b) {
    return RefuseAt(offset, absl::StrCat("closure wants ", instruction.b,
                                         " captures, directly before it are ", capture_run_));
  }
  return absl::OkStatus();
}

absl::Status Verification::CheckOperands(size_t offset, const Instruction& instruction) const {
  const uint32_t a = instruction.a;
  const auto below = [&](const char* what, uint64_t limit) {
    if (a < limit) return absl::OkStatus();
    return RefuseAt(offset, absl::StrCat(what, " ", a, " is not below ", limit));
  };
  switch (instruction.opcode) {
    case Opcode::kLoadConst:
      if (a < module_.constants.size() && KindOf(a) == ConstantKind::kFunction) {
        return RefuseAt(offset, "LoadConst of a function");
      }
      return below("constant", module_.constants.size());
    case Opcode::kLoadGlobal:
    case Opcode::kStoreGlobal:
      return below("global", module_.globals);
    case Opcode::kLoadLocal:
    case Opcode::kStoreLocal:
    case Opcode::kCaptureLocal:
      return below("local", unit().locals);
    case Opcode::kGetBuiltin:
      return below("built-in", kBuiltinCount);
    case Opcode::kGetFree:
    case Opcode::kSetFree:
    case Opcode::kLoadUpvalue:
      return below("capture", info().captures);
    case Opcode::kHash:
      return a % 2 == 0 ? absl::OkStatus() : RefuseAt(offset, "Hash of an odd number of values");
    case Opcode::kStruct:
      return CheckStruct(offset, instruction);
    case Opcode::kJump:
    case Opcode::kJumpNotTruthy:
      if (a == code_size()) {
        return unit_ == kMainUnit ? absl::OkStatus() : RefuseAt(offset, "jump to the end of a function");
      }
      if ((info().marks[a] & kMarkStart) == 0)
        return RefuseAt(offset, "jump into the middle of an instruction");
      return absl::OkStatus();
    case Opcode::kUpdateModule:
      return RefuseAt(offset, "UpdateModule is not allowed");
    default:
      return absl::OkStatus();
  }
}

absl::Status Verification::CheckStruct(size_t offset, const Instruction& instruction) const {
  if (instruction.a >= module_.constants.size() || KindOf(instruction.a) != ConstantKind::kString) {
    return RefuseAt(offset, absl::StrCat("struct name, constant ", instruction.a, ", is no string"));
  }
  if (string_run_ < instruction.b) {
    return RefuseAt(offset, absl::StrCat("struct wants ", instruction.b,
                                         " field names, directly before it are ", string_run_));
  }
  return absl::OkStatus();
}

// Each reachable instruction is put on the list once, when it gets its depth.
absl::Status Verification::ComputeDepths() {
  info().depth_at.assign(code_size(), kNoDepth);
  work_.clear();
  if (absl::Status status = Flow(0, 0, 0); !status.ok()) return status;
  while (!work_.empty()) {
    const size_t offset = work_.back();
    work_.pop_back();
    if (absl::Status status = Step(offset); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Verification::Step(size_t offset) {
  UnitInfo& info = this->info();
  Instruction instruction;
  Decode(unit().code, offset, &instruction);
  const uint32_t before = info.depth_at[offset];
  const uint32_t pops = PopCount(instruction);
  if (pops > before) {
    return RefuseAt(offset, absl::StrCat("takes ", pops, " operands where there are ", before));
  }
  const uint32_t after = before - pops + PushCount(instruction);
  info.max_depth = std::max(info.max_depth, after);
  if (uint64_t{unit().locals} + after > kMaxFrameSlots) {
    return absl::ResourceExhaustedError(absl::StrCat(UnitName(), ": offset ", offset, ": ", unit().locals,
                                                     " locals and ", after, " operands exceed the limit of ",
                                                     kMaxFrameSlots));
  }
  if (IsJump(instruction.opcode)) {
    if (instruction.a <= offset) info.marks[instruction.a] |= kMarkLoopHead;
    if (absl::Status status = Flow(offset, instruction.a, after); !status.ok()) return status;
  }
  if (EndsBlock(instruction.opcode)) return absl::OkStatus();
  return Flow(offset, offset + instruction.length, after);
}

absl::Status Verification::Flow(size_t from, size_t to, uint32_t depth) {
  if (to == code_size()) {
    return unit_ == kMainUnit ? absl::OkStatus() : RefuseAt(from, "control runs off the end of the function");
  }
  uint16_t& known = info().depth_at[to];
  if (known == kNoDepth) {
    known = static_cast<uint16_t>(depth);
    work_.push_back(static_cast<uint32_t>(to));
  } else if (known != depth) {
    return RefuseAt(
        from, absl::StrCat("reaches offset ", to, " with ", depth, " operands, elsewhere with ", known));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<VerifiedModule> Verify(Module module) {
  Verification verification(module);
  if (absl::Status status = verification.Run(); !status.ok()) return status;
  UnitInfo main_info = verification.TakeMainInfo();
  std::vector<UnitInfo> function_info = verification.TakeFunctionInfo();
  return VerifiedModule(std::move(module), std::move(main_info), std::move(function_info));
}

}  // namespace foxvm::bytecode
