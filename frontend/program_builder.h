// ProgramBuilder: the module under construction, shared by the code generators of all its source files.
// How: appends only; a constant's index is its place in compilation order, as in the reference.
// Threads: one at a time.  Owns: the module until Take().
#ifndef FOXVM_FRONTEND_PROGRAM_BUILDER_H_
#define FOXVM_FRONTEND_PROGRAM_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "interp/bytecode/module.h"

namespace foxvm::frontend {

class ProgramBuilder {
 public:
  // Makes room for a program of so many bytes of source. Only memory that is used is touched.
  void Reserve(size_t source_bytes) {
    constexpr size_t kBytesPerConstant = 10;  // of dense programs
    module_.constants.reserve(source_bytes / kBytesPerConstant);
  }

  // The string constants so far, one for each use.
  absl::Span<const std::string> strings() const { return module_.strings; }

  // Each adds a constant and returns its index.
  uint32_t AddNull() { return Add({}); }
  uint32_t AddBool(bool value) {
    bytecode::Constant constant{bytecode::ConstantKind::kBool, {}};
    constant.boolean = value;
    return Add(constant);
  }
  uint32_t AddInt(int64_t value) {
    bytecode::Constant constant{bytecode::ConstantKind::kInt, {}};
    constant.integer = value;
    return Add(constant);
  }
  uint32_t AddFloat(double value) {
    bytecode::Constant constant{bytecode::ConstantKind::kFloat, {}};
    constant.number = value;
    return Add(constant);
  }
  uint32_t AddString(absl::string_view value) {
    module_.strings.emplace_back(value);
    return AddIndexed(bytecode::ConstantKind::kString, module_.strings.size() - 1);
  }
  uint32_t AddFunction(bytecode::Function function) {
    module_.functions.push_back(std::move(function));
    return AddIndexed(bytecode::ConstantKind::kFunction, module_.functions.size() - 1);
  }
  // The body is named later, by SetImportBody().
  uint32_t AddImport(std::string path) {
    module_.imports.push_back({std::move(path), 0});
    return AddIndexed(bytecode::ConstantKind::kImport, module_.imports.size() - 1);
  }

  void SetImportBody(uint32_t import_constant, uint32_t function_constant) {
    module_.imports[module_.constants[import_constant].index].init = function_constant;
  }
  void SetMain(bytecode::Function main) { module_.main = std::move(main); }
  // Returns the index of the global.
  uint32_t AddGlobal(absl::string_view name) {
    module_.global_names.emplace_back(name);
    return module_.globals++;
  }
  // A global that the loader binds to the host's function `name`.
  uint32_t AddHostGlobal(absl::string_view name) {
    module_.features |= bytecode::kFeatureHostGlobals;
    module_.host_globals.push_back(module_.globals);
    return AddGlobal(name);
  }
  // Returns the index in Module::files.
  uint32_t AddFile(std::string name) {
    module_.files.push_back(std::move(name));
    return static_cast<uint32_t>(module_.files.size() - 1);
  }
  void UseWideOperands() { module_.features |= bytecode::kFeatureWideOperands; }

  // No table of the module has outgrown its limit. To be asked after every source file: one file, being at
  // most kMaxSourceBytes long, cannot take a table from below the limit past 2^32 entries.
  bool WithinLimits() const {
    return module_.constants.size() <= bytecode::kMaxTableEntries &&
           module_.globals <= bytecode::kMaxTableEntries;
  }

  bytecode::Module Take() { return std::move(module_); }

 private:
  uint32_t Add(const bytecode::Constant& constant) {
    module_.constants.push_back(constant);
    return static_cast<uint32_t>(module_.constants.size() - 1);
  }
  uint32_t AddIndexed(bytecode::ConstantKind kind, size_t index) {
    bytecode::Constant constant{kind, {}};
    constant.index = static_cast<uint32_t>(index);
    return Add(constant);
  }

  bytecode::Module module_;
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_PROGRAM_BUILDER_H_
