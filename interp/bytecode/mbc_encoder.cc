#include "interp/bytecode/mbc_encoder.h"

#include <bit>

#include "interp/bytecode/mbc.h"

namespace foxvm::bytecode {

// Passes bytes on and adds them to the checksum.
class MbcEncoder::Writer {
 public:
  explicit Writer(Write write) : write_(write) {}

  void Put(const ByteList& bytes) {
    bytes.ForEachPiece([this](absl::string_view piece) {
      checksum_ = ExtendMbcChecksum(checksum_, piece);
      write_(piece);
    });
  }
  // A section: its tag, its length, its parts.
  void PutSection(MbcSection section, std::initializer_list<const ByteList*> parts) {
    size_t size = 0;
    for (const ByteList* part : parts) size += part->size();
    ByteList head;
    head.PutByte(static_cast<uint8_t>(section));
    head.PutVarint(size);
    Put(head);
    for (const ByteList* part : parts) Put(*part);
  }
  void PutTable(MbcSection section, const Table& table) {
    ByteList count;
    count.PutVarint(table.count);
    PutSection(section, {&count, &table.bytes});
  }
  uint32_t checksum() const { return checksum_; }

 private:
  Write write_;
  uint32_t checksum_ = 0;
};

void MbcEncoder::AddConstant(const Constant& constant) {
  ++constants_.count;
  ByteList& out = constants_.bytes;
  out.PutByte(static_cast<uint8_t>(constant.kind));
  switch (constant.kind) {
    case ConstantKind::kNull: break;
    case ConstantKind::kBool: out.PutByte(constant.boolean ? 1 : 0); break;
    case ConstantKind::kInt: out.PutVarint(ZigZag64(constant.integer)); break;
    case ConstantKind::kFloat: out.PutFixed(std::bit_cast<uint64_t>(constant.number), 8); break;
    case ConstantKind::kString:
    case ConstantKind::kFunction:
    case ConstantKind::kImport: out.PutVarint(constant.index); break;
  }
}

void MbcEncoder::AddFunction(const UnitView& function) {
  ++functions_.count;
  PutUnit(function, &functions_.bytes);
}

void MbcEncoder::SetMain(const UnitView& main) { PutUnit(main, &main_); }

void MbcEncoder::PutUnit(const UnitView& unit, ByteList* out) {
  out->PutBytes(unit.name);
  out->PutVarint(unit.params);
  out->PutVarint(unit.locals);
  out->PutVarint(unit.file);
  out->PutBytes(absl::string_view(reinterpret_cast<const char*>(unit.code.data()), unit.code.size()));
  out->PutVarint(unit.lines.size());
  // Differences wrap modulo 2^32: any table survives, and a sensible one has one byte per field.
  LineEntry last = {0, 0, 0};
  for (const LineEntry& entry : unit.lines) {
    out->PutVarint(entry.offset - last.offset);
    out->PutVarint(ZigZag32(entry.line - last.line));
    out->PutVarint(entry.column);
    last = entry;
  }
}

void MbcEncoder::Finish(uint32_t features, uint32_t globals, Write write) const {
  Writer writer(write);
  ByteList head;
  head.Append(kMbcMagic);
  head.PutFixed(kMbcVersion, 2);
  head.PutFixed(0, 2);
  head.PutFixed(features, 4);
  writer.Put(head);

  writer.PutTable(MbcSection::kStrings, strings_);
  writer.PutTable(MbcSection::kFiles, files_);
  writer.PutTable(MbcSection::kConstants, constants_);

  ByteList imports;
  imports.PutVarint(imports_.size());
  for (const Import& import : imports_) {
    imports.PutBytes(import.path);
    imports.PutVarint(import.init);
  }
  writer.PutSection(MbcSection::kImports, {&imports});

  ByteList function_count;
  function_count.PutVarint(functions_.count);
  writer.PutSection(MbcSection::kFunctions, {&main_, &function_count, &functions_.bytes});

  ByteList global_counts, host;
  global_counts.PutVarint(globals);
  global_counts.PutVarint(global_names_.count);
  if ((features & kFeatureHostGlobals) != 0) {
    host.PutVarint(host_globals_.size());
    for (uint32_t global : host_globals_) host.PutVarint(global);
  }
  writer.PutSection(MbcSection::kGlobals, {&global_counts, &global_names_.bytes, &host});

  ByteList checksum;
  checksum.PutFixed(writer.checksum(), kMbcChecksumBytes);
  checksum.ForEachPiece(write);
}

std::string WriteMbc(const Module& module) {
  MbcEncoder encoder;
  for (const std::string& string : module.strings) encoder.AddString(string);
  for (const std::string& file : module.files) encoder.AddFile(file);
  for (const Constant& constant : module.constants) encoder.AddConstant(constant);
  for (size_t i = 0; i < module.imports.size(); ++i) {
    encoder.AddImport(module.imports[i].path);
    encoder.SetImportBody(static_cast<uint32_t>(i), module.imports[i].init);
  }
  for (const Function& function : module.functions) encoder.AddFunction(function);
  encoder.SetMain(module.main);
  for (const std::string& name : module.global_names) encoder.AddGlobalName(name);
  for (uint32_t global : module.host_globals) encoder.AddHostGlobal(global);
  std::string bytes;
  encoder.Finish(module.features, module.globals,
                 [&bytes](absl::string_view piece) { bytes.append(piece.data(), piece.size()); });
  return bytes;
}

}  // namespace foxvm::bytecode
