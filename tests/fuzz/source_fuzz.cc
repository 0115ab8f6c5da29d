// The frontend on any bytes: what compiles verifies, its file reads back as the same bytes, and the file
// written without a module in between has them, too. The first byte chooses the dialect, modulo 3: '0' dynamic,
// '1' typed, '2' what the text shows. A unit separator (0x1f) ends the program; behind it stand the files that
// it imports, m.fox, n.fox and o.fox, each ended by another one.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "frontend/compile.h"
#include "gc/check.h"
#include "interp/bytecode/disassembler.h"
#include "interp/bytecode/mbc.h"
#include "interp/bytecode/mbc_builder.h"
#include "interp/bytecode/verifier.h"

namespace {

constexpr char kSeparator = '\x1f';

// The files behind the program. Without any there is one, which imports itself; all others are missing.
class Imports final : public foxvm::frontend::ModuleSource {
 public:
  explicit Imports(std::vector<absl::string_view> files) : files_(std::move(files)) {}

  absl::StatusOr<std::string> Read(absl::string_view path, absl::string_view, std::string*) override {
    if (files_.empty() && path == "m.fox") return std::string("ambil \"m\" a = 1 fungsi b() a akhir");
    if (path.size() != 5 || path.substr(1) != ".fox" || path[0] < 'm') return absl::NotFoundError(path);
    const size_t index = static_cast<size_t>(path[0] - 'm');
    if (index >= files_.size()) return absl::NotFoundError(path);
    return std::string(files_[index]);
  }

 private:
  std::vector<absl::string_view> files_;
};

std::optional<foxvm::frontend::Dialect> DialectOf(uint8_t choice) {
  switch (choice % 3) {
    case 0: return foxvm::frontend::Dialect::kDynamic;
    case 1: return foxvm::frontend::Dialect::kTyped;
    default: return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::vector<absl::string_view> files =
      absl::StrSplit(absl::string_view(reinterpret_cast<const char*>(data) + 1, size - 1), kSeparator);
  const absl::string_view text = files[0];
  files.erase(files.begin());
  Imports imports(std::move(files));
  const foxvm::frontend::CompileOptions options = {
      .dialect = DialectOf(data[0]), .compat = size % 2 == 0, .warnings = size % 4 < 2};
  foxvm::frontend::CompileResult result = foxvm::frontend::Compile("fuzz.fox", text, imports, options);
  foxvm::bytecode::MbcBuilder builder;
  const foxvm::frontend::CompileResult built = CompileInto("fuzz.fox", text, imports, options, builder);
  FOXVM_CHECK(built.phase == result.phase && RenderUnix(built) == RenderUnix(result));
  if (!result.module.has_value()) {
    FOXVM_CHECK(result.error_count > 0);
    FOXVM_CHECK(!RenderCompat(result).empty() && !RenderUnix(result).empty());
    return 0;
  }
  std::string file = foxvm::bytecode::WriteMbc(*result.module);
  absl::StatusOr<foxvm::bytecode::Module> read = foxvm::bytecode::ReadMbc(file);
  FOXVM_CHECK(read.ok());
  FOXVM_CHECK(foxvm::bytecode::WriteMbc(*read) == file);
  FOXVM_CHECK(!foxvm::bytecode::Disassemble(*read).empty());
  std::string built_file;
  builder.Finish([&built_file](absl::string_view piece) { built_file.append(piece.data(), piece.size()); });
  FOXVM_CHECK(built_file == file);
  absl::Status verified = foxvm::bytecode::Verify(*std::move(read)).status();
  FOXVM_CHECK(builder.Verified().code() == verified.code());
  // A program may need more of a frame than there is; nothing else is an excuse.
  FOXVM_CHECK(verified.ok() || absl::IsResourceExhausted(verified));
  return 0;
}
