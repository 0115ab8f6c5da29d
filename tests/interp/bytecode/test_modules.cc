#include "tests/interp/bytecode/test_modules.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <charconv>
#include <fstream>
#include <iterator>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "interp/bytecode/instruction.h"

namespace foxvm::bytecode {
namespace {

bool SameConstant(const Constant& a, const Constant& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case ConstantKind::kNull:
      return true;
    case ConstantKind::kBool:
      return a.boolean == b.boolean;
    case ConstantKind::kInt:
      return a.integer == b.integer;
    case ConstantKind::kFloat:
      return std::bit_cast<uint64_t>(a.number) == std::bit_cast<uint64_t>(b.number);
    default:
      return a.index == b.index;
  }
}

bool SameFunction(const Function& a, const Function& b) {
  const auto same_line = [](const LineEntry& x, const LineEntry& y) {
    return x.offset == y.offset && x.line == y.line && x.column == y.column;
  };
  return a.name == b.name && a.code == b.code && a.locals == b.locals && a.params == b.params &&
         a.file == b.file &&
         std::equal(a.lines.begin(), a.lines.end(), b.lines.begin(), b.lines.end(), same_line);
}

// Reads the exchange form with any white space between tokens. After a failure every read fails.
class JsonScanner {
 public:
  explicit JsonScanner(absl::string_view text) : rest_(text) {}

  bool ok() const { return ok_; }
  bool at_end() {
    SkipBlanks();
    return rest_.empty();
  }

  // Takes `token` if it is next.
  bool Take(absl::string_view token) {
    SkipBlanks();
    if (!ok_ || rest_.substr(0, token.size()) != token) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  void Expect(absl::string_view token) { ok_ = Take(token) && ok_; }

  // Everything up to the next comma, bracket or brace.
  absl::string_view Word() {
    SkipBlanks();
    const size_t size = std::min(rest_.find_first_of(",]}"), rest_.size());
    const absl::string_view word = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return word;
  }
  int64_t Int() {
    int64_t value = 0;
    ok_ = absl::SimpleAtoi(Word(), &value) && ok_;
    return value;
  }
  double Float() {
    const absl::string_view word = Word();
    double value = 0;
    ok_ = std::from_chars(word.data(), word.data() + word.size(), value).ec == std::errc() && ok_;
    return value;
  }

  std::string String() {
    std::string out;
    Expect("\"");
    while (ok_ && !rest_.empty() && rest_[0] != '"') {
      if (rest_[0] == '\\') {
        Escape(&out);
      } else {
        out += rest_[0];
        rest_.remove_prefix(1);
      }
    }
    Expect("\"");
    return out;
  }

 private:
  void SkipBlanks() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n')) rest_.remove_prefix(1);
  }

  void Escape(std::string* out) {
    const char kind = rest_.size() < 2 ? '?' : rest_[1];
    rest_.remove_prefix(std::min<size_t>(2, rest_.size()));
    switch (kind) {
      case 'n':
        *out += '\n';
        return;
      case 'r':
        *out += '\r';
        return;
      case 't':
        *out += '\t';
        return;
      case '"':
      case '\\':
        *out += kind;
        return;
      case 'u': {  // Only what QuoteJson writes: control bytes, and \udcXX for byte XX.
        const absl::string_view digits = rest_.substr(0, 4);
        uint32_t unit = 0;
        const auto end = digits.data() + digits.size();
        ok_ = std::from_chars(digits.data(), end, unit, 16).ptr == end && digits.size() == 4 &&
              (unit < 0x20 || (unit >= 0xdc80 && unit <= 0xdcff)) && ok_;
        *out += static_cast<char>(unit & 0xff);
        rest_.remove_prefix(digits.size());
        return;
      }
      default:
        ok_ = false;
    }
  }

  absl::string_view rest_;
  bool ok_ = true;
};

void ParseConstant(JsonScanner* json, Module* module) {
  Constant constant;
  json->Expect("{\"type\":");
  const std::string type = json->String();
  json->Expect(type == "function" ? ",\"code\":" : ",\"value\":");
  if (type == "int") {
    constant = IntConstant(json->Int());
  } else if (type == "float") {
    constant = FloatConstant(json->Float());
  } else if (type == "bool") {
    constant = BoolConstant(json->Word() == "true");
  } else if (type == "null") {
    json->Expect("null");
  } else if (type == "string") {
    constant = StringConstant(module->strings.size());
    module->strings.push_back(json->String());
  } else if (type == "function") {
    constant = FunctionConstant(module->functions.size());
    Function& function = module->functions.emplace_back();
    function.code = Hex(json->String());
    json->Expect(",\"locals\":");
    function.locals = static_cast<uint32_t>(json->Int());
    json->Expect(",\"params\":");
    function.params = static_cast<uint32_t>(json->Int());
  } else {
    constant = ImportConstant(module->imports.size());
    Import& import = module->imports.emplace_back();
    import.path = json->String();
    json->Expect(",\"init\":");
    import.init = static_cast<uint32_t>(json->Int());
  }
  json->Expect("}");
  module->constants.push_back(constant);
}

uint32_t CountGlobals(const Function& function, uint32_t known) {
  Instruction instruction;
  for (size_t at = 0; Decode(function.code, at, &instruction); at += instruction.length) {
    if (instruction.opcode == Opcode::kLoadGlobal || instruction.opcode == Opcode::kStoreGlobal) {
      known = std::max(known, instruction.a + 1);
    }
  }
  return known;
}

}  // namespace

std::vector<uint8_t> Hex(absl::string_view text) {
  std::string digits;
  for (char c : text) {
    if (std::isxdigit(static_cast<unsigned char>(c))) digits += c;
  }
  const std::string bytes = absl::HexStringToBytes(digits);
  return std::vector<uint8_t>(bytes.begin(), bytes.end());
}

Constant NullConstant() { return Constant(); }
Constant BoolConstant(bool value) {
  Constant constant;
  constant.kind = ConstantKind::kBool;
  constant.boolean = value;
  return constant;
}
Constant IntConstant(int64_t value) {
  Constant constant;
  constant.kind = ConstantKind::kInt;
  constant.integer = value;
  return constant;
}
Constant FloatConstant(double value) {
  Constant constant;
  constant.kind = ConstantKind::kFloat;
  constant.number = value;
  return constant;
}
static Constant Indexed(ConstantKind kind, uint32_t index) {
  Constant constant;
  constant.kind = kind;
  constant.index = index;
  return constant;
}
Constant StringConstant(uint32_t index) { return Indexed(ConstantKind::kString, index); }
Constant FunctionConstant(uint32_t index) { return Indexed(ConstantKind::kFunction, index); }
Constant ImportConstant(uint32_t index) { return Indexed(ConstantKind::kImport, index); }

Module MainOnly(absl::string_view code) {
  Module module;
  module.main.code = Hex(code);
  module.files = {"main.fox"};
  return module;
}

Module Sample() {
  Module module = MainOnly(
      "10 0000 | 40 00 | 12 0000 | 10 0002 | 10 0004 | 1E 0002 0002 | 01 | 43 0009 00 | 12 0001 |"
      "11 0001 | 10 0005 | 40 01 | 01");
  module.main.lines = {{0, 1, 1}, {8, 2, 1}, {20, 5, 3}, {27, 4, 1}};
  module.files = {"main.fox", "modul/x.fox"};
  module.strings = {"S", "nama", std::string("biner\0\xff", 7)};
  module.imports = {{"modul/x.fox", 1}};
  module.constants = {ImportConstant(0),   FunctionConstant(0),    StringConstant(0),   BoolConstant(true),
                      StringConstant(1),   IntConstant(INT64_MIN), FloatConstant(-2.5), NullConstant(),
                      FunctionConstant(2), FunctionConstant(1)};
  Function body;  // of the import
  body.name = "modul/x.fox";
  body.file = 1;
  body.code = Hex("10 0006 42 41");
  Function outer;  // captures its parameter in a closure of inner
  outer.name = "luar";
  outer.params = 1;
  outer.locals = 2;
  outer.code = Hex("46 00 | 43 0008 01 | 14 01 | 13 01 | 42 | 41");
  outer.lines = {{0, 10, 1}, {6, 11, 200}, {8, 9, 0}};
  Function inner;
  inner.code = Hex("44 00 | 10 0003 | 20 | 45 00 | 41");
  module.functions = {body, outer, inner};
  module.globals = 2;
  module.global_names = {"x", "luar"};
  return module;
}

bool Same(const Module& a, const Module& b) {
  return a.features == b.features && SameFunction(a.main, b.main) &&
         std::equal(a.constants.begin(), a.constants.end(), b.constants.begin(), b.constants.end(),
                    SameConstant) &&
         a.strings == b.strings &&
         std::equal(a.functions.begin(), a.functions.end(), b.functions.begin(), b.functions.end(),
                    SameFunction) &&
         std::equal(a.imports.begin(), a.imports.end(), b.imports.begin(), b.imports.end(),
                    [](const Import& x, const Import& y) { return x.path == y.path && x.init == y.init; }) &&
         a.files == b.files && a.globals == b.globals && a.global_names == b.global_names &&
         a.host_globals == b.host_globals;
}

absl::StatusOr<Module> ParseBcJson(absl::string_view json, absl::string_view name) {
  JsonScanner scanner(json);
  Module module;
  module.files = {std::string(name)};
  scanner.Expect("{\"main\":{\"code\":");
  module.main.code = Hex(scanner.String());
  scanner.Expect("},");
  scanner.Expect("\"constants\":[");
  while (scanner.ok() && !scanner.Take("]}")) {
    if (!module.constants.empty()) scanner.Expect(",");
    ParseConstant(&scanner, &module);
  }
  if (!scanner.ok() || !scanner.at_end()) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": not in the exchange form, constant ", module.constants.size()));
  }
  module.globals = CountGlobals(module.main, 0);
  for (const Function& function : module.functions) module.globals = CountGlobals(function, module.globals);
  return module;
}

std::string ReadFileOrDie(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

}  // namespace foxvm::bytecode
