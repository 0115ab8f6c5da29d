// ProgramBuilder: the program under construction, shared by the code generators of all its source files.
// How: hands everything on to a sink and counts; a constant's index is its place in compilation order, as in
//      the reference.
// Threads: one at a time.  Owns: counts; the program is the sink's.
#ifndef FOXVM_FRONTEND_PROGRAM_BUILDER_H_
#define FOXVM_FRONTEND_PROGRAM_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/base/casts.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "interp/bytecode/module.h"
#include "interp/bytecode/module_sink.h"

namespace foxvm::frontend {

class ProgramBuilder {
 public:
  // With `counts_texts` texts() is kept up. With `shares_constants` equal constants are one; the reference's
  // are one for each use.
  ProgramBuilder(bytecode::ModuleSink& sink, bool counts_texts, bool shares_constants = false)
      : sink_(sink), counts_texts_(counts_texts), shares_constants_(shares_constants) {}

  void UseTyped() { sink_.UseTyped(); }

  // The string constants so far, with the number of their uses.
  const absl::flat_hash_map<std::string, int64_t>& texts() const { return texts_; }

  // Each adds a constant and returns its index.
  uint32_t AddNull() { return AddShared({}, 0); }
  uint32_t AddBool(bool value) {
    bytecode::Constant constant{bytecode::ConstantKind::kBool, {}};
    constant.boolean = value;
    return AddShared(constant, value ? 1 : 0);
  }
  uint32_t AddInt(int64_t value) {
    bytecode::Constant constant{bytecode::ConstantKind::kInt, {}};
    constant.integer = value;
    return AddShared(constant, static_cast<uint64_t>(value));
  }
  uint32_t AddFloat(double value) {
    bytecode::Constant constant{bytecode::ConstantKind::kFloat, {}};
    constant.number = value;
    return AddShared(constant, absl::bit_cast<uint64_t>(value));
  }
  uint32_t AddString(absl::string_view value) {
    if (shares_constants_) {
      const auto [known, is_new] = shared_strings_.try_emplace(value, constants_);
      if (!is_new) return known->second;
    }
    sink_.AddString(value);
    if (counts_texts_) ++texts_[value];
    return AddIndexed(bytecode::ConstantKind::kString, strings_++);
  }
  // `captures`: cells that every closure of the function carries.
  uint32_t AddFunction(const bytecode::UnitView& function, uint32_t captures) {
    sink_.AddFunction(function, captures);
    return AddIndexed(bytecode::ConstantKind::kFunction, functions_++);
  }

  // What an import is known by until its body is there.
  struct ImportId {
    uint32_t constant;
    uint32_t import;
  };
  ImportId AddImport(absl::string_view path) {
    sink_.AddImport(path);
    const uint32_t import = imports_++;
    return {AddIndexed(bytecode::ConstantKind::kImport, import), import};
  }
  void SetImportBody(ImportId id, uint32_t function_constant) {
    sink_.SetImportBody(id.import, function_constant);
  }

  void SetMain(const bytecode::UnitView& main) { sink_.SetMain(main); }
  // Returns the index of the global.
  uint32_t AddGlobal(absl::string_view name) {
    sink_.AddGlobal(name);
    return globals_++;
  }
  // A global that the loader binds to the host's function `name`.
  uint32_t AddHostGlobal(absl::string_view name) {
    const uint32_t global = AddGlobal(name);
    sink_.MarkHostGlobal();
    return global;
  }
  // Returns the index in Module::files.
  uint32_t AddFile(absl::string_view name) {
    sink_.AddFile(name);
    return files_++;
  }
  void UseWideOperands() { sink_.UseWideOperands(); }

  // No table of the module has outgrown its limit. To be asked after every source file: one file, being at
  // most kMaxSourceBytes long, cannot take a table from below the limit past 2^32 entries.
  bool WithinLimits() const {
    return constants_ <= bytecode::kMaxTableEntries && globals_ <= bytecode::kMaxTableEntries;
  }

 private:
  // `bits` tell constants of one kind apart.
  uint32_t AddShared(const bytecode::Constant& constant, uint64_t bits) {
    if (!shares_constants_) return Add(constant);
    const auto [known, is_new] = shared_[static_cast<size_t>(constant.kind)].try_emplace(bits, constants_);
    return is_new ? Add(constant) : known->second;
  }
  uint32_t Add(const bytecode::Constant& constant) {
    sink_.AddConstant(constant);
    return constants_++;
  }
  uint32_t AddIndexed(bytecode::ConstantKind kind, uint32_t index) {
    bytecode::Constant constant{kind, {}};
    constant.integer = 0;
    constant.index = index;
    return Add(constant);
  }

  bytecode::ModuleSink& sink_;
  const bool counts_texts_;
  const bool shares_constants_;
  absl::flat_hash_map<std::string, int64_t> texts_;
  absl::flat_hash_map<uint64_t, uint32_t> shared_[4];  // by kind: null, bool, int, float
  absl::flat_hash_map<std::string, uint32_t> shared_strings_;
  uint32_t constants_ = 0;
  uint32_t strings_ = 0;
  uint32_t functions_ = 0;
  uint32_t imports_ = 0;
  uint32_t globals_ = 0;
  uint32_t files_ = 0;
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_PROGRAM_BUILDER_H_
