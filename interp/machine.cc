#include "interp/machine.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "gc/allocation_site.h"
#include "gc/write_barrier.h"
#include "interp/bytecode/builtin_names.h"
#include "interp/engine.h"
#include "interp/globals.h"
#include "interp/objects/intern_table.h"
#include "interp/objects/layout.h"
#include "interp/objects/shape.h"
#include "interp/objects/types.h"
#include "interp/program.h"
#include "interp/scheduler.h"
#include "interp/stack_walker.h"

namespace foxvm::interp {

using gc::Value;
using objects::FatalKind;

// Length of the scheduler's list while there is no fiber but the main one.
constexpr size_t kFibersOfMainAlone = 2;

class Machine::Impl : private gc::RootProvider, private gc::SiteSource {
 public:
  Impl(const MachineOptions& options, std::unique_ptr<gc::Heap> heap,
       std::unique_ptr<objects::InternTable> strings, builtins::HostIo& io)
      : options_(options),
        heap_(std::move(heap)),
        strings_(std::move(strings)),
        shapes_(*heap_),
        memory_(builtins::RawMemoryLimits{}),
        context_{*heap_, heap_->mutator(), *strings_, shapes_, &interrupt_},
        engine_{.objects = context_,
                .builtins = {.objects = context_,
                             .io = io,
                             .memory = memory_,
                             .capabilities = options.capabilities},
                .stack_max_slots = options.stack_max_bytes / sizeof(Value)},
        scheduler_(engine_) {
    engine_.builtins.fibers = &scheduler_;
    for (uint32_t b = 0; b < bytecode::kAllBuiltinCount; ++b) {
      engine_.builtin_functions[b] = builtins::GetBuiltin(b);
    }
    heap_->AddRoots(this);
    heap_->SetStackRoots(&scheduler_.walker(), &scheduler_.walker());
    heap_->SetSiteSource(this);
  }

  ~Impl() override {
    scheduler_.Clear();
    heap_->SetSiteSource(nullptr);
    heap_->SetStackRoots(nullptr, nullptr);
    heap_->RemoveRoots(this);
  }

  void SetHost(HostFunctions* host) { engine_.host = host; }

  absl::StatusOr<Program*> Load(bytecode::VerifiedModule module, bool share_globals) {
    // The running fiber would go on with the old global variables.
    if (running_) return absl::FailedPreconditionError("a program is running");
    if (absl::Status status = CheckHostGlobals(module.module()); !status.ok()) return status;
    uint32_t first_global = share_globals ? 0 : global_count_;
    uint64_t total = std::max<uint64_t>(uint64_t{first_global} + module.module().globals, global_count_);
    if (total > code::kMaxOffset) return absl::ResourceExhaustedError("too many global variables");
    absl::StatusOr<std::unique_ptr<Program>> program =
        Program::Load(context_, std::move(module), first_global, options_.faults);
    if (program.ok()) {
      Value grown = MakeGlobals(context_, &globals_, total);
      if (grown.IsEmpty())
        program = absl::ResourceExhaustedError(context_.fatal_message);
      else
        globals_ = grown;
    }
    ClearFatal();
    if (!program.ok()) return program.status();
    global_count_ = static_cast<uint32_t>(total);
    programs_.push_back(*std::move(program));
    BindHostGlobals(*programs_.back());
    return programs_.back().get();
  }

  std::optional<Failure> Run(Program& program) {
    BeginRun();
    bool done = scheduler_.StartMain(program.main(), globals_) && scheduler_.RunMain();
    return EndRun(done);
  }

  std::optional<Failure> Call(Value callee, const Value* args, uint32_t count, Value* result) {
    FOXVM_CHECK(objects::Is(callee, objects::kClosureType));
    BeginRun();
    bool done = scheduler_.StartMain(callee, args, count, globals_) && scheduler_.RunMain();
    *result = done ? engine_.result : Value::Null();
    return EndRun(done);
  }

  bool running() const { return running_; }

  Value GetGlobal(uint32_t global) const {
    FOXVM_CHECK(global < global_count_);
    return static_cast<objects::Globals*>(globals_.object())->variables()[global];
  }

  void Interrupt() {
    // In this order, and seen by all in one order: BeginRun stores and looks the other way round.
    interrupt_ = true;
    engine_.counter_limit.store(INT64_MIN);
  }

  gc::Heap& heap() { return *heap_; }
  objects::Context& context() { return context_; }

 private:
  void BeginRun() {
    FOXVM_CHECK(!running_);
    running_ = true;
    ClearFatal();
    engine_.counter_limit.store(kQuantum);
    // One that came before the store, which has undone it.
    if (interrupt_) engine_.counter_limit.store(INT64_MIN);
    engine_.instructions_left = options_.max_instructions == 0 ? UINT64_MAX : options_.max_instructions;
  }

  std::optional<Failure> EndRun(bool done) {
    std::optional<Failure> failure;
    if (!done) failure = TakeFailure();
    // Only a failure or a dropped fiber cuts a module's body short.
    if (!done || scheduler_.fibers().size() > kFibersOfMainAlone) {
      for (const std::unique_ptr<Program>& program : programs_) program->ForgetUnfinishedImports();
    }
    // An interruption that came too late belongs to nobody.
    interrupt_.store(false, std::memory_order_relaxed);
    scheduler_.Clear();
    engine_.result = Value::Null();
    running_ = false;
    return failure;
  }

  absl::Status CheckHostGlobals(const bytecode::Module& module) const {
    for (uint32_t global : module.host_globals) {
      const std::string& name = module.global_names[global];
      if (engine_.host == nullptr || !engine_.host->Find(name).has_value()) {
        return absl::NotFoundError(absl::StrCat("the program needs the host function `", name, "`"));
      }
    }
    return absl::OkStatus();
  }

  // Requires CheckHostGlobals.
  void BindHostGlobals(const Program& program) {
    const bytecode::Module& module = program.module();
    Value* variables = static_cast<objects::Globals*>(globals_.object())->variables();
    for (uint32_t global : module.host_globals) {
      const uint32_t index = *engine_.host->Find(module.global_names[global]);
      gc::WriteFieldNonRef(&variables[program.first_global() + global],
                           Value::Builtin(static_cast<uint32_t>(bytecode::kAllBuiltinCount) + index));
    }
  }

  void ClearFatal() {
    context_.fatal = FatalKind::kNone;
    context_.fatal_message.clear();
  }

  Failure TakeFailure() {
    Failure failure;
    failure.kind = context_.fatal;
    failure.message = std::move(context_.fatal_message);
    if (engine_.current != nullptr && engine_.current->base != nullptr) {
      size_t frames = 0;
      ForEachFrame(*engine_.current, [&](const FrameView&, FrameKind) { ++frames; });
      size_t half = kMaxTraceFrames / 2, index = 0;
      if (frames > kMaxTraceFrames) failure.omitted_frames = frames - 2 * half;
      ForEachFrame(*engine_.current, [&](const FrameView& frame, FrameKind) {
        size_t at = index++;
        if (failure.omitted_frames != 0 && at >= half && at < frames - half) return;
        const code::FunctionRecord& function = *frame.function;
        TraceFrame line;
        line.function = function.source->name;
        line.file = *function.file;
        line.line = function.LineAt(frame.pc);
        line.is_main = at + 1 == frames && line.function.empty();
        failure.trace.push_back(std::move(line));
      });
    }
    ClearFatal();
    return failure;
  }

  // The function and line that the running fiber is suspended at: it is, wherever an allocation may collect.
  uint32_t CurrentSite() override {
    const Fiber* fiber = engine_.current;
    if (!running_ || fiber == nullptr || fiber->base == nullptr) return 0;
    const code::FunctionRecord* function = FunctionOfFrame(fiber->base);
    const auto* pc = reinterpret_cast<const code::Word*>(fiber->base[kSavedPcSlot].bits());
    const uint32_t line = function->LineAt(static_cast<uint32_t>(pc - function->code));
    const auto [at, is_new] = site_numbers_.emplace(std::pair(function, line), sites_.size() + 1);
    if (is_new) sites_.emplace_back(function, line);
    return at->second;
  }
  std::string SiteName(uint32_t site) const override {
    const auto& [function, line] = sites_[site - 1];
    std::string name =
        absl::StrCat(function->source->name, function->source->name.empty() ? "" : " ", *function->file);
    if (line != 0) absl::StrAppend(&name, ":", line);
    return name;
  }

  void VisitRoots(gc::SlotVisitor& visitor) override { visitor.Visit(gc::Slot::Tagged(&globals_)); }

  const MachineOptions options_;
  std::atomic<bool> interrupt_{false};
  std::unique_ptr<gc::Heap> heap_;
  std::unique_ptr<objects::InternTable> strings_;
  objects::ShapeTable shapes_;
  builtins::RawMemory memory_;
  objects::Context context_;
  Engine engine_;
  Scheduler scheduler_;
  std::vector<std::unique_ptr<Program>> programs_;
  std::vector<std::pair<const code::FunctionRecord*, uint32_t>>
      sites_;  // functions and lines, by number less 1
  absl::flat_hash_map<std::pair<const code::FunctionRecord*, uint32_t>, uint32_t> site_numbers_;
  Value globals_;  // of the main fiber (a root)
  uint32_t global_count_ = 0;
  bool running_ = false;
};

absl::StatusOr<std::unique_ptr<Machine>> Machine::Create(const MachineOptions& options,
                                                         builtins::HostIo& io) {
  gc::HeapOptions heap_options = options.heap;
  heap_options.stress_interval = 0;  // not for the machine's own strings: a collection for each of them
  absl::StatusOr<std::unique_ptr<gc::Heap>> heap = gc::Heap::Create(heap_options);
  if (!heap.ok()) return heap.status();
  objects::RegisterTypes((*heap)->types());
  absl::StatusOr<std::unique_ptr<objects::InternTable>> strings = objects::InternTable::Create(**heap);
  if (!strings.ok()) return strings.status();
  (*heap)->SetStressInterval(options.heap.stress_interval);
  return std::unique_ptr<Machine>(
      new Machine(std::make_unique<Impl>(options, *std::move(heap), *std::move(strings), io)));
}

Machine::Machine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Machine::~Machine() = default;

absl::StatusOr<Program*> Machine::Load(bytecode::VerifiedModule module, bool share_globals) {
  return impl_->Load(std::move(module), share_globals);
}
void Machine::SetHost(HostFunctions* host) { impl_->SetHost(host); }
std::optional<Failure> Machine::Run(Program& program) { return impl_->Run(program); }
std::optional<Failure> Machine::Call(gc::Value callee, const gc::Value* args, uint32_t count,
                                     gc::Value* result) {
  return impl_->Call(callee, args, count, result);
}
bool Machine::running() const { return impl_->running(); }
gc::Value Machine::GetGlobal(uint32_t global) const { return impl_->GetGlobal(global); }
objects::Context& Machine::context() { return impl_->context(); }
void Machine::Interrupt() { impl_->Interrupt(); }
gc::Heap& Machine::heap() { return impl_->heap(); }

}  // namespace foxvm::interp
