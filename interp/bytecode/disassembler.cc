#include "interp/bytecode/disassembler.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "interp/bytecode/builtin_names.h"
#include "interp/bytecode/instruction.h"
#include "interp/bytecode/json_dump.h"

namespace foxvm::bytecode {
namespace {

constexpr size_t kMaxTextInComment = 48;

std::string Quoted(absl::string_view text) {
  std::string escaped = absl::CEscape(text.substr(0, kMaxTextInComment));
  return absl::StrCat("\"", escaped, text.size() > kMaxTextInComment ? "\"..." : "\"");
}

std::string UnitTitle(const Module& module, uint32_t function) {
  if (function >= module.functions.size()) return absl::StrCat("function ", function, " (missing)");
  const std::string& name = module.functions[function].name;
  return name.empty() ? absl::StrCat("function ", function)
                      : absl::StrCat("function ", function, " ", Quoted(name));
}

std::string ConstantText(const Module& module, uint32_t index) {
  if (index >= module.constants.size()) return "missing constant";
  const Constant& constant = module.constants[index];
  switch (constant.kind) {
    case ConstantKind::kNull:
      return "kosong";
    case ConstantKind::kBool:
      return constant.boolean ? "benar" : "salah";
    case ConstantKind::kInt:
      return absl::StrCat(constant.integer);
    case ConstantKind::kFloat:
      return absl::StrCat(FormatFloat(constant.number), " (float)");
    case ConstantKind::kString:
      return constant.index < module.strings.size() ? Quoted(module.strings[constant.index])
                                                    : "missing string";
    case ConstantKind::kFunction:
      return UnitTitle(module, constant.index);
    case ConstantKind::kImport:
      return constant.index < module.imports.size()
                 ? absl::StrCat("import ", Quoted(module.imports[constant.index].path))
                 : "missing import";
  }
  return "unknown constant";
}

std::string GlobalText(const Module& module, uint32_t index) {
  return index < module.global_names.size() ? Quoted(module.global_names[index]) : std::string();
}

// What the operands mean, "" when the instruction says it all.
std::string Comment(const Module& module, const Function& unit, const Instruction& instruction) {
  switch (instruction.opcode) {
    case Opcode::kLoadConst:
    case Opcode::kClosure:
      return ConstantText(module, instruction.a);
    case Opcode::kStruct:
    case Opcode::kDefault:
    case Opcode::kMethod:
    case Opcode::kInvoke: return ConstantText(module, instruction.a);
    case Opcode::kLoadGlobal:
    case Opcode::kStoreGlobal:
      return GlobalText(module, instruction.a);
    case Opcode::kGetBuiltin:
      return std::string(instruction.a < kAllBuiltinCount ? BuiltinName(instruction.a) : "missing built-in");
    case Opcode::kLoadLocal:
    case Opcode::kStoreLocal:
    case Opcode::kCaptureLocal:
    case Opcode::kFresh: return instruction.a < unit.params ? "parameter" : "";
    case Opcode::kJump:
    case Opcode::kJumpNotTruthy:
      return absl::StrFormat("-> %06u", instruction.a);
    default:
      return "";
  }
}

std::string OperandText(const Instruction& instruction) {
  switch (GetOpcodeInfo(static_cast<uint8_t>(instruction.opcode)).operands) {
    case OperandLayout::kU8:
    case OperandLayout::kU16:
      return absl::StrCat(instruction.a);
    case OperandLayout::kU16U8:
    case OperandLayout::kU16U16:
      return absl::StrCat(instruction.a, " ", instruction.b);
    case OperandLayout::kNone:
    case OperandLayout::kWide:
      break;
  }
  return "";
}

// Line table entries up to `offset` are consumed from `next` on; the last one decides the position.
void AppendPosition(const Function& unit, size_t offset, size_t* next, std::string* out) {
  const size_t first = *next;
  while (*next < unit.lines.size() && unit.lines[*next].offset <= offset) ++*next;
  if (*next == first) return;
  const LineEntry& entry = unit.lines[*next - 1];
  if (first > 0 && unit.lines[first - 1].line == entry.line) return;
  absl::StrAppendFormat(out, "  line %u\n", entry.line);
}

void AppendUnit(const Module& module, const Function& unit, absl::string_view title, std::string* out) {
  absl::StrAppend(out, title, ": ", unit.params, " params, ", unit.locals, " locals, ", unit.code.size(),
                  " bytes");
  if (unit.file < module.files.size()) absl::StrAppend(out, ", file ", Quoted(module.files[unit.file]));
  *out += '\n';
  size_t next_line = 0;
  Instruction instruction;
  for (size_t offset = 0; offset < unit.code.size(); offset += instruction.length) {
    AppendPosition(unit, offset, &next_line, out);
    if (!Decode(unit.code, offset, &instruction)) {
      instruction.length = 1;
      absl::StrAppendFormat(out, "%06u  .byte 0x%02x\n", offset, unit.code[offset]);
      continue;
    }
    const char* name = GetOpcodeInfo(static_cast<uint8_t>(instruction.opcode)).name;
    std::string line =
        absl::StrFormat("%06u  %-13s %s", offset, absl::StrCat(name, instruction.wide ? ".wide" : ""),
                        OperandText(instruction));
    const std::string comment = Comment(module, unit, instruction);
    if (!comment.empty()) line = absl::StrFormat("%-36s; %s", line, comment);
    while (line.back() == ' ') line.pop_back();
    absl::StrAppend(out, line, "\n");
  }
}

}  // namespace

std::string Disassemble(const Module& module) {
  std::string out;
  AppendUnit(module, module.main, "main", &out);
  for (uint32_t i = 0; i < module.functions.size(); ++i) {
    out += '\n';
    AppendUnit(module, module.functions[i], UnitTitle(module, i), &out);
  }
  return out;
}

}  // namespace foxvm::bytecode
