#include <array>
#include <bit>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "interp/bytecode/mbc.h"
#include "interp/bytecode/mbc_layout.h"

namespace foxvm::bytecode {
namespace {

// Smallest encodings: an announced count is refused when that many cannot follow.
constexpr size_t kMinStringBytes = 1;
constexpr size_t kMinConstantBytes = 1;
constexpr size_t kMinImportBytes = 2;
constexpr size_t kMinFunctionBytes = 6;
constexpr size_t kMinLineBytes = 3;

// A cursor over the file. The first failure is kept; after it every read gives zero or nothing and every
// count is zero, so callers check `ok()` once per section.
class Reader {
 public:
  explicit Reader(absl::string_view bytes) : bytes_(bytes), end_(bytes.size()) {}

  bool ok() const { return status_.ok(); }
  const absl::Status& status() const { return status_; }
  size_t at() const { return at_; }
  size_t end() const { return end_; }
  size_t remaining() const { return end_ - at_; }
  void set_end(size_t end) { end_ = end; }

  void Fail(size_t offset, absl::string_view reason) {
    if (!status_.ok()) return;
    status_ = absl::InvalidArgumentError(absl::StrCat("mbc: offset ", offset, ": ", reason));
    at_ = end_;
  }

  uint8_t Byte() {
    if (remaining() == 0) {
      Fail(at_, "unexpected end");
      return 0;
    }
    return static_cast<uint8_t>(bytes_[at_++]);
  }

  uint64_t Fixed(int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) value |= uint64_t{Byte()} << (8 * i);
    return ok() ? value : 0;
  }

  // LEB128 of at most `bits` bits, in its shortest form.
  uint64_t Varint(int bits) {
    const size_t start = at_;
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const uint8_t byte = Byte();
      if (!ok()) return 0;
      const uint64_t payload = byte & 0x7f;
      const bool overflow = shift >= bits || (bits - shift < 7 && payload >> (bits - shift) != 0);
      if (overflow || (shift > 0 && byte == 0)) {
        Fail(start, overflow ? "integer too large" : "integer not in its shortest form");
        return 0;
      }
      value |= payload << shift;
      if ((byte & 0x80) == 0) return value;
    }
  }
  uint32_t U32() { return static_cast<uint32_t>(Varint(32)); }

  // A number of items of at least `min_bytes` each that can still follow.
  size_t Count(size_t min_bytes) {
    const size_t start = at_;
    const uint64_t count = Varint(64);
    if (count > kMaxTableEntries || count > remaining() / min_bytes) {
      Fail(start, absl::StrCat("count ", count, " exceeds what the ", remaining(), " bytes left can hold"));
      return 0;
    }
    return static_cast<size_t>(count);
  }

  // A counted run of bytes, inside the file.
  absl::string_view Bytes() {
    const size_t size = Count(1);
    const absl::string_view result = bytes_.substr(at_, size);
    at_ += size;
    return result;
  }

 private:
  absl::string_view bytes_;
  size_t at_ = 0;
  size_t end_;
  absl::Status status_;
};

void ReadStrings(Reader* reader, std::vector<std::string>* strings) {
  const size_t count = reader->Count(kMinStringBytes);
  strings->reserve(count);
  for (size_t i = 0; i < count && reader->ok(); ++i) strings->emplace_back(reader->Bytes());
}

Constant ReadConstant(Reader* reader) {
  Constant constant;
  const size_t start = reader->at();
  const uint8_t kind = reader->Byte();
  if (kind > static_cast<uint8_t>(ConstantKind::kImport)) {
    reader->Fail(start, absl::StrCat("unknown kind of constant ", kind));
    return constant;
  }
  constant.kind = static_cast<ConstantKind>(kind);
  switch (constant.kind) {
    case ConstantKind::kNull:
      break;
    case ConstantKind::kBool: {
      const uint8_t byte = reader->Byte();
      if (byte > 1) reader->Fail(start + 1, "a boolean is 0 or 1");
      constant.boolean = byte == 1;
      break;
    }
    case ConstantKind::kInt:
      constant.integer = UnZigZag64(reader->Varint(64));
      break;
    case ConstantKind::kFloat:
      constant.number = std::bit_cast<double>(reader->Fixed(8));
      break;
    case ConstantKind::kString:
    case ConstantKind::kFunction:
    case ConstantKind::kImport:
      constant.index = reader->U32();
      break;
  }
  return constant;
}

void ReadConstants(Reader* reader, std::vector<Constant>* constants) {
  const size_t count = reader->Count(kMinConstantBytes);
  constants->reserve(count);
  for (size_t i = 0; i < count && reader->ok(); ++i) constants->push_back(ReadConstant(reader));
}

void ReadImports(Reader* reader, std::vector<Import>* imports) {
  const size_t count = reader->Count(kMinImportBytes);
  imports->reserve(count);
  for (size_t i = 0; i < count && reader->ok(); ++i) {
    Import& import = imports->emplace_back();
    import.path = std::string(reader->Bytes());
    import.init = reader->U32();
  }
}

void ReadFunction(Reader* reader, Function* function) {
  function->name = std::string(reader->Bytes());
  function->params = reader->U32();
  function->locals = reader->U32();
  function->file = reader->U32();
  const absl::string_view code = reader->Bytes();
  function->code.assign(code.begin(), code.end());
  const size_t count = reader->Count(kMinLineBytes);
  function->lines.reserve(count);
  LineEntry last = {0, 0, 0};
  for (size_t i = 0; i < count && reader->ok(); ++i) {
    last.offset += reader->U32();
    last.line += UnZigZag32(reader->U32());
    last.column = reader->U32();
    function->lines.push_back(last);
  }
}

void ReadFunctions(Reader* reader, Module* module) {
  ReadFunction(reader, &module->main);
  const size_t count = reader->Count(kMinFunctionBytes);
  module->functions.reserve(count);
  for (size_t i = 0; i < count && reader->ok(); ++i) ReadFunction(reader, &module->functions.emplace_back());
}

void ReadSectionContent(MbcSection section, Reader* reader, Module* module) {
  switch (section) {
    case MbcSection::kStrings:
      ReadStrings(reader, &module->strings);
      break;
    case MbcSection::kFiles:
      ReadStrings(reader, &module->files);
      break;
    case MbcSection::kConstants:
      ReadConstants(reader, &module->constants);
      break;
    case MbcSection::kImports:
      ReadImports(reader, &module->imports);
      break;
    case MbcSection::kFunctions:
      ReadFunctions(reader, module);
      break;
    case MbcSection::kGlobals:
      module->globals = reader->U32();
      ReadStrings(reader, &module->global_names);
      if ((module->features & kFeatureHostGlobals) != 0) {
        module->host_globals.resize(reader->Count(1));
        for (uint32_t& global : module->host_globals) global = reader->U32();
      }
      break;
  }
}

// Reads tag, length and content; the content must fill its length exactly.
void ReadSection(MbcSection section, Reader* reader, Module* module) {
  const size_t start = reader->at();
  if (reader->Byte() != static_cast<uint8_t>(section)) {
    reader->Fail(start, absl::StrCat("section ", static_cast<int>(section), " expected"));
  }
  const size_t length = reader->Count(1);
  if (!reader->ok()) return;
  const size_t file_end = reader->end();
  reader->set_end(reader->at() + length);
  ReadSectionContent(section, reader, module);
  if (reader->ok() && reader->remaining() != 0) {
    reader->Fail(reader->at(),
                 absl::StrCat("section ", static_cast<int>(section), " is longer than its content"));
  }
  reader->set_end(file_end);
}

// Checks everything that is not a section, and leaves the reader at the first section.
void ReadFrame(absl::string_view bytes, Reader* reader, Module* module) {
  if (!IsMbc(bytes)) return reader->Fail(0, "not a bytecode file");
  if (bytes.size() < kMbcHeaderBytes + kMbcChecksumBytes) return reader->Fail(bytes.size(), "unexpected end");
  for (size_t i = 0; i < kMbcMagic.size(); ++i) reader->Byte();
  const uint64_t version = reader->Fixed(2);
  if (version != kMbcVersion) {
    return reader->Fail(4, absl::StrCat("format version ", version, ", this program reads ", kMbcVersion));
  }
  if (reader->Fixed(2) != 0) return reader->Fail(6, "reserved bytes are not zero");
  module->features = static_cast<uint32_t>(reader->Fixed(4));
  if ((module->features & ~kKnownFeatures) != 0) {
    return reader->Fail(
        8, absl::StrCat("unknown feature flags 0x", absl::Hex(module->features & ~kKnownFeatures)));
  }
  const size_t body = bytes.size() - kMbcChecksumBytes;
  Reader stored(bytes.substr(body));
  if (stored.Fixed(4) != MbcChecksum(bytes.substr(0, body))) return reader->Fail(body, "checksum mismatch");
  reader->set_end(body);
}

}  // namespace

bool IsMbc(absl::string_view bytes) { return bytes.substr(0, kMbcMagic.size()) == kMbcMagic; }

absl::StatusOr<Module> ReadMbc(absl::string_view bytes) {
  Module module;
  Reader reader(bytes);
  ReadFrame(bytes, &reader, &module);
  for (MbcSection section : {MbcSection::kStrings, MbcSection::kFiles, MbcSection::kConstants,
                             MbcSection::kImports, MbcSection::kFunctions, MbcSection::kGlobals}) {
    if (reader.ok()) ReadSection(section, &reader, &module);
  }
  if (reader.ok() && reader.remaining() != 0) reader.Fail(reader.at(), "bytes after the last section");
  if (!reader.ok()) return reader.status();
  return module;
}

}  // namespace foxvm::bytecode
