#include "interp/runtime_calls.h"

#include "absl/strings/str_cat.h"
#include "gc/write_barrier.h"
#include "interp/objects/closure.h"
#include "interp/objects/error.h"
#include "interp/objects/hash.h"
#include "interp/objects/layout.h"
#include "interp/objects/operators.h"
#include "interp/objects/shape.h"
#include "interp/objects/string.h"
#include "interp/objects/typed_operators.h"
#include "interp/objects/types.h"

namespace foxvm::interp {

using gc::Value;
using objects::FatalKind;
using objects::Is;

namespace {

CallOutcome Finish(Engine& engine, Value value, Value* result) {
  if (!value.IsEmpty()) {
    *result = value;
    return CallOutcome::kValue;
  }
  return engine.objects.fatal == FatalKind::kNone ? CallOutcome::kSuspended : CallOutcome::kFatal;
}

CallOutcome Error(Engine& engine, absl::string_view message, Value* result) {
  return Finish(engine, objects::MakeRuntimeError(engine.objects, message), result);
}

}  // namespace

bool PushFrame(Engine& engine, uint32_t callee_slot, const code::FunctionRecord* function,
               FrameKind kind) {
  Fiber& fiber = *engine.current;
  Value* base = fiber.base + callee_slot + kFrameHeaderSlots;
  size_t available = base <= fiber.stack_end() ? static_cast<size_t>(fiber.stack_end() - base) : 0;
  if (available < function->frame_slots) {
    if (!fiber.Grow(fiber.base, callee_slot + kFrameHeaderSlots + function->frame_slots,
                    engine.stack_max_slots)) {
      engine.objects.Fail(FatalKind::kStackOverflow, "stack overflow");
      return false;
    }
    base = fiber.base + callee_slot + kFrameHeaderSlots;
  }
  base[kLinkSlot] = Value::FromBits(MakeLink(callee_slot + kFrameHeaderSlots, kind));
  base[kSavedPcSlot] = Value::FromBits(reinterpret_cast<uint64_t>(function->code));
  fiber.base = base;
  return true;
}

CallOutcome CallSlow(Engine& engine, uint32_t callee_slot, uint32_t count, Value* result) {
  objects::Context& ctx = engine.objects;
  Value* callee = engine.current->base + callee_slot;
  Value* args = callee + kFrameHeaderSlots;
  if (callee->IsBuiltin()) {
    const uint32_t index = callee->builtin();
    if (index < bytecode::kAllBuiltinCount) return CallBuiltin(engine, index, args, count, result);
    FOXVM_CHECK(engine.host != nullptr);
    return Finish(engine, engine.host->Call(index - bytecode::kAllBuiltinCount, args, count), result);
  }
  if (Is(*callee, objects::kErrorType)) {
    *result = *callee;
    return CallOutcome::kValue;
  }
  if (Is(*callee, objects::kClosureType)) {
    auto* function = static_cast<objects::Closure*>(callee->object())->function();
    if (function->params != count) {
      return Error(engine, absl::StrCat("arg mismatch: want ", function->params, ", got ", count),
                   result);
    }
    return PushFrame(engine, callee_slot, function, FrameKind::kInterpreted) ? CallOutcome::kEntered
                                                                             : CallOutcome::kFatal;
  }
  if (Is(*callee, objects::kSchemaType)) {
    objects::Shape* shape = static_cast<objects::SchemaObject*>(callee->object())->shape();
    if (shape->field_count() != count) {
      return Error(engine,
                   absl::StrCat("struct init arg mismatch: want ", shape->field_count(), ", got ", count),
                   result);
    }
    return Finish(engine, objects::MakeStruct(ctx, shape, args), result);
  }
  return Error(engine, absl::StrCat("calling non-function: type ", objects::TypeTag(*callee)), result);
}

CallOutcome ImportSlow(Engine& engine, code::ImportState* import, uint32_t base_slot,
                       Value* result) {
  if (!import->value.IsEmpty()) {
    *result = import->value;
    return CallOutcome::kValue;
  }
  Value closure = objects::MakeClosure(engine.objects, import->init, 0);
  if (closure.IsEmpty()) return CallOutcome::kFatal;
  Fiber& fiber = *engine.current;
  // The callee slot may lie behind the stack's end: make room before writing it.
  if (!fiber.Grow(fiber.base, base_slot + kFrameHeaderSlots + import->init->frame_slots,
                  engine.stack_max_slots)) {
    engine.objects.Fail(FatalKind::kStackOverflow, "stack overflow");
    return CallOutcome::kFatal;
  }
  fiber.base[base_slot] = closure;
  if (!PushFrame(engine, base_slot, import->init, FrameKind::kImport)) return CallOutcome::kFatal;
  import->value = Value::Null();  // while the body runs, importing it again yields kosong
  import->running = true;
  return CallOutcome::kEntered;
}

CallOutcome CallBuiltin(Engine& engine, uint32_t index, Value* args, uint32_t count,
                        Value* result) {
  return Finish(engine, engine.builtin_functions[index](engine.builtins, args, count), result);
}

Value NewClosure(Engine& engine, const code::ClosureSite* site, Value* base) {
  Value closure = objects::MakeClosure(engine.objects, site->function, site->captures.size());
  if (closure.IsEmpty()) return closure;
  Value* captures = static_cast<objects::Closure*>(closure.object())->captures();
  auto* running = static_cast<objects::Closure*>(base[kCalleeSlot].object());
  for (const code::Capture& capture : site->captures) {
    *captures++ = capture.from_local ? base[capture.index] : running->captures()[capture.index];
  }
  return closure;
}

Value GetFieldSlow(Engine& engine, code::FieldSite* site, Value* container) {
  if (Is(*container, objects::kStructType)) {
    objects::Shape* shape = static_cast<objects::StructObject*>(container->object())->shape();
    int field = shape->FindField(site->name);
    if (field < 0) return Value::Null();
    site->shape = shape;
    site->field = static_cast<uint32_t>(field);
    return *static_cast<objects::StructObject*>(container->object())->field(field);
  }
  if (Is(*container, objects::kHashType)) {
    Value value = objects::HashGetString(*container, site->name);
    return value.IsEmpty() ? Value::Null() : value;
  }
  return objects::GetIndex(engine.objects, container, &site->name);
}

bool SetFieldSlow(Engine& engine, code::FieldSite* site, Value* container, Value* value) {
  if (Is(*container, objects::kStructType) && !objects::IsError(*value)) {
    auto* object = static_cast<objects::StructObject*>(container->object());
    int field = object->shape()->FindField(site->name);
    if (field >= 0) {
      site->shape = object->shape();
      site->field = static_cast<uint32_t>(field);
      gc::WriteField(engine.objects.mutator, object->field(field), *value);
      return true;
    }
  }
  return objects::SetIndex(engine.objects, container, &site->name, value);
}

Value FindMethodSlow(Engine& engine, code::MethodSite* site, Value receiver) {
  if (!Is(receiver, objects::kStructType)) {
    return engine.objects.Fail(
        FatalKind::kProgram,
        absl::StrCat(objects::TypeText(receiver), " has no method ", objects::Chars(site->name)));
  }
  const objects::Shape* shape = static_cast<objects::StructObject*>(receiver.object())->shape();
  const Value* closure = shape->FindMethod(site->name);
  if (closure == nullptr) {
    return engine.objects.Fail(FatalKind::kProgram,
                               absl::StrCat("method not found: ", objects::Chars(site->name)));
  }
  site->shape = shape;
  site->closure = closure;
  return *closure;
}

bool SetMethod(Engine& engine, Value schema, Value name, Value closure) {
  if (!Is(schema, objects::kSchemaType) || !Is(closure, objects::kClosureType)) {
    const bool no_schema = !Is(schema, objects::kSchemaType);
    engine.objects.Fail(FatalKind::kProgram,
                        no_schema ? absl::StrCat(objects::TypeText(schema), " cannot have methods")
                                  : absl::StrCat(objects::TypeText(closure), " cannot be a method"));
    return false;
  }
  static_cast<objects::SchemaObject*>(schema.object())->shape()->SetMethod(name, closure);
  return true;
}

bool ChargeInstructions(Engine& engine, int64_t counted) {
  uint64_t spent = static_cast<uint64_t>(counted);
  if (spent < engine.instructions_left) {
    engine.instructions_left -= spent;
    return true;
  }
  engine.instructions_left = 0;
  engine.objects.Fail(FatalKind::kOutOfInstructions, "instruction budget exhausted");
  return false;
}

PollOutcome PollSlow(Engine& engine, int64_t counted) {
  if (engine.objects.interrupt->load(std::memory_order_relaxed)) {
    engine.objects.Fail(FatalKind::kInterrupted, "interrupted");
    return PollOutcome::kFatal;
  }
  if (!ChargeInstructions(engine, counted)) return PollOutcome::kFatal;
  return engine.others_ready ? PollOutcome::kYield : PollOutcome::kContinue;
}

}  // namespace foxvm::interp
