// The frontend on any bytes: what compiles verifies, its file reads back as the same bytes, and the file
// written without a module in between has them, too.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "frontend/compile.h"
#include "gc/check.h"
#include "interp/bytecode/disassembler.h"
#include "interp/bytecode/mbc.h"
#include "interp/bytecode/mbc_builder.h"
#include "interp/bytecode/verifier.h"

namespace {

// One importable file, which imports itself; all others are missing.
class OneImport final : public foxvm::frontend::ModuleSource {
 public:
  absl::StatusOr<std::string> Read(absl::string_view path, absl::string_view, std::string*) override {
    if (path == "m.fox") return std::string("ambil \"m\" a = 1 fungsi b() a akhir");
    return absl::NotFoundError(path);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  absl::string_view text(reinterpret_cast<const char*>(data), size);
  OneImport imports;
  const foxvm::frontend::CompileOptions options = {.compat = size % 2 == 0};
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
