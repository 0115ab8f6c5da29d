#include <bit>
#include <string>

#include "absl/strings/string_view.h"
#include "interp/bytecode/mbc.h"
#include "interp/bytecode/mbc_layout.h"

namespace foxvm::bytecode {
namespace {

void PutByte(uint64_t value, std::string* out) { out->push_back(static_cast<char>(value & 0xff)); }

void PutFixed(uint64_t value, int bytes, std::string* out) {
  for (int i = 0; i < bytes; ++i) PutByte(value >> (8 * i), out);
}

void PutVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    PutByte((value & 0x7f) | 0x80, out);
    value >>= 7;
  }
  PutByte(value, out);
}

void PutBytes(absl::string_view bytes, std::string* out) {
  PutVarint(bytes.size(), out);
  out->append(bytes.data(), bytes.size());
}

void PutStrings(const std::vector<std::string>& strings, std::string* out) {
  PutVarint(strings.size(), out);
  for (const std::string& string : strings) PutBytes(string, out);
}

void PutConstant(const Constant& constant, std::string* out) {
  PutByte(static_cast<uint8_t>(constant.kind), out);
  switch (constant.kind) {
    case ConstantKind::kNull:
      break;
    case ConstantKind::kBool:
      PutByte(constant.boolean ? 1 : 0, out);
      break;
    case ConstantKind::kInt:
      PutVarint(ZigZag64(constant.integer), out);
      break;
    case ConstantKind::kFloat:
      PutFixed(std::bit_cast<uint64_t>(constant.number), 8, out);
      break;
    case ConstantKind::kString:
    case ConstantKind::kFunction:
    case ConstantKind::kImport:
      PutVarint(constant.index, out);
      break;
  }
}

void PutFunction(const Function& function, std::string* out) {
  PutBytes(function.name, out);
  PutVarint(function.params, out);
  PutVarint(function.locals, out);
  PutVarint(function.file, out);
  PutBytes(absl::string_view(reinterpret_cast<const char*>(function.code.data()), function.code.size()), out);
  PutVarint(function.lines.size(), out);
  // Differences wrap modulo 2^32: any table survives, and a sensible one has one byte per field.
  LineEntry last = {0, 0, 0};
  for (const LineEntry& entry : function.lines) {
    PutVarint(entry.offset - last.offset, out);
    PutVarint(ZigZag32(entry.line - last.line), out);
    PutVarint(entry.column, out);
    last = entry;
  }
}

void PutSection(MbcSection section, absl::string_view content, std::string* out) {
  PutByte(static_cast<uint8_t>(section), out);
  PutBytes(content, out);
}

}  // namespace

std::string WriteMbc(const Module& module) {
  std::string out(kMbcMagic);
  PutFixed(kMbcVersion, 2, &out);
  PutFixed(0, 2, &out);
  PutFixed(module.features, 4, &out);

  std::string content;
  PutStrings(module.strings, &content);
  PutSection(MbcSection::kStrings, content, &out);

  content.clear();
  PutStrings(module.files, &content);
  PutSection(MbcSection::kFiles, content, &out);

  content.clear();
  PutVarint(module.constants.size(), &content);
  for (const Constant& constant : module.constants) PutConstant(constant, &content);
  PutSection(MbcSection::kConstants, content, &out);

  content.clear();
  PutVarint(module.imports.size(), &content);
  for (const Import& import : module.imports) {
    PutBytes(import.path, &content);
    PutVarint(import.init, &content);
  }
  PutSection(MbcSection::kImports, content, &out);

  content.clear();
  PutFunction(module.main, &content);
  PutVarint(module.functions.size(), &content);
  for (const Function& function : module.functions) PutFunction(function, &content);
  PutSection(MbcSection::kFunctions, content, &out);

  content.clear();
  PutVarint(module.globals, &content);
  PutStrings(module.global_names, &content);
  if ((module.features & kFeatureHostGlobals) != 0) {
    PutVarint(module.host_globals.size(), &content);
    for (uint32_t global : module.host_globals) PutVarint(global, &content);
  }
  PutSection(MbcSection::kGlobals, content, &out);

  PutFixed(MbcChecksum(out), 4, &out);
  return out;
}

}  // namespace foxvm::bytecode
