// Program: a verified module made runnable in one VM: its constants as values, its code units translated.
// How: constants are interned or pinned, so translated code embeds their words; records and import states are allocated
//      once and never move.
// Threads: the VM's.  Collects: Load only.  Owns: everything but the values, which it roots.
#ifndef FOXVM_INTERP_PROGRAM_H_
#define FOXVM_INTERP_PROGRAM_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "gc/roots.h"
#include "interp/bytecode/verifier.h"
#include "interp/code/function_record.h"
#include "interp/code/translator.h"
#include "interp/objects/context.h"

namespace foxvm::interp {

class Program : private gc::RootProvider {
 public:
  // Errors: ResourceExhausted (memory, or a function too large for the register form). `first_global` is the number of
  // global variables that earlier programs of the VM own.
  static absl::StatusOr<std::unique_ptr<Program>> Load(objects::Context& ctx,
                                                       bytecode::VerifiedModule module,
                                                       uint32_t first_global,
                                                       const code::TranslatorFaults& faults);
  ~Program() override;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  const bytecode::Module& module() const { return module_.module(); }
  code::FunctionRecord* main() { return &main_; }
  // The VM's number of this program's first global variable.
  uint32_t first_global() const { return first_global_; }
  // Forgets imports whose body a failure cut short: the next run executes them again.
  void ForgetUnfinishedImports();
  // By index into module().functions.
  const code::FunctionRecord& function(uint32_t index) const { return *functions_[index]; }

 private:
  Program(gc::Heap& heap, bytecode::VerifiedModule module, uint32_t first_global);
  absl::Status LoadConstants(objects::Context& ctx);
  absl::Status TranslateUnits(objects::Context& ctx, const code::TranslatorFaults& faults);
  void VisitRoots(gc::SlotVisitor& visitor) override;

  gc::Heap& heap_;
  bytecode::VerifiedModule module_;
  const uint32_t first_global_;
  std::vector<gc::Value> constants_;
  code::FunctionRecord main_;
  std::vector<std::unique_ptr<code::FunctionRecord>> functions_;
  std::vector<std::unique_ptr<code::ImportState>> imports_;
};

}  // namespace foxvm::interp

#endif  // FOXVM_INTERP_PROGRAM_H_
