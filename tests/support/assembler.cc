#include "tests/support/assembler.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "gc/check.h"
#include "interp/bytecode/builtin_names.h"
#include "interp/bytecode/instruction.h"

namespace foxvm::support {
namespace {

using bytecode::Constant;
using bytecode::ConstantKind;
using bytecode::Opcode;
using bytecode::OperandLayout;

constexpr uint32_t kGlobals = 16;

// Takes the first word of *line, a quoted one whole.
std::string TakeWord(absl::string_view* line) {
  *line = absl::StripLeadingAsciiWhitespace(*line);
  size_t end = line->find(' ');
  if (!line->empty() && line->front() == '"') end = line->find('"', 1) + 1;
  std::string word(line->substr(0, end));
  line->remove_prefix(word.size());
  return word;
}

class Assembler {
 public:
  bytecode::Module Run(absl::string_view text) {
    module_.features = bytecode::kFeatureWideOperands | bytecode::kFeatureTyped;
    module_.files = {"rakitan.fox"};
    module_.globals = kGlobals;
    const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
    for (absl::string_view line : lines) {
      if (TakeWord(&line) != "fungsi") continue;
      const uint32_t number = static_cast<uint32_t>(function_numbers_.size());
      function_numbers_.emplace(TakeWord(&line), number);
    }
    module_.functions.resize(function_numbers_.size());
    for (uint32_t i = 0; i < lines.size(); ++i) {
      for (absl::string_view part : absl::StrSplit(lines[i], ';')) Line(part, i + 1);
    }
    EndUnit();
    return std::move(module_);
  }

 private:
  struct Fixup {
    size_t at;  // of the four bytes
    std::string label;
  };

  void Line(absl::string_view line, uint32_t number) {
    const std::string word = TakeWord(&line);
    if (word.empty()) return;
    if (word == "fungsi") {
      EndUnit();
      const std::string name = TakeWord(&line);
      unit_ = &module_.functions[function_numbers_.at(name)];
      unit_->name = name;
      unit_->params = Number(TakeWord(&line));
      unit_->locals = Number(TakeWord(&line));
    } else if (word[0] == ':') {
      labels_[word] = static_cast<uint32_t>(unit_->code.size());
    } else {
      unit_->lines.push_back({static_cast<uint32_t>(unit_->code.size()), number, 1});
      Instruction(OpcodeOf(word), line);
    }
  }

  void EndUnit() {
    for (const Fixup& fixup : fixups_) {
      const uint32_t target = labels_.at(fixup.label);
      for (size_t i = 0; i < 4; ++i) unit_->code[fixup.at + i] = static_cast<uint8_t>(target >> (24 - 8 * i));
    }
    fixups_.clear();
    labels_.clear();
  }

  static Opcode OpcodeOf(absl::string_view name) {
    for (int byte = 0; byte < 256; ++byte) {
      const char* known = bytecode::GetOpcodeInfo(static_cast<uint8_t>(byte)).name;
      if (known != nullptr && name == known) return static_cast<Opcode>(byte);
    }
    FOXVM_CHECK(false);  // no such opcode
  }

  static uint32_t Number(const std::string& word) {
    uint32_t number;
    FOXVM_CHECK(absl::SimpleAtoi(word, &number));
    return number;
  }

  void Instruction(Opcode op, absl::string_view line) {
    const OperandLayout layout = bytecode::GetOpcodeInfo(static_cast<uint8_t>(op)).operands;
    std::vector<int> widths;
    if (layout == OperandLayout::kU8 || layout == OperandLayout::kU16)
      widths = {layout == OperandLayout::kU8 ? 1 : 2};
    if (layout == OperandLayout::kU16U8) widths = {2, 1};
    if (layout == OperandLayout::kU16U16) widths = {2, 2};
    std::vector<uint32_t> operands;
    bool wide = bytecode::IsJump(op);
    for (size_t i = 0; i < widths.size(); ++i) {
      const std::string word = TakeWord(&line);
      operands.push_back(Operand(op, i, word));
      wide |= uint64_t{operands.back()} >> (8 * widths[i]) != 0;
      if (bytecode::IsJump(op)) fixups_.push_back({unit_->code.size() + 2, word});
    }
    if (wide) Byte(static_cast<uint8_t>(Opcode::kWide));
    Byte(static_cast<uint8_t>(op));
    for (size_t i = 0; i < operands.size(); ++i) {
      for (int byte = wide ? 4 : widths[i]; byte-- > 0;)
        Byte(static_cast<uint8_t>(operands[i] >> (8 * byte)));
    }
  }
  void Byte(uint8_t byte) { unit_->code.push_back(byte); }

  uint32_t Operand(Opcode op, size_t index, const std::string& word) {
    if (bytecode::IsJump(op)) return 0;
    if (op == Opcode::kGetBuiltin) {
      for (uint32_t b = 0; b < bytecode::kAllBuiltinCount; ++b) {
        if (bytecode::BuiltinName(b) == word) return b;
      }
    }
    const bool names_constant = op == Opcode::kLoadConst || op == Opcode::kStruct || op == Opcode::kClosure ||
                                op == Opcode::kDefault || op == Opcode::kMethod || op == Opcode::kInvoke;
    return names_constant && index == 0 ? ConstantOf(word) : Number(word);
  }

  uint32_t ConstantOf(const std::string& word) {
    auto known = constants_.find(word);
    if (known != constants_.end()) return known->second;
    Constant constant;
    auto function = function_numbers_.find(word);
    if (word[0] == '"') {
      constant.kind = ConstantKind::kString;
      constant.index = static_cast<uint32_t>(module_.strings.size());
      module_.strings.push_back(word.substr(1, word.size() - 2));
    } else if (word == "benar" || word == "salah") {
      constant.kind = ConstantKind::kBool;
      constant.boolean = word == "benar";
    } else if (function != function_numbers_.end()) {
      constant.kind = ConstantKind::kFunction;
      constant.index = function->second;
    } else if (word != "kosong") {
      constant.kind = ConstantKind::kInt;
      if (!absl::SimpleAtoi(word, &constant.integer)) {
        constant.kind = ConstantKind::kFloat;
        FOXVM_CHECK(absl::SimpleAtod(word, &constant.number));
      }
    }
    module_.constants.push_back(constant);
    const uint32_t number = static_cast<uint32_t>(module_.constants.size()) - 1;
    constants_[word] = number;
    return number;
  }

  bytecode::Module module_;
  bytecode::Function* unit_ = &module_.main;
  std::map<std::string, uint32_t> function_numbers_;
  std::map<std::string, uint32_t> constants_;  // by their text
  std::map<std::string, uint32_t> labels_;     // of the unit at hand
  std::vector<Fixup> fixups_;
};

}  // namespace

bytecode::Module Assemble(absl::string_view text) { return Assembler().Run(text); }

}  // namespace foxvm::support
