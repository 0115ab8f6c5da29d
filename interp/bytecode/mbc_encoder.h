// MbcEncoder: the sections of a `.mbc` file while they grow (docs/bytecode.md has the form).
// Threads: one at a time.  Not here: whether the code makes sense (mbc_builder.h).
#ifndef FOXVM_INTERP_BYTECODE_MBC_ENCODER_H_
#define FOXVM_INTERP_BYTECODE_MBC_ENCODER_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "interp/bytecode/byte_list.h"
#include "interp/bytecode/mbc_layout.h"
#include "interp/bytecode/module.h"

namespace foxvm::bytecode {

class MbcEncoder {
 public:
  using Write = absl::FunctionRef<void(absl::string_view)>;

  // Each appends to its table.
  void AddConstant(const Constant& constant);
  void AddString(absl::string_view value) { strings_.Add(value); }
  void AddFunction(const UnitView& function);
  void AddImport(absl::string_view path) { imports_.push_back({std::string(path), 0}); }
  void AddFile(absl::string_view name) { files_.Add(name); }
  void AddGlobalName(absl::string_view name) { global_names_.Add(name); }
  void AddHostGlobal(uint32_t global) { host_globals_.push_back(global); }

  void SetImportBody(uint32_t import, uint32_t function_constant) {
    imports_[import].init = function_constant;
  }
  void SetMain(const UnitView& main);
  const std::vector<Import>& imports() const { return imports_; }

  // Gives `write` the file's bytes, in pieces.
  void Finish(uint32_t features, uint32_t globals, Write write) const;

 private:
  // Encoded entries behind each other.
  struct Table {
    uint32_t count = 0;
    ByteList bytes;

    void Add(absl::string_view value) {
      ++count;
      bytes.PutBytes(value);
    }
  };
  class Writer;

  static void PutUnit(const UnitView& unit, ByteList* out);

  Table strings_;
  Table files_;
  Table constants_;
  Table functions_;
  Table global_names_;
  ByteList main_;
  std::vector<Import> imports_;
  std::vector<uint32_t> host_globals_;
};

}  // namespace foxvm::bytecode

#endif  // FOXVM_INTERP_BYTECODE_MBC_ENCODER_H_
