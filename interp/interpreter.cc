#include "interp/interpreter.h"

#include <cstdint>

#include "absl/base/optimization.h"
#include "gc/write_barrier.h"
#include "interp/code/function_record.h"
#include "interp/code/instruction.h"
#include "interp/fast_paths.h"
#include "interp/frame.h"
#include "interp/objects/array.h"
#include "interp/objects/closure.h"
#include "interp/objects/hash.h"
#include "interp/objects/intern_table.h"
#include "interp/objects/layout.h"
#include "interp/objects/operators.h"
#include "interp/objects/shape.h"
#include "interp/objects/string.h"
#include "interp/objects/typed_operators.h"
#include "interp/runtime_calls.h"
#include "interp/stack_walker.h"

// Dispatch needs labels and gotos, which functions cannot hold: these few macros are the loop's only ones.
#define FOXVM_OP(name) op_##name:
#define FOXVM_DISPATCH()                      \
  do {                                        \
    w = *pc;                                  \
    goto* kLabels[static_cast<uint8_t>(w)];   \
  } while (0)
#define FOXVM_NEXT(words) \
  do {                    \
    pc += (words);        \
    FOXVM_DISPATCH();     \
  } while (0)
// rA = rB op rC (or op the immediate C) with fast paths tried in order, then the generic operator.
#define FOXVM_BINARY(name, fast)                                                             \
  FOXVM_OP(name) {                                                                           \
    Value l = base[FieldB(w)], r = base[FieldC(w)];                                          \
    if (ABSL_PREDICT_TRUE(fast)) FOXVM_NEXT(1);                                              \
    binary = &objects::name;                                                                 \
    goto slow_binary;                                                                        \
  }
#define FOXVM_BINARY_IMM(name, fast)                                                         \
  FOXVM_OP(name##Imm) {                                                                      \
    Value l = base[FieldB(w)], r = Value::SmallInt(SignedC(w));                              \
    if (ABSL_PREDICT_TRUE(fast)) FOXVM_NEXT(1);                                              \
    binary = &objects::name;                                                                 \
    goto slow_binary_immediate;                                                              \
  }
// The same for / and %, whose generic operator may be told to stop at an error value.
#define FOXVM_DIVISION(name, fast)                        \
  FOXVM_OP(name) {                                        \
    Value l = base[FieldB(w)], r = base[FieldC(w)];       \
    if (ABSL_PREDICT_TRUE(fast)) FOXVM_NEXT(1);           \
    binary = &objects::name;                              \
    right = &base[FieldC(w)];                             \
    goto slow_division;                                   \
  }
#define FOXVM_DIVISION_IMM(name, fast)                    \
  FOXVM_OP(name##Imm) {                                   \
    Value l = base[FieldB(w)], r = Value::SmallInt(SignedC(w)); \
    if (ABSL_PREDICT_TRUE(fast)) FOXVM_NEXT(1);           \
    binary = &objects::name;                              \
    engine.scratch = r;                                   \
    right = &engine.scratch;                              \
    goto slow_division;                                   \
  }
// Branch of polarity `go` on a comparison; `fast` sets `holds`, else the generic operator decides.
#define FOXVM_COMPARE(label, name, go, fast)                                                 \
  FOXVM_OP(label) {                                                                          \
    Value l = base[FieldA(w)], r = base[FieldB(w)];                                          \
    bool holds;                                                                              \
    if (ABSL_PREDICT_TRUE(fast)) FOXVM_NEXT(holds == go ? Offset(w) : 1);                    \
    binary = &objects::name;                                                                 \
    polarity = go;                                                                           \
    goto slow_compare;                                                                       \
  }
#define FOXVM_COMPARE_IMM(label, name, go, swapped, fast)                                    \
  FOXVM_OP(label) {                                                                          \
    Value v = base[FieldA(w)], imm = Value::SmallInt(SignedB(w));                            \
    bool holds;                                                                              \
    if (ABSL_PREDICT_TRUE(fast)) FOXVM_NEXT(holds == go ? Offset(w) : 1);                    \
    binary = &objects::name;                                                                 \
    polarity = go;                                                                           \
    if (swapped) goto slow_compare_swapped;                                                  \
    goto slow_compare_immediate;                                                             \
  }

namespace foxvm::interp {

using code::FieldA;
using code::FieldB;
using code::FieldC;
using code::FieldSite;
using code::FieldX;
using code::FunctionRecord;
using code::MethodSite;
using code::Offset;
using code::SignedB;
using code::SignedC;
using code::Word;
using gc::Value;
using objects::Is;

namespace {

double Plus(double a, double b) { return a + b; }
double Minus(double a, double b) { return a - b; }
double Times(double a, double b) { return a * b; }
double Over(double a, double b) { return a / b; }

// Division truncates; by zero, of the least integer by -1, and results outside the inline form are the slow path's.
bool FastDivide(Value l, Value r, Value* out) {
  if (!BothSmallInts(l, r) || r.bits() == 0) return false;
  int64_t quotient = l.small_int() / r.small_int();
  if (!Value::FitsSmallInt(quotient)) return false;
  *out = Value::SmallInt(quotient);
  return true;
}

bool FastShift(Value l, Value r, bool left, Value* out) {
  if (!BothSmallInts(l, r)) return false;
  int64_t value = l.small_int(), count = r.small_int();
  if (count < 0 || count > 61) return false;
  int64_t result = left ? static_cast<int64_t>(static_cast<uint64_t>(value) << count) : value >> count;
  if (left && (result >> count != value || !Value::FitsSmallInt(result))) return false;
  *out = Value::SmallInt(result);
  return true;
}

enum class Bitwise { kAnd, kOr, kXor };
template <Bitwise kOp>
bool FastBits(Value l, Value r, Value* out) {
  if (!BothSmallInts(l, r)) return false;
  uint64_t a = l.bits(), b = r.bits();
  *out = Value::FromBits(kOp == Bitwise::kAnd ? a & b : kOp == Bitwise::kOr ? a | b : a ^ b);
  return true;
}

const Word* SavedPc(const Value* base) {
  return reinterpret_cast<const Word*>(base[kSavedPcSlot].bits());
}

FunctionRecord* RunningFunction(const Value* base) {
  return static_cast<objects::Closure*>(base[kCalleeSlot].object())->function();
}

}  // namespace

Outcome Execute(Engine& engine) {
  static const void* const kLabels[] = {
#define FOXVM_INSTRUCTION(name, format, flags, meaning) &&op_##name,
#include "interp/code/instructions.def"
  };
  Fiber& fiber = *engine.current;
  objects::Context& ctx = engine.objects;
  gc::Mutator& mutator = ctx.mutator;
  Value* const globals = static_cast<objects::Globals*>(fiber.globals.object())->variables();
  Value* base = fiber.base;
  Value* stack_end = fiber.stack_end();
  const Word* pc = SavedPc(base);
  // Instructions since the last poll. What polled is executed again afterwards, but not counted again.
  int64_t counter = -fiber.prepaid_weight;
  fiber.prepaid_weight = 0;
  int64_t weight = 0;
  Word w;
  // What the shared slow paths below work on.
  Value (*binary)(objects::Context&, Value*, Value*) = nullptr;
  Value (*unary)(objects::Context&, Value*) = nullptr;
  Value* left = nullptr;
  Value* right = nullptr;
  bool polarity = false;
  uint32_t result_slot = 0;
  Value result;
  Value returned;  // a frame's result: apart from the other, whose address is taken, it stays in a register
  CallOutcome call_outcome = CallOutcome::kValue;

  // Stores the frame: from here on the collector, a trace and the slow paths see it.
  auto save = [&] {
    base[kSavedPcSlot] = Value::FromBits(reinterpret_cast<uint64_t>(pc));
    fiber.base = base;
  };

  FOXVM_DISPATCH();

  FOXVM_OP(Nop) FOXVM_NEXT(1);
  FOXVM_OP(Move) {
    base[FieldA(w)] = base[FieldB(w)];
    FOXVM_NEXT(1);
  }
  FOXVM_OP(LoadWord) {
    base[FieldA(w)] = Value::FromBits(pc[1]);
    FOXVM_NEXT(2);
  }
  FOXVM_OP(LoadImmediate) {
    base[FieldA(w)] = Value::FromBits(static_cast<uint64_t>(static_cast<int64_t>(Offset(w))));
    FOXVM_NEXT(1);
  }
  FOXVM_OP(GetGlobal) {
    base[FieldA(w)] = globals[Offset(w)];
    FOXVM_NEXT(1);
  }
  FOXVM_OP(SetGlobal) {
    gc::WriteField(mutator, &globals[Offset(w)], base[FieldA(w)]);
    FOXVM_NEXT(1);
  }
  FOXVM_OP(GetCapture) {
    auto* closure = static_cast<objects::Closure*>(base[kCalleeSlot].object());
    base[FieldA(w)] = *static_cast<objects::Cell*>(closure->captures()[Offset(w)].object())->value();
    FOXVM_NEXT(1);
  }
  FOXVM_OP(SetCapture) {
    auto* closure = static_cast<objects::Closure*>(base[kCalleeSlot].object());
    auto* cell = static_cast<objects::Cell*>(closure->captures()[Offset(w)].object());
    gc::WriteField(mutator, cell->value(), base[FieldA(w)]);
    FOXVM_NEXT(1);
  }
  FOXVM_OP(MakeCell) {
    save();
    result = objects::MakeCell(ctx, &base[FieldA(w)]);
    if (result.IsEmpty()) return Outcome::kFatal;
    base[FieldA(w)] = result;
    FOXVM_NEXT(1);
  }
  FOXVM_OP(GetCell) {
    base[FieldA(w)] = *static_cast<objects::Cell*>(base[FieldB(w)].object())->value();
    FOXVM_NEXT(1);
  }
  FOXVM_OP(SetCell) {
    gc::WriteField(mutator, static_cast<objects::Cell*>(base[FieldA(w)].object())->value(),
                   base[FieldB(w)]);
    FOXVM_NEXT(1);
  }

  FOXVM_BINARY(Add, FastInt<Arithmetic::kAdd>(l, r, &base[FieldA(w)]) ||
                        FastFloat(l, r, &base[FieldA(w)], Plus))
  FOXVM_BINARY(Sub, FastInt<Arithmetic::kSub>(l, r, &base[FieldA(w)]) ||
                        FastFloat(l, r, &base[FieldA(w)], Minus))
  FOXVM_BINARY(Mul, FastInt<Arithmetic::kMul>(l, r, &base[FieldA(w)]) ||
                        FastFloat(l, r, &base[FieldA(w)], Times))
  FOXVM_DIVISION(Div, FastDivide(l, r, &base[FieldA(w)]) || FastFloat(l, r, &base[FieldA(w)], Over))
  FOXVM_BINARY(BitAnd, FastBits<Bitwise::kAnd>(l, r, &base[FieldA(w)]))
  FOXVM_BINARY(BitOr, FastBits<Bitwise::kOr>(l, r, &base[FieldA(w)]))
  FOXVM_BINARY(BitXor, FastBits<Bitwise::kXor>(l, r, &base[FieldA(w)]))
  FOXVM_BINARY(ShiftLeft, FastShift(l, r, true, &base[FieldA(w)]))
  FOXVM_BINARY(ShiftRight, FastShift(l, r, false, &base[FieldA(w)]))
  FOXVM_BINARY_IMM(Add, FastInt<Arithmetic::kAdd>(l, r, &base[FieldA(w)]))
  FOXVM_BINARY_IMM(Sub, FastInt<Arithmetic::kSub>(l, r, &base[FieldA(w)]))
  FOXVM_BINARY_IMM(Mul, FastInt<Arithmetic::kMul>(l, r, &base[FieldA(w)]))
  FOXVM_DIVISION_IMM(Div, FastDivide(l, r, &base[FieldA(w)]))
  FOXVM_BINARY_IMM(BitAnd, FastBits<Bitwise::kAnd>(l, r, &base[FieldA(w)]))
  FOXVM_BINARY_IMM(ShiftLeft, FastShift(l, r, true, &base[FieldA(w)]))
  FOXVM_BINARY_IMM(ShiftRight, FastShift(l, r, false, &base[FieldA(w)]))
  FOXVM_OP(BitNot) {
    unary = &objects::BitNot;
    goto slow_unary;
  }
  FOXVM_OP(Not) {
    Value v = base[FieldB(w)];
    if (!v.IsHeapRef()) {
      base[FieldA(w)] = Value::Bool(!v.Truthy());
      FOXVM_NEXT(1);
    }
    unary = &objects::Not;
    goto slow_unary;
  }
  FOXVM_OP(Negate) {
    unary = &objects::Negate;
    goto slow_unary;
  }

  FOXVM_OP(Equal) {
    bool holds;
    if (FastEqual(base[FieldB(w)], base[FieldC(w)], &holds)) {
      base[FieldA(w)] = Value::Bool(holds);
      FOXVM_NEXT(1);
    }
    binary = &objects::Equal;
    goto slow_binary;
  }
  FOXVM_OP(NotEqual) {
    bool holds;
    if (FastEqual(base[FieldB(w)], base[FieldC(w)], &holds)) {
      base[FieldA(w)] = Value::Bool(!holds);
      FOXVM_NEXT(1);
    }
    binary = &objects::NotEqual;
    goto slow_binary;
  }
  FOXVM_OP(Greater) {
    bool holds;
    if (FastGreater<false>(base[FieldB(w)], base[FieldC(w)], &holds)) {
      base[FieldA(w)] = Value::Bool(holds);
      FOXVM_NEXT(1);
    }
    binary = &objects::GreaterThan;
    goto slow_binary;
  }
  FOXVM_OP(GreaterEqual) {
    bool holds;
    if (FastGreater<true>(base[FieldB(w)], base[FieldC(w)], &holds)) {
      base[FieldA(w)] = Value::Bool(holds);
      FOXVM_NEXT(1);
    }
    binary = &objects::GreaterEqual;
    goto slow_binary;
  }

  FOXVM_OP(Jump) FOXVM_NEXT(Offset(w));
  FOXVM_OP(Loop) {
    weight = FieldA(w) | FieldB(w) << 16;
    counter += weight;
    if (ABSL_PREDICT_FALSE(counter >= engine.counter_limit.load(std::memory_order_relaxed))) {
      goto poll;
    }
    FOXVM_NEXT(Offset(w));
  }
  FOXVM_OP(JumpIf) FOXVM_NEXT(base[FieldA(w)].Truthy() ? Offset(w) : 1);
  FOXVM_OP(JumpIfNot) FOXVM_NEXT(base[FieldA(w)].Truthy() ? 1 : Offset(w));
  FOXVM_OP(JumpIfBangTruthy) {
    Value v = base[FieldA(w)];
    FOXVM_NEXT(!v.Truthy() || objects::IsError(v) ? Offset(w) : 1);
  }
  FOXVM_OP(JumpIfBangFalsy) {
    Value v = base[FieldA(w)];
    FOXVM_NEXT(!v.Truthy() || objects::IsError(v) ? 1 : Offset(w));
  }
  FOXVM_COMPARE(JumpEqual, Equal, true, FastEqual(l, r, &holds))
  FOXVM_COMPARE(JumpUnlessEqual, Equal, false, FastEqual(l, r, &holds))
  FOXVM_COMPARE(JumpNotEqual, NotEqual, true, (FastEqual(l, r, &holds) && (holds = !holds, true)))
  FOXVM_COMPARE(JumpUnlessNotEqual, NotEqual, false,
                (FastEqual(l, r, &holds) && (holds = !holds, true)))
  FOXVM_COMPARE(JumpGreater, GreaterThan, true, FastGreater<false>(l, r, &holds))
  FOXVM_COMPARE(JumpNotGreater, GreaterThan, false, FastGreater<false>(l, r, &holds))
  FOXVM_COMPARE(JumpGreaterEqual, GreaterEqual, true, FastGreater<true>(l, r, &holds))
  FOXVM_COMPARE(JumpNotGreaterEqual, GreaterEqual, false, FastGreater<true>(l, r, &holds))
  FOXVM_COMPARE_IMM(JumpEqualImm, Equal, true, false, FastEqual(v, imm, &holds))
  FOXVM_COMPARE_IMM(JumpUnlessEqualImm, Equal, false, false, FastEqual(v, imm, &holds))
  FOXVM_COMPARE_IMM(JumpNotEqualImm, NotEqual, true, false,
                    (FastEqual(v, imm, &holds) && (holds = !holds, true)))
  FOXVM_COMPARE_IMM(JumpUnlessNotEqualImm, NotEqual, false, false,
                    (FastEqual(v, imm, &holds) && (holds = !holds, true)))
  FOXVM_COMPARE_IMM(JumpGreaterImm, GreaterThan, true, false, FastGreater<false>(v, imm, &holds))
  FOXVM_COMPARE_IMM(JumpNotGreaterImm, GreaterThan, false, false, FastGreater<false>(v, imm, &holds))
  FOXVM_COMPARE_IMM(JumpGreaterEqualImm, GreaterEqual, true, false, FastGreater<true>(v, imm, &holds))
  FOXVM_COMPARE_IMM(JumpNotGreaterEqualImm, GreaterEqual, false, false,
                    FastGreater<true>(v, imm, &holds))
  FOXVM_COMPARE_IMM(JumpLessImm, GreaterThan, true, true, FastGreater<false>(imm, v, &holds))
  FOXVM_COMPARE_IMM(JumpNotLessImm, GreaterThan, false, true, FastGreater<false>(imm, v, &holds))
  FOXVM_COMPARE_IMM(JumpLessEqualImm, GreaterEqual, true, true, FastGreater<true>(imm, v, &holds))
  FOXVM_COMPARE_IMM(JumpNotLessEqualImm, GreaterEqual, false, true,
                    FastGreater<true>(imm, v, &holds))

  FOXVM_OP(NewArray) {
    save();
    result = objects::MakeArray(ctx, &base[FieldB(w)], FieldC(w));
    goto store_allocated;
  }
  FOXVM_OP(NewHash) {
    save();
    result = objects::MakeHash(ctx, &base[FieldB(w)], FieldC(w) / 2);
    goto store_allocated;
  }
  FOXVM_OP(NewSchema) {
    save();
    result = objects::MakeSchema(ctx, reinterpret_cast<objects::Shape*>(pc[1]));
    goto store_allocated_two_words;
  }
  FOXVM_OP(NewClosure) {
    save();
    result = NewClosure(engine, reinterpret_cast<const code::ClosureSite*>(pc[1]), base);
    goto store_allocated_two_words;
  }
  FOXVM_OP(GetIndex) {
    Value c = base[FieldB(w)], i = base[FieldC(w)];
    if (ABSL_PREDICT_TRUE(Is(c, objects::kArrayType) && i.IsSmallInt())) {
      auto* array = static_cast<objects::Array*>(c.object());
      uint64_t index = static_cast<uint64_t>(i.small_int());
      if (ABSL_PREDICT_TRUE(index < array->read_length())) {
        base[FieldA(w)] = static_cast<objects::ArrayStore*>(array->store.object())->elements()[index];
        FOXVM_NEXT(1);
      }
    } else if (Is(c, objects::kHashType) && Is(i, objects::kStringType)) {
      Value found = objects::HashGetString(c, i);
      base[FieldA(w)] = found.IsEmpty() ? Value::Null() : found;
      FOXVM_NEXT(1);
    } else if (Is(c, objects::kStringType) && i.IsSmallInt()) {
      uint64_t index = static_cast<uint64_t>(i.small_int());
      if (ABSL_PREDICT_TRUE(index < objects::StringLength(c))) {
        auto* string = static_cast<objects::FlatString*>(c.object());
        base[FieldA(w)] = ctx.strings.Char(static_cast<uint8_t>(string->bytes()[index]));
        FOXVM_NEXT(1);
      }
    }
    binary = &objects::GetIndex;
    goto slow_binary;
  }
  FOXVM_OP(SetIndex) {
    Value c = base[FieldA(w)], i = base[FieldB(w)], v = base[FieldC(w)];
    if (ABSL_PREDICT_TRUE(Is(c, objects::kArrayType) && i.IsSmallInt() && !objects::IsError(v))) {
      auto* array = static_cast<objects::Array*>(c.object());
      uint64_t index = static_cast<uint64_t>(i.small_int());
      if (ABSL_PREDICT_TRUE(index < array->write_length())) {
        gc::WriteField(mutator,
                       &static_cast<objects::ArrayStore*>(array->store.object())->elements()[index], v);
        FOXVM_NEXT(1);
      }
    } else if (Is(c, objects::kHashType) && Is(i, objects::kStringType) && !objects::IsError(v)) {
      int64_t entry = objects::HashFindString(c, i);
      if (ABSL_PREDICT_TRUE(entry != objects::kNotFound)) {
        objects::HashSetValueAt(ctx, c, static_cast<size_t>(entry), v);
        FOXVM_NEXT(1);
      }
    }
    save();
    if (!objects::SetIndex(ctx, &base[FieldA(w)], &base[FieldB(w)], &base[FieldC(w)])) {
      return Outcome::kFatal;
    }
    FOXVM_NEXT(1);
  }
  FOXVM_OP(GetField) {
    Value c = base[FieldB(w)];
    auto* site = reinterpret_cast<FieldSite*>(pc[1]);
    if (ABSL_PREDICT_TRUE(Is(c, objects::kStructType))) {
      auto* object = static_cast<objects::StructObject*>(c.object());
      if (ABSL_PREDICT_TRUE(object->shape() == site->shape)) {
        base[FieldA(w)] = *object->field(site->field);
        FOXVM_NEXT(2);
      }
    }
    save();
    result = GetFieldSlow(engine, site, &base[FieldB(w)]);
    goto store_allocated_two_words;
  }
  FOXVM_OP(SetField) {
    Value c = base[FieldA(w)], v = base[FieldB(w)];
    auto* site = reinterpret_cast<FieldSite*>(pc[1]);
    if (ABSL_PREDICT_TRUE(Is(c, objects::kStructType) && !objects::IsError(v))) {
      auto* object = static_cast<objects::StructObject*>(c.object());
      if (ABSL_PREDICT_TRUE(object->shape() == site->shape)) {
        gc::WriteField(mutator, object->field(site->field), v);
        FOXVM_NEXT(2);
      }
    }
    save();
    if (!SetFieldSlow(engine, site, &base[FieldA(w)], &base[FieldB(w)])) return Outcome::kFatal;
    FOXVM_NEXT(2);
  }

  FOXVM_OP(Call) {
    Value callee = base[FieldA(w)];
    if (ABSL_PREDICT_TRUE(Is(callee, objects::kClosureType))) {
      const FunctionRecord* function = static_cast<objects::Closure*>(callee.object())->function();
      Value* frame = base + FieldA(w) + kFrameHeaderSlots;
      if (ABSL_PREDICT_TRUE(function->params == FieldB(w) &&
                            static_cast<size_t>(stack_end - frame) >= function->frame_slots &&
                            frame <= stack_end)) {
        weight = function->entry_weight;
        counter += weight;
        if (ABSL_PREDICT_FALSE(counter >= engine.counter_limit.load(std::memory_order_relaxed))) {
          goto poll;
        }
        base[kSavedPcSlot] = Value::FromBits(reinterpret_cast<uint64_t>(pc));
        frame[kLinkSlot] =
            Value::FromBits(MakeLink(FieldA(w) + kFrameHeaderSlots, FrameKind::kInterpreted));
        base = frame;
        pc = function->code;
        FOXVM_DISPATCH();
      }
    }
    save();
    result_slot = FieldC(w);
    call_outcome = CallSlow(engine, FieldA(w), FieldB(w), &result);
    goto after_call;
  }
  FOXVM_OP(Length) {
    Value v = base[FieldA(w)];
    if (ABSL_PREDICT_TRUE(Is(v, objects::kArrayType))) {
      // 0 may stand for another length.
      uint32_t length = static_cast<objects::Array*>(v.object())->read_length();
      if (ABSL_PREDICT_TRUE(length != 0)) {
        base[FieldC(w)] = Value::SmallInt(length);
        FOXVM_NEXT(1);
      }
    } else if (objects::IsString(v)) {
      base[FieldC(w)] = Value::SmallInt(static_cast<int64_t>(objects::StringLength(v)));
      FOXVM_NEXT(1);
    }
    goto op_CallBuiltin;
  }
  FOXVM_OP(CallBuiltin) {
    save();
    result_slot = FieldC(w);
    call_outcome = CallBuiltin(engine, FieldX(w), &base[FieldA(w)], FieldB(w), &result);
    goto after_call;
  }
  FOXVM_OP(Import) {
    save();
    call_outcome =
        ImportSlow(engine, reinterpret_cast<code::ImportState*>(pc[1]), FieldA(w), &result);
    if (call_outcome == CallOutcome::kValue) {
      base[FieldC(w)] = result;
      FOXVM_NEXT(2);
    }
    goto after_call;
  }
  FOXVM_OP(Return) {
    returned = base[FieldA(w)];
    goto do_return;
  }
  FOXVM_OP(ReturnNull) {
    returned = Value::Null();
    goto do_return;
  }

  FOXVM_DIVISION(Mod, FastModulo(l, r, &base[FieldA(w)]))
  FOXVM_DIVISION_IMM(Mod, FastModulo(l, r, &base[FieldA(w)]))
  FOXVM_OP(Check) {
    Value v = base[FieldA(w)];
    if (ABSL_PREDICT_TRUE(!objects::IsError(v))) FOXVM_NEXT(1);
    save();
    objects::StopAtError(ctx, v);
    return Outcome::kFatal;
  }
  FOXVM_OP(Default) {
    Value v = base[FieldB(w)];
    base[FieldA(w)] = v.IsNull() ? Value::FromBits(pc[1]) : v;
    FOXVM_NEXT(2);
  }
  FOXVM_OP(GetFieldAt) {
    Value c = base[FieldB(w)];
    if (ABSL_PREDICT_TRUE(Is(c, objects::kStructType))) {
      auto* object = static_cast<objects::StructObject*>(c.object());
      if (ABSL_PREDICT_TRUE(FieldC(w) < object->shape()->field_count())) {
        base[FieldA(w)] = *object->field(FieldC(w));
        FOXVM_NEXT(1);
      }
    }
    save();
    objects::StopAtField(ctx, c, FieldC(w));
    return Outcome::kFatal;
  }
  FOXVM_OP(SetFieldAt) {
    Value c = base[FieldA(w)];
    if (ABSL_PREDICT_TRUE(Is(c, objects::kStructType))) {
      auto* object = static_cast<objects::StructObject*>(c.object());
      if (ABSL_PREDICT_TRUE(FieldC(w) < object->shape()->field_count())) {
        gc::WriteField(mutator, object->field(FieldC(w)), base[FieldB(w)]);
        FOXVM_NEXT(1);
      }
    }
    save();
    objects::StopAtField(ctx, c, FieldC(w));
    return Outcome::kFatal;
  }
  FOXVM_OP(GetAt) {
    Value c = base[FieldB(w)], i = base[FieldC(w)];
    if (ABSL_PREDICT_TRUE(Is(c, objects::kArrayType) && i.IsSmallInt())) {
      auto* array = static_cast<objects::Array*>(c.object());
      uint64_t index = static_cast<uint64_t>(i.small_int());
      if (ABSL_PREDICT_TRUE(index < array->read_length())) {
        base[FieldA(w)] = static_cast<objects::ArrayStore*>(array->store.object())->elements()[index];
        FOXVM_NEXT(1);
      }
    } else if (Is(c, objects::kStringType) && i.IsSmallInt()) {
      uint64_t index = static_cast<uint64_t>(i.small_int());
      if (ABSL_PREDICT_TRUE(index < objects::StringLength(c))) {
        auto* string = static_cast<objects::FlatString*>(c.object());
        base[FieldA(w)] = Value::SmallInt(static_cast<uint8_t>(string->bytes()[index]));
        FOXVM_NEXT(1);
      }
    } else if (Is(c, objects::kHashType) && Is(i, objects::kStringType)) {
      Value found = objects::HashGetString(c, i);
      base[FieldA(w)] = found.IsEmpty() ? Value::Null() : found;
      FOXVM_NEXT(1);
    }
    binary = &objects::GetAt;
    goto slow_binary;
  }
  FOXVM_OP(SetAt) {
    Value c = base[FieldA(w)], i = base[FieldB(w)], v = base[FieldC(w)];
    if (ABSL_PREDICT_TRUE(Is(c, objects::kArrayType) && i.IsSmallInt())) {
      auto* array = static_cast<objects::Array*>(c.object());
      uint64_t index = static_cast<uint64_t>(i.small_int());
      if (ABSL_PREDICT_TRUE(index < array->write_length())) {
        gc::WriteField(mutator, &static_cast<objects::ArrayStore*>(array->store.object())->elements()[index],
                       v);
        FOXVM_NEXT(1);
      }
    } else if (Is(c, objects::kHashType) && Is(i, objects::kStringType)) {
      int64_t entry = objects::HashFindString(c, i);
      if (ABSL_PREDICT_TRUE(entry != objects::kNotFound)) {
        objects::HashSetValueAt(ctx, c, static_cast<size_t>(entry), v);
        FOXVM_NEXT(1);
      }
    }
    save();
    if (!objects::SetAt(ctx, &base[FieldA(w)], &base[FieldB(w)], &base[FieldC(w)])) return Outcome::kFatal;
    FOXVM_NEXT(1);
  }
  FOXVM_OP(SetMethod) {
    save();
    if (!SetMethod(engine, base[FieldA(w)], Value::FromBits(pc[1]), base[FieldB(w)])) return Outcome::kFatal;
    FOXVM_NEXT(2);
  }
  FOXVM_OP(FindMethod) {
    Value receiver = base[FieldB(w)];
    auto* site = reinterpret_cast<MethodSite*>(pc[1]);
    if (ABSL_PREDICT_TRUE(Is(receiver, objects::kStructType))) {
      auto* object = static_cast<objects::StructObject*>(receiver.object());
      if (ABSL_PREDICT_TRUE(object->shape() == site->shape)) {
        base[FieldA(w)] = *site->closure;
        FOXVM_NEXT(2);
      }
    }
    save();
    result = FindMethodSlow(engine, site, receiver);
    goto store_allocated_two_words;
  }
  FOXVM_OP(StringGreater) {
    bool holds;
    if (FastStringGreater<false>(base[FieldB(w)], base[FieldC(w)], &holds)) {
      base[FieldA(w)] = Value::Bool(holds);
      FOXVM_NEXT(1);
    }
    binary = &objects::StringGreater;
    goto slow_binary;
  }
  FOXVM_OP(StringGreaterEqual) {
    bool holds;
    if (FastStringGreater<true>(base[FieldB(w)], base[FieldC(w)], &holds)) {
      base[FieldA(w)] = Value::Bool(holds);
      FOXVM_NEXT(1);
    }
    binary = &objects::StringGreaterEqual;
    goto slow_binary;
  }
  FOXVM_OP(Same) {
    bool holds;
    if (FastSame(base[FieldB(w)], base[FieldC(w)], &holds)) {
      base[FieldA(w)] = Value::Bool(holds);
      FOXVM_NEXT(1);
    }
    binary = &objects::Same;
    goto slow_binary;
  }
  FOXVM_COMPARE(JumpStringGreater, StringGreater, true, FastStringGreater<false>(l, r, &holds))
  FOXVM_COMPARE(JumpNotStringGreater, StringGreater, false, FastStringGreater<false>(l, r, &holds))
  FOXVM_COMPARE(JumpStringGreaterEqual, StringGreaterEqual, true, FastStringGreater<true>(l, r, &holds))
  FOXVM_COMPARE(JumpNotStringGreaterEqual, StringGreaterEqual, false, FastStringGreater<true>(l, r, &holds))
  FOXVM_COMPARE(JumpSame, Same, true, FastSame(l, r, &holds))
  FOXVM_COMPARE(JumpNotSame, Same, false, FastSame(l, r, &holds))

do_return: {
  const uint64_t link = base[kLinkSlot].bits();
  if (ABSL_PREDICT_FALSE(!IsPlainLink(link))) goto return_slow;
  base -= LinkDistance(link);
  pc = SavedPc(base);
  w = *pc;
  base[FieldC(w)] = returned;
  FOXVM_NEXT(1);
}

return_slow: {
  const uint64_t link = base[kLinkSlot].bits();
  if (LinkKind(link) == FrameKind::kEntry) {
    engine.result = returned;
    return Outcome::kReturned;
  }
  base -= LinkDistance(link);
  if ((link & kReturnBarrier) != 0) engine.walker->NoteGoesOn(fiber, base, LinkKind(link));
  pc = SavedPc(base);
  w = *pc;
  base[FieldC(w)] = returned;
  if (LinkKind(link) != FrameKind::kImport) FOXVM_NEXT(1);
  auto* import = reinterpret_cast<code::ImportState*>(pc[1]);
  import->value = returned;
  import->running = false;
  FOXVM_NEXT(2);
}

after_call:
  switch (call_outcome) {
    case CallOutcome::kValue:
      base[result_slot] = result;
      FOXVM_NEXT(1);
    case CallOutcome::kEntered:
      base = fiber.base;
      stack_end = fiber.stack_end();
      pc = SavedPc(base);
      counter += RunningFunction(base)->entry_weight;
      FOXVM_DISPATCH();
    case CallOutcome::kSuspended:
      return ChargeInstructions(engine, counter) ? Outcome::kSuspended : Outcome::kFatal;
    case CallOutcome::kFatal:
      return Outcome::kFatal;
  }

store_allocated:
  if (ABSL_PREDICT_FALSE(result.IsEmpty())) return Outcome::kFatal;
  base[FieldA(w)] = result;
  FOXVM_NEXT(1);

store_allocated_two_words:
  if (ABSL_PREDICT_FALSE(result.IsEmpty())) return Outcome::kFatal;
  base[FieldA(w)] = result;
  FOXVM_NEXT(2);

slow_unary:
  save();
  result = unary(ctx, &base[FieldB(w)]);
  goto store_allocated;

slow_binary_immediate:
  engine.scratch = Value::SmallInt(SignedC(w));
  save();
  result = binary(ctx, &base[FieldB(w)], &engine.scratch);
  goto store_allocated;

slow_division:
  save();
  result = binary(ctx, &base[FieldB(w)], right);
  if (FieldX(w) != 0 && objects::IsError(result)) {
    objects::StopAtError(ctx, result);
    return Outcome::kFatal;
  }
  goto store_allocated;

slow_binary:
  save();
  result = binary(ctx, &base[FieldB(w)], &base[FieldC(w)]);
  goto store_allocated;

slow_compare_swapped:
  engine.scratch = Value::SmallInt(SignedB(w));
  left = &engine.scratch;
  right = &base[FieldA(w)];
  goto compare;

slow_compare_immediate:
  engine.scratch = Value::SmallInt(SignedB(w));
  left = &base[FieldA(w)];
  right = &engine.scratch;
  goto compare;

slow_compare:
  left = &base[FieldA(w)];
  right = &base[FieldB(w)];
compare:
  save();
  result = binary(ctx, left, right);
  if (ABSL_PREDICT_FALSE(result.IsEmpty())) return Outcome::kFatal;
  FOXVM_NEXT(result.Truthy() == polarity ? Offset(w) : 1);

poll:
  save();
  switch (PollSlow(engine, counter)) {
    case PollOutcome::kContinue:
      counter = -weight;
      FOXVM_DISPATCH();
    case PollOutcome::kYield:
      fiber.prepaid_weight = weight;
      return Outcome::kYielded;
    case PollOutcome::kFatal:
      return Outcome::kFatal;
  }
  FOXVM_CHECK(false);
}

}  // namespace foxvm::interp
