#include "interp/objects/operators.h"

#include <limits>
#include <string>
#include <vector>

#include "gc/write_barrier.h"
#include "gtest/gtest.h"
#include "interp/objects/closure.h"
#include "interp/objects/native_objects.h"
#include "tests/interp/objects/world.h"

namespace foxvm::objects {
namespace {

using gc::Value;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

class OperatorsTest : public testing::Test {
 protected:
  using Binary = Value (*)(Context&, Value*, Value*);
  using Unary = Value (*)(Context&, Value*);

  std::string Text(Value v) {
    if (v.IsEmpty()) return "FATAL " + w.ctx.fatal_message;
    return std::string(TypeName(v)) + " " + w.Text(v);
  }
  std::string Apply(Binary op, Value* l, Value* r) { return Text(op(w.ctx, l, r)); }
  std::string Apply(Unary op, Value* v) { return Text(op(w.ctx, v)); }
  std::string Ints(Binary op, int64_t l, int64_t r) { return Apply(op, w.Int(l), w.Int(r)); }
  std::string Floats(Binary op, double l, double r) { return Apply(op, w.Float(l), w.Float(r)); }

  static std::string RuntimeError(const std::string& message) {
    return "ERROR Error [RUNTIME_ERROR] di [:0:0]:\n  " + message + "\n";
  }
  static std::string Int(int64_t i) { return "INTEGER " + std::to_string(i); }

  World w{Stress()};
  Value* yes = w.Root(Value::Bool(true));
  Value* no = w.Root(Value::Bool(false));
  Value* null = w.Root();
};

TEST_F(OperatorsTest, IntegerArithmeticWraps) {
  EXPECT_EQ(Ints(Add, 2, 3), Int(5));
  EXPECT_EQ(Ints(Add, kMax, 1), Int(kMin));
  EXPECT_EQ(Ints(Add, Value::kSmallIntMax, 1), Int(Value::kSmallIntMax + 1));
  EXPECT_EQ(Ints(Sub, kMin, 1), Int(kMax));
  EXPECT_EQ(Ints(Sub, Value::kSmallIntMax + 1, 1), Int(Value::kSmallIntMax));
  EXPECT_EQ(Ints(Mul, kMin, -1), Int(kMin));
  EXPECT_EQ(Ints(Mul, kMax, kMax), Int(1));
  EXPECT_EQ(Ints(Div, 7, -2), Int(-3));
  EXPECT_EQ(Ints(Div, -7, 2), Int(-3));
  EXPECT_EQ(Ints(Div, kMin, -1), Int(kMin));
  EXPECT_EQ(Ints(Div, kMax, -1), Int(-kMax));
  EXPECT_EQ(Ints(Div, 1, 0), RuntimeError("integer divide by zero"));
}

TEST_F(OperatorsTest, ArithmeticWithAFloatIsDouble) {
  EXPECT_EQ(Apply(Add, w.Int(1), w.Float(0.5)), "FLOAT 1.5");
  EXPECT_EQ(Apply(Sub, w.Float(1.5), w.Int(2)), "FLOAT -0.5");
  EXPECT_EQ(Floats(Mul, 1e200, 1e200), "FLOAT +Inf");
  EXPECT_EQ(Floats(Mul, 1e90, 1e10), "FLOAT 1e+100");  // boxed
  EXPECT_EQ(Floats(Div, 1, 0.0), "FLOAT +Inf");
  EXPECT_EQ(Floats(Div, 1, -0.0), "FLOAT -Inf");
  EXPECT_EQ(Floats(Div, 0.0, 0.0), "FLOAT NaN");
  EXPECT_EQ(Apply(Div, w.Int(1), w.Float(4)), "FLOAT 0.25");
}

TEST_F(OperatorsTest, OtherOperandsOfArithmeticAreErrors) {
  EXPECT_EQ(Apply(Add, w.Int(1), yes), RuntimeError("type mismatch: INTEGER + BOOLEAN"));
  EXPECT_EQ(Apply(Add, null, null), RuntimeError("unknown operator: NULL + NULL"));
  EXPECT_EQ(Apply(Mul, w.NewArray({}), w.NewArray({})), RuntimeError("unknown operator: ARRAY * ARRAY"));
  EXPECT_EQ(Apply(Div, w.Float(1), null), RuntimeError("type mismatch: FLOAT / NULL"));
  EXPECT_EQ(Apply(Sub, yes, no), RuntimeError("unknown operator: BOOLEAN - BOOLEAN"));
  for (Binary op : {Sub, Mul, Div}) {
    EXPECT_EQ(Apply(op, w.String("a"), w.Int(1)), RuntimeError("string only supports add"));
    EXPECT_EQ(Apply(op, w.Int(1), w.String("a")), RuntimeError("string only supports add"));
  }
}

TEST_F(OperatorsTest, AddJoinsTextAndArrays) {
  EXPECT_EQ(Apply(Add, w.String("a"), w.String("b")), "STRING ab");
  EXPECT_EQ(Apply(Add, w.String("a"), w.Float(1.5)), "STRING a1.5");
  EXPECT_EQ(Apply(Add, null, w.String("b")), "STRING kosongb");
  EXPECT_EQ(Apply(Add, w.String("a"), w.NewArray({w.Int(1), w.String("x")})), "STRING a[1, x]");
  EXPECT_EQ(Apply(Add, w.Int(3), w.String("x")), "STRING 3x");
  EXPECT_EQ(Apply(Add, w.NewArray({w.Int(1)}), w.NewArray({w.Int(2)})), "ARRAY [1, 2]");
}

TEST_F(OperatorsTest, AnErrorOperandIsReturnedLeftOneFirst) {
  Value* e = w.Root(MakeError(w.ctx, ErrorCode::kNone, "e"));
  Value* f = w.Root(MakeError(w.ctx, ErrorCode::kNone, "f"));
  Value* text = w.String("t");
  for (Binary op : {Add, Sub, Mul, Div, Equal, NotEqual, GreaterThan, GreaterEqual, BitAnd, BitOr, BitXor,
                    ShiftLeft, ShiftRight, GetIndex}) {
    EXPECT_EQ(op(w.ctx, e, f), *e);
    EXPECT_EQ(op(w.ctx, text, f), *f);
    EXPECT_EQ(op(w.ctx, f, text), *f);
  }
  for (Unary op : {BitNot, Not, Negate}) EXPECT_EQ(op(w.ctx, e), *e);
}

TEST_F(OperatorsTest, Equality) {
  auto equal = [this](Value* l, Value* r) {
    Value eq = Equal(w.ctx, l, r);
    Value ne = NotEqual(w.ctx, l, r);
    EXPECT_TRUE(eq.IsBool() && ne.IsBool());
    EXPECT_NE(eq.boolean(), ne.boolean());
    return eq.boolean();
  };
  Value* nan = w.Float(std::numeric_limits<double>::quiet_NaN());
  EXPECT_TRUE(equal(w.Int(3), w.Int(3)));
  EXPECT_TRUE(equal(w.Int(kMin), w.Int(kMin)));
  EXPECT_FALSE(equal(w.Int(9007199254740993), w.Int(9007199254740992)));
  EXPECT_TRUE(equal(w.Int(9007199254740993), w.Float(9007199254740992.0)));
  EXPECT_TRUE(equal(w.Float(0.0), w.Float(-0.0)));
  EXPECT_TRUE(equal(w.Float(1e100), w.Float(1e100)));
  EXPECT_FALSE(equal(nan, nan));
  EXPECT_TRUE(equal(null, null));
  EXPECT_TRUE(equal(yes, yes));
  EXPECT_FALSE(equal(yes, no));
  EXPECT_FALSE(equal(yes, w.Int(1)));
  EXPECT_FALSE(equal(null, no));
  EXPECT_TRUE(equal(w.String("abc"), w.String("abc")));
  EXPECT_FALSE(equal(w.String("abc"), w.String("abd")));
  EXPECT_FALSE(equal(w.String("1"), w.Int(1)));
  std::string text(400, 'r');
  EXPECT_TRUE(equal(w.Root(ConcatText(w.ctx, w.String(text), "z")), w.String(text + "z")));
  Value* a = w.NewArray({});
  Value* builtin = w.Root(Value::Builtin(1));
  EXPECT_FALSE(equal(a, a));
  EXPECT_FALSE(equal(builtin, builtin));
}

TEST_F(OperatorsTest, Ordering) {
  EXPECT_EQ(Ints(GreaterThan, 2, 1), "BOOLEAN benar");
  EXPECT_EQ(Ints(GreaterThan, 1, 1), "BOOLEAN salah");
  EXPECT_EQ(Ints(GreaterEqual, 1, 1), "BOOLEAN benar");
  EXPECT_EQ(Ints(GreaterThan, kMax, kMin), "BOOLEAN benar");
  EXPECT_EQ(Apply(GreaterThan, w.Float(1.5), w.Int(1)), "BOOLEAN benar");
  EXPECT_EQ(Apply(GreaterEqual, w.Int(9007199254740993), w.Float(9007199254740992.0)), "BOOLEAN benar");
  Value* nan = w.Float(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(Apply(GreaterEqual, nan, nan), "BOOLEAN salah");
  EXPECT_EQ(Apply(GreaterEqual, w.String("b"), w.String("a")), "BOOLEAN salah");
  EXPECT_EQ(Apply(GreaterThan, yes, no), "BOOLEAN salah");
  for (Binary op : {GreaterThan, GreaterEqual}) {
    EXPECT_EQ(Apply(op, null, null), RuntimeError("unsupported comparison"));
    EXPECT_EQ(Apply(op, yes, w.Int(0)), RuntimeError("unsupported comparison"));
    EXPECT_EQ(Apply(op, w.String("a"), w.Int(0)), RuntimeError("unsupported comparison"));
    EXPECT_EQ(Apply(op, w.NewArray({}), w.NewArray({})), RuntimeError("unsupported comparison"));
  }
}

TEST_F(OperatorsTest, BitsAndShifts) {
  EXPECT_EQ(Ints(BitAnd, 6, 3), Int(2));
  EXPECT_EQ(Ints(BitOr, 6, 3), Int(7));
  EXPECT_EQ(Ints(BitXor, -1, 0), Int(-1));
  EXPECT_EQ(Ints(ShiftLeft, 1, 63), Int(kMin));
  EXPECT_EQ(Ints(ShiftLeft, 3, 63), Int(kMin));
  EXPECT_EQ(Ints(ShiftLeft, -1, 64), Int(0));
  EXPECT_EQ(Ints(ShiftLeft, -1, 4), Int(-16));
  EXPECT_EQ(Ints(ShiftRight, -8, 1), Int(-4));
  EXPECT_EQ(Ints(ShiftRight, -8, 64), Int(-1));
  EXPECT_EQ(Ints(ShiftRight, 8, kMax), Int(0));
  EXPECT_EQ(Ints(ShiftLeft, 1, -1), RuntimeError("negative shift count"));
  EXPECT_EQ(Ints(ShiftRight, 1, kMin), RuntimeError("negative shift count"));
  EXPECT_EQ(Apply(BitAnd, w.Int(1), w.Float(1)),
            RuntimeError("unsupported types for bitwise operation: type tag 1 type tag 4"));
  EXPECT_EQ(Apply(ShiftLeft, w.String("a"), yes),
            RuntimeError("unsupported types for bitwise operation: type tag 3 type tag 2"));
  EXPECT_EQ(Apply(BitNot, w.Int(kMin)), Int(kMax));
  EXPECT_EQ(Apply(BitNot, w.Float(1)), RuntimeError("bitnot not supported for type tag 4"));
}

TEST_F(OperatorsTest, NotAndNegate) {
  EXPECT_EQ(Apply(Not, w.Int(0)), "BOOLEAN benar");
  EXPECT_EQ(Apply(Not, null), "BOOLEAN benar");
  EXPECT_EQ(Apply(Not, no), "BOOLEAN benar");
  EXPECT_EQ(Apply(Not, w.Float(0.0)), "BOOLEAN salah");
  EXPECT_EQ(Apply(Not, w.String("")), "BOOLEAN salah");
  EXPECT_EQ(Apply(Negate, w.Int(kMin)), Int(kMin));
  EXPECT_EQ(Apply(Negate, w.Float(0.0)), "FLOAT -0");
  EXPECT_EQ(Apply(Negate, w.String("a")), RuntimeError("minus not supported for type tag 3"));
}

TEST_F(OperatorsTest, IndexReads) {
  Value* a = w.NewArray({w.Int(10), w.Int(20)});
  EXPECT_EQ(Apply(GetIndex, a, w.Int(1)), Int(20));
  EXPECT_EQ(Apply(GetIndex, a, w.Int(-1)), "NULL kosong");
  EXPECT_EQ(Apply(GetIndex, a, w.Int(kMax)), "NULL kosong");
  EXPECT_EQ(Apply(GetIndex, a, w.Float(1)), RuntimeError("index must be integer"));
  Value* s = w.String("h\xC3");
  EXPECT_EQ(Apply(GetIndex, s, w.Int(0)), "STRING h");
  EXPECT_EQ(Apply(GetIndex, s, w.Int(1)), "STRING \xC3\x83");
  EXPECT_EQ(Apply(GetIndex, s, w.Int(2)), "NULL kosong");
  EXPECT_EQ(Apply(GetIndex, s, yes), RuntimeError("string index must be integer"));
  Value* rope = w.Root(ConcatText(w.ctx, w.String(std::string(300, 'a')), "b"));
  EXPECT_EQ(Apply(GetIndex, rope, w.Int(300)), "STRING b");
  Value* h = w.Root(MakeHash(w.ctx, nullptr, 0));
  ASSERT_TRUE(SetIndex(w.ctx, h, w.Float(1.5), w.Int(3)));
  EXPECT_EQ(Apply(GetIndex, h, w.Float(1.5)), Int(3));
  EXPECT_EQ(Apply(GetIndex, h, w.Int(1)), "NULL kosong");
  EXPECT_EQ(Apply(GetIndex, w.Int(1), w.Int(0)), RuntimeError("index not supported for type tag 1"));
  EXPECT_EQ(Apply(GetIndex, null, w.Int(0)), RuntimeError("index not supported for type tag 5"));
}

TEST_F(OperatorsTest, IndexWrites) {
  Value* a = w.NewArray({w.Int(10)});
  Value* error = w.Root(MakeError(w.ctx, ErrorCode::kNone, "e"));
  EXPECT_TRUE(SetIndex(w.ctx, a, w.Int(0), w.Int(11)));
  EXPECT_TRUE(SetIndex(w.ctx, a, w.Float(0), w.Int(12)));
  EXPECT_TRUE(SetIndex(w.ctx, a, w.Int(0), error));
  EXPECT_TRUE(SetIndex(w.ctx, a, w.Int(99), error));
  EXPECT_EQ(w.Text(*a), "[11]");
  Value* s = w.String("abc");
  EXPECT_TRUE(SetIndex(w.ctx, s, w.Int(0), w.String("x")));
  EXPECT_EQ(w.Text(*s), "abc");
  Value* h = w.Root(MakeHash(w.ctx, nullptr, 0));
  EXPECT_TRUE(SetIndex(w.ctx, h, w.String("k"), a));
  EXPECT_TRUE(SetIndex(w.ctx, h, a, w.Int(1)));
  EXPECT_TRUE(SetIndex(w.ctx, h, w.String("bad"), error));
  EXPECT_EQ(w.Text(*h), "{k: [11], [11]: 1}");
  EXPECT_FALSE(SetIndex(w.ctx, a, w.Int(-1), w.Int(0)));
  EXPECT_EQ(w.ctx.fatal_message, "index out of bounds: -1 (len 1)");
}

TEST_F(OperatorsTest, StructFields) {
  for (int field_count : {3, 20}) {
    std::vector<std::string> names;
    for (int i = 0; i < field_count; ++i) names.push_back("f" + std::to_string(i));
    gc::HandleScope scope(w.ctx.mutator);
    // Interned names are pinned, the handles keep them alive; so the plain copies stay good.
    std::vector<Value> field_slots;
    std::vector<Value> value_slots;
    for (int i = 0; i < field_count; ++i) {
      field_slots.push_back(*w.Root(w.ctx.strings.Intern(w.ctx, names[i])));
      value_slots.push_back(Value::SmallInt(i));
    }
    Shape* shape = w.ctx.shapes.Get(w.ctx, "P", field_slots.data(), field_slots.size());
    ASSERT_NE(shape, nullptr);
    Value* p = w.Root(MakeStruct(w.ctx, shape, value_slots.data()));
    EXPECT_EQ(Apply(GetIndex, p, w.String("f2")), Int(2));
    EXPECT_EQ(Apply(GetIndex, p, w.String("none")), "NULL kosong");
    EXPECT_EQ(Apply(GetIndex, p, w.Int(0)), RuntimeError("struct key must be string"));
    EXPECT_TRUE(SetIndex(w.ctx, p, w.String("f2"), w.String("new")));
    EXPECT_TRUE(SetIndex(w.ctx, p, w.String("none"), w.Int(1)));
    EXPECT_TRUE(SetIndex(w.ctx, p, w.Int(0), w.Int(1)));
    EXPECT_EQ(Apply(GetIndex, p, w.String("f2")), "STRING new");
  }
}

TEST_F(OperatorsTest, ShapesAreSharedByNameAndFields) {
  Shape* p = w.NewShape("P", {"x", "y"});
  EXPECT_EQ(w.NewShape("P", {"x", "y"}), p);
  EXPECT_NE(w.NewShape("P", {"y", "x"}), p);
  EXPECT_NE(w.NewShape("Q", {"x", "y"}), p);
  EXPECT_NE(w.NewShape("P", {"x"}), p);
  Value* twice = w.Root(w.NewShape("T", {"x", "x"})->fields[0]);
  EXPECT_EQ(w.NewShape("T", {"x", "x"})->FindField(*twice), 0);
}

TEST_F(OperatorsTest, TypeNamesAndTags) {
  struct Row {
    Value* v;
    const char* name;
    int tag;
  };
  const Row kRows[] = {
      {w.Int(1), "INTEGER", 1},
      {w.Int(kMax), "INTEGER", 1},
      {yes, "BOOLEAN", 2},
      {w.String(std::string(300, 'x')), "STRING", 3},
      {w.Root(ConcatText(w.ctx, w.String(std::string(300, 'x')), "y")), "STRING", 3},
      {w.Float(1e100), "FLOAT", 4},
      {null, "NULL", 5},
      {w.NewArray({}), "ARRAY", 6},
      {w.Root(MakeClosure(w.ctx, nullptr, 0)), "CLOSURE", 8},
      {w.Root(Value::Builtin(0)), "BUILTIN", 9},
      {w.Root(MakeHash(w.ctx, nullptr, 0)), "HASH", 11},
      {w.Root(MakeRuntimeError(w.ctx, "m")), "ERROR", 12},
      {w.Root(MakeRecord(w.ctx, kChannelType, 0)), "CHANNEL", 13},
      {w.Root(MakeRecord(w.ctx, kThreadType, 0)), "THREAD", 13},
      {w.Root(MakeRecord(w.ctx, kMutexType, 0)), "MUTEX", 13},
      {w.Root(MakeTime(w.ctx, 0)), "TIME", 13},
      {w.Root(MakeAtom(w.ctx, null)), "ATOM", 13},
      {w.Root(MakePointer(w.ctx, 8)), "POINTER", 14},
      {w.Root(MakeSchema(w.ctx, w.NewShape("S", {}))), "SCHEMA", 18},
      {w.Root(MakeStruct(w.ctx, w.NewShape("S", {}), nullptr)), "STRUCT", 17},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(TypeName(*row.v), row.name);
    EXPECT_EQ(TypeTag(*row.v), row.tag) << row.name;
  }
}

TEST_F(OperatorsTest, CellsAndClosuresKeepWhatTheyHold) {
  Value* cell = w.Root(MakeCell(w.ctx, w.String("captured")));
  Value* closure = w.Root(MakeClosure(w.ctx, nullptr, 2));
  gc::WriteField(w.ctx.mutator, static_cast<Closure*>(closure->object())->captures(), *cell);
  w.heap->CollectMajor();
  Value captured = static_cast<Closure*>(closure->object())->captures()[0];
  ASSERT_EQ(captured, *cell);
  EXPECT_EQ(w.Text(*static_cast<Cell*>(captured.object())->value()), "captured");
  EXPECT_TRUE(static_cast<Closure*>(closure->object())->captures()[1].IsNull());
}

}  // namespace
}  // namespace foxvm::objects
