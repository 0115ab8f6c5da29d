// ModuleSink: what a compiler hands a program to, piece by piece; it becomes a Module or a `.mbc` file
// without being in memory twice.
// How: tables are appended to, and an index counts what was added to a table before. A unit may refer only to
//      what is there already, but for the bodies of imports, which are named when they are complete.
// Threads: one at a time.
#ifndef FOXVM_INTERP_BYTECODE_MODULE_SINK_H_
#define FOXVM_INTERP_BYTECODE_MODULE_SINK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "interp/bytecode/module.h"

namespace foxvm::bytecode {

class ModuleSink {
 public:
  virtual ~ModuleSink() = default;

  // Forgets all that was added: another program begins.
  virtual void Clear() = 0;

  // Each appends to the table of its name.
  virtual void AddConstant(const Constant& constant) = 0;
  virtual void AddString(absl::string_view value) = 0;
  // `captures`: cells that every closure of the function carries.
  virtual void AddFunction(const UnitView& function, uint32_t captures) = 0;
  virtual void AddImport(absl::string_view path) = 0;
  virtual void AddFile(absl::string_view name) = 0;
  virtual void AddGlobal(absl::string_view name) = 0;

  // The global added last is to hold the host's function of its name.
  virtual void MarkHostGlobal() = 0;
  // Sets Import::init of import number `import`.
  virtual void SetImportBody(uint32_t import, uint32_t function_constant) = 0;
  // Some code has the Wide prefix; said before the unit is added.
  virtual void UseWideOperands() = 0;
  // The program uses the typed extension; said before the first unit is added.
  virtual void UseTyped() = 0;
  // The last call.
  virtual void SetMain(const UnitView& main) = 0;
};

// Makes a Module, unverified.
class ModuleBuilder final : public ModuleSink {
 public:
  // Makes room for a program of so many bytes of source. Only memory that is used is touched.
  void Reserve(size_t source_bytes) {
    constexpr size_t kBytesPerConstant = 10;  // of dense programs
    module_.constants.reserve(source_bytes / kBytesPerConstant);
  }

  void Clear() override { module_ = Module(); }
  void AddConstant(const Constant& constant) override { module_.constants.push_back(constant); }
  void AddString(absl::string_view value) override { module_.strings.emplace_back(value); }
  void AddFunction(const UnitView& function, uint32_t) override {
    module_.functions.push_back(FunctionOf(function));
  }
  void AddImport(absl::string_view path) override { module_.imports.push_back({std::string(path), 0}); }
  void AddFile(absl::string_view name) override { module_.files.emplace_back(name); }
  void AddGlobal(absl::string_view name) override {
    module_.global_names.emplace_back(name);
    ++module_.globals;
  }
  void MarkHostGlobal() override {
    module_.features |= kFeatureHostGlobals;
    module_.host_globals.push_back(module_.globals - 1);
  }
  void SetImportBody(uint32_t import, uint32_t function_constant) override {
    module_.imports[import].init = function_constant;
  }
  void UseWideOperands() override { module_.features |= kFeatureWideOperands; }
  void UseTyped() override { module_.features |= kFeatureTyped; }
  void SetMain(const UnitView& main) override { module_.main = FunctionOf(main); }

  Module Take() { return std::move(module_); }

 private:
  static Function FunctionOf(const UnitView& unit) {
    Function function;
    function.name = std::string(unit.name);
    function.code.assign(unit.code.begin(), unit.code.end());
    function.locals = unit.locals;
    function.params = unit.params;
    function.file = unit.file;
    function.lines.assign(unit.lines.begin(), unit.lines.end());
    return function;
  }

  Module module_;
};

}  // namespace foxvm::bytecode

#endif  // FOXVM_INTERP_BYTECODE_MODULE_SINK_H_
