// The operators of the language, complete: every operand type, every error value, in the order programs can
// observe.
// How: one function per operator, the slow path of interpreter and compiled code alike. An ERROR operand is
//      returned before anything else, the left one first; other failures are new error values.
// Threads: the VM's.  Collects: yes.  Operands (Value*) are rooted slots outside the heap; a string in one
//      may be replaced by an equal one. Value::Empty() (false for SetIndex) means fatal: ctx.fatal is set.
#ifndef FOXVM_INTERP_OBJECTS_OPERATORS_H_
#define FOXVM_INTERP_OBJECTS_OPERATORS_H_

#include "interp/objects/context.h"
#include "interp/objects/layout.h"

namespace foxvm::objects {

// + - * /
gc::Value Add(Context& ctx, gc::Value* l, gc::Value* r);
gc::Value Sub(Context& ctx, gc::Value* l, gc::Value* r);
gc::Value Mul(Context& ctx, gc::Value* l, gc::Value* r);
gc::Value Div(Context& ctx, gc::Value* l, gc::Value* r);

// % of two integers, with the sign of the left one. Floats have none.
gc::Value Mod(Context& ctx, gc::Value* l, gc::Value* r);

// == != > >=
gc::Value Equal(Context& ctx, gc::Value* l, gc::Value* r);
gc::Value NotEqual(Context& ctx, gc::Value* l, gc::Value* r);
// Objects by identity, everything else as Equal; error values are objects.
gc::Value Same(Context& ctx, gc::Value* l, gc::Value* r);
gc::Value GreaterThan(Context& ctx, gc::Value* l, gc::Value* r);
gc::Value GreaterEqual(Context& ctx, gc::Value* l, gc::Value* r);

// & | ^ << >>
gc::Value BitAnd(Context& ctx, gc::Value* l, gc::Value* r);
gc::Value BitOr(Context& ctx, gc::Value* l, gc::Value* r);
gc::Value BitXor(Context& ctx, gc::Value* l, gc::Value* r);
gc::Value ShiftLeft(Context& ctx, gc::Value* l, gc::Value* r);
gc::Value ShiftRight(Context& ctx, gc::Value* l, gc::Value* r);

// ~ ! -
gc::Value BitNot(Context& ctx, gc::Value* v);
gc::Value Not(Context& ctx, gc::Value* v);
gc::Value Negate(Context& ctx, gc::Value* v);

// (*c)[*i]
gc::Value GetIndex(Context& ctx, gc::Value* c, gc::Value* i);

// (*c)[*i] = *v as a statement: what fails with an error value stores nothing. False: fatal.
[[nodiscard]] bool SetIndex(Context& ctx, gc::Value* c, gc::Value* i, gc::Value* v);

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_OPERATORS_H_
