#include "interp/program.h"

#include <bit>
#include <utility>

#include "gc/allocate.h"
#include "interp/objects/intern_table.h"
#include "interp/objects/shape.h"
#include "interp/objects/string.h"

namespace foxvm::interp {
namespace {

using bytecode::ConstantKind;
using gc::Value;

absl::Status OutOfMemory() { return absl::ResourceExhaustedError("virtual memory limit reached"); }

// Shapes for the translator; keeps the first failure, because translation has no other reason to stop.
class Shapes : public code::ShapeSource {
 public:
  Shapes(objects::Context& ctx, bool own) : ctx_(ctx), own_(own) {}
  objects::Shape* ShapeFor(Value name, absl::Span<const Value> fields) override {
    std::vector<Value> rooted(fields.begin(), fields.end());  // interned, pinned, and constants of the program
    objects::Shape* shape = own_
                                ? ctx_.shapes.GetOwn(ctx_, objects::Chars(name), rooted.data(), rooted.size())
                                : ctx_.shapes.Get(ctx_, objects::Chars(name), rooted.data(), rooted.size());
    if (shape == nullptr) failed_ = true;
    return shape;
  }
  bool failed() const { return failed_; }

 private:
  objects::Context& ctx_;
  const bool own_;  // every struct has a shape of its own
  bool failed_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Program>> Program::Load(objects::Context& ctx,
                                                       bytecode::VerifiedModule module,
                                                       uint32_t first_global,
                                                       const code::TranslatorFaults& faults) {
  std::unique_ptr<Program> program(new Program(ctx.heap, std::move(module), first_global));
  if (absl::Status status = program->LoadConstants(ctx); !status.ok()) return status;
  if (absl::Status status = program->TranslateUnits(ctx, faults); !status.ok()) {
    return status;
  }
  return program;
}

Program::Program(gc::Heap& heap, bytecode::VerifiedModule module, uint32_t first_global)
    : heap_(heap), module_(std::move(module)), first_global_(first_global) {
  heap_.AddRoots(this);
}

Program::~Program() { heap_.RemoveRoots(this); }

absl::Status Program::LoadConstants(objects::Context& ctx) {
  const bytecode::Module& m = module_.module();
  constants_.resize(m.constants.size());
  for (size_t k = 0; k < m.constants.size(); ++k) {
    const bytecode::Constant& constant = m.constants[k];
    switch (constant.kind) {
      case ConstantKind::kNull:
      case ConstantKind::kFunction:
      case ConstantKind::kImport:
        break;
      case ConstantKind::kBool:
        constants_[k] = Value::Bool(constant.boolean);
        break;
      case ConstantKind::kInt:
        if (Value::FitsSmallInt(constant.integer)) {
          constants_[k] = Value::SmallInt(constant.integer);
          break;
        }
        [[fallthrough]];
      case ConstantKind::kFloat: {
        bool is_int = constant.kind == ConstantKind::kInt;
        if (!is_int && Value::FitsInlineFloat(constant.number)) {
          constants_[k] = Value::InlineFloat(constant.number);
          break;
        }
        gc::ObjectHeader* box = gc::AllocatePinned(
            ctx.mutator, is_int ? objects::kInt64Type : objects::kFloatType,
            sizeof(gc::ObjectHeader),
            is_int ? static_cast<uint64_t>(constant.integer) : std::bit_cast<uint64_t>(constant.number));
        if (box == nullptr) return OutOfMemory();
        constants_[k] = Value::FromObject(box);
        break;
      }
      case ConstantKind::kString:
        constants_[k] = ctx.strings.Intern(ctx, m.strings[constant.index]);
        if (constants_[k].IsEmpty()) {
          constants_[k] = Value::Null();
          return OutOfMemory();
        }
        break;
    }
  }
  return absl::OkStatus();
}

absl::Status Program::TranslateUnits(objects::Context& ctx, const code::TranslatorFaults& faults) {
  const bytecode::Module& m = module_.module();
  std::vector<code::FunctionRecord*> functions;
  for (size_t f = 0; f < m.functions.size(); ++f) {
    functions_.push_back(std::make_unique<code::FunctionRecord>());
    functions_.back()->file = &m.files[m.functions[f].file];
    functions.push_back(functions_.back().get());
  }
  std::vector<code::ImportState*> imports;
  for (const bytecode::Import& import : m.imports) {
    imports_.push_back(std::make_unique<code::ImportState>());
    imports_.back()->init = functions[m.constants[import.init].index];
    imports.push_back(imports_.back().get());
  }
  Shapes shapes(ctx, (m.features & bytecode::kFeatureTyped) != 0);
  code::Links links;
  links.module = &m;
  links.constants = constants_;
  links.functions = functions;
  links.imports = imports;
  links.first_global = first_global_;
  links.shapes = &shapes;
  main_.file = &m.files[m.main.file];
  absl::Status status = code::Translate(m.main, module_.main_info(), links, faults, &main_);
  for (uint32_t f = 0; f < m.functions.size() && status.ok(); ++f) {
    status = code::Translate(m.functions[f], module_.function_info(f), links, faults, functions[f]);
  }
  if (shapes.failed()) return OutOfMemory();
  return status;
}

void Program::ForgetUnfinishedImports() {
  for (auto& import : imports_) {
    if (!import->running) continue;
    import->value = Value::Empty();
    import->running = false;
  }
}

void Program::VisitRoots(gc::SlotVisitor& visitor) {
  for (Value& v : constants_) visitor.Visit(gc::Slot::Tagged(&v));
  for (auto& import : imports_) visitor.Visit(gc::Slot::Tagged(&import->value));
}

}  // namespace foxvm::interp
