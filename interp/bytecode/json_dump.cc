#include "interp/bytecode/json_dump.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace foxvm::bytecode {
namespace {

// Decimal exponents from which on, and below which, the exponent form is used.
constexpr int kFirstLargeExponent = 6;
constexpr int kLastSmallExponent = -5;

std::string Hex(const std::vector<uint8_t>& code) {
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(code.data()), code.size()));
}

// Bytes of the UTF-8 character at the start of `bytes` (not empty), or 0 when there is no valid one: overlong
// forms, surrogates and code points above U+10FFFF are not valid.
size_t Utf8Length(absl::string_view bytes) {
  const auto byte = [bytes](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || bytes.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xed && byte(1) >= 0xa0;
  const bool too_large = lead == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || too_large ? 0 : length;
}

void AppendEscape(uint32_t unit, std::string* out) {
  absl::StrAppend(out, "\\u", absl::Hex(unit, absl::kZeroPad4));
}

void AppendConstant(const Module& module, const Constant& constant, std::string* out) {
  switch (constant.kind) {
    case ConstantKind::kBool:
      absl::StrAppend(out, R"({"type":"bool","value":)", constant.boolean ? "true" : "false", "}");
      return;
    case ConstantKind::kInt:
      absl::StrAppend(out, R"({"type":"int","value":)", constant.integer, "}");
      return;
    case ConstantKind::kFloat:
      absl::StrAppend(out, R"({"type":"float","value":)", FormatFloat(constant.number), "}");
      return;
    case ConstantKind::kString:
      if (constant.index >= module.strings.size()) break;
      absl::StrAppend(out, R"({"type":"string","value":)", QuoteJson(module.strings[constant.index]), "}");
      return;
    case ConstantKind::kFunction: {
      if (constant.index >= module.functions.size()) break;
      const Function& function = module.functions[constant.index];
      absl::StrAppend(out, R"({"type":"function","code":")", Hex(function.code), R"(","locals":)",
                      function.locals, R"(,"params":)", function.params, "}");
      return;
    }
    case ConstantKind::kImport: {
      if (constant.index >= module.imports.size()) break;
      const Import& import = module.imports[constant.index];
      absl::StrAppend(out, R"({"type":"module","value":)", QuoteJson(import.path), R"(,"init":)", import.init,
                      "}");
      return;
    }
    case ConstantKind::kNull:
      break;
  }
  absl::StrAppend(out, R"({"type":"null","value":null})");
}

}  // namespace

std::string DumpJson(const Module& module) {
  std::string out = absl::StrCat(R"({"main":{"code":")", Hex(module.main.code), "\"},\n\"constants\":[\n");
  for (size_t i = 0; i < module.constants.size(); ++i) {
    AppendConstant(module, module.constants[i], &out);
    out += i + 1 < module.constants.size() ? ",\n" : "\n";
  }
  out += "]}\n";
  return out;
}

std::string FormatFloat(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  // "-d.ddde+XX", at most 17 digits and a three-digit exponent.
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific);
  const absl::string_view scientific(buffer, result.ptr - buffer);
  const size_t e = scientific.find('e');
  int exponent = 0;
  const char* exponent_begin = buffer + e + (scientific[e + 1] == '+' ? 2 : 1);
  std::from_chars(exponent_begin, result.ptr, exponent);
  if (exponent > kLastSmallExponent && exponent < kFirstLargeExponent) {
    const auto fixed = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::fixed);
    return std::string(buffer, fixed.ptr);
  }
  return std::string(scientific);
}

std::string QuoteJson(absl::string_view bytes) {
  std::string out = "\"";
  for (size_t i = 0; i < bytes.size();) {
    const uint8_t byte = static_cast<uint8_t>(bytes[i]);
    const size_t length = Utf8Length(bytes.substr(i));
    if (length == 0) {
      AppendEscape(0xdc00u + byte, &out);
      ++i;
      continue;
    }
    if (byte == '"' || byte == '\\') {
      out += {'\\', bytes[i]};
    } else if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\r') {
      out += "\\r";
    } else if (byte == '\t') {
      out += "\\t";
    } else if (byte < 0x20) {
      AppendEscape(byte, &out);
    } else {
      out.append(bytes.data() + i, length);
    }
    i += length;
  }
  out += '"';
  return out;
}

}  // namespace foxvm::bytecode
