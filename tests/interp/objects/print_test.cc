#include "interp/objects/print.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <ctime>
#include <string>

#include "gtest/gtest.h"
#include "interp/objects/closure.h"
#include "interp/objects/native_objects.h"
#include "tests/interp/objects/world.h"

namespace foxvm::objects {
namespace {

using gc::Value;

TEST(PrintTest, Scalars) {
  World w;
  EXPECT_EQ(w.Text(Value::SmallInt(-5)), "-5");
  EXPECT_EQ(w.Text(*w.Int(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(w.Text(*w.Float(1e100)), "1e+100");
  EXPECT_EQ(w.Text(Value::Bool(true)), "benar");
  EXPECT_EQ(w.Text(Value::Bool(false)), "salah");
  EXPECT_EQ(w.Text(Value::Null()), "kosong");
  EXPECT_EQ(w.Text(Value::Builtin(7)), "builtin function");
  EXPECT_EQ(w.Text(*w.String(absl::string_view("a\0b", 3))), std::string("a\0b", 3));
}

TEST(PrintTest, Containers) {
  World w(Stress());
  Value* inner = w.NewArray({w.Int(1), w.String("x, y"), w.Root()});
  Value* h = w.Root(MakeHash(w.ctx, nullptr, 0));
  ASSERT_TRUE(HashSet(w.ctx, h, w.String("b"), inner));
  ASSERT_TRUE(HashSet(w.ctx, h, inner, w.Float(2.0)));
  EXPECT_EQ(w.Text(*h), "{b: [1, x, y, kosong], [1, x, y, kosong]: 2}");
  EXPECT_EQ(w.Text(*w.NewArray({})), "[]");
  EXPECT_EQ(w.Text(MakeHash(w.ctx, nullptr, 0)), "{}");
}

TEST(PrintTest, StructsAndSchemas) {
  World w(Stress());
  Shape* point = w.NewShape("Titik", {"x", "y"});
  Value* schema = w.Root(MakeSchema(w.ctx, point));
  Value args[] = {Value::SmallInt(1), Value::Bool(true)};
  Value* p = w.Root(MakeStruct(w.ctx, point, args));
  EXPECT_EQ(w.Text(*schema), "struktur Titik");
  EXPECT_EQ(w.Text(*p), "Titik{x: 1, y: benar}");
  EXPECT_EQ(w.Text(MakeStruct(w.ctx, w.NewShape("Hampa", {}), nullptr)), "Hampa{}");
}

TEST(PrintTest, ErrorsInsideAndOutsideContainers) {
  World w(Stress());
  Value* e = w.Root(MakeError(w.ctx, ErrorCode::kE005, "gagal"));
  Value* plain = w.Root(MakeError(w.ctx, ErrorCode::kNone, "m"));
  EXPECT_EQ(w.Text(*e), "Error [E005] di [:0:0]:\n  gagal\n");
  EXPECT_EQ(w.Text(*plain), "Error di [:0:0]:\n  m\n");
  EXPECT_EQ(w.Text(*w.NewArray({e, plain})), "[Error: gagal, Error: m]");
  EXPECT_EQ(w.Text(MakeAtom(w.ctx, plain)), "atom[Error di [:0:0]:\n  m\n]");
}

TEST(PrintTest, CyclesAreCutWhereAContainerIsMetInsideItself) {
  World w(Stress());
  Value* a = w.NewArray({w.Int(1), w.Root(), w.Root()});
  Value* h = w.Root(MakeHash(w.ctx, nullptr, 0));
  Value* key = w.String("a");
  ASSERT_TRUE(HashSet(w.ctx, h, key, a));
  ASSERT_TRUE(HashSet(w.ctx, h, w.String("h"), h));
  ASSERT_TRUE(ArraySet(w.ctx, a, 1, a));
  ASSERT_TRUE(ArraySet(w.ctx, a, 2, h));
  EXPECT_EQ(w.Text(*a), "[1, [...], {a: [...], h: {...}}]");
  EXPECT_EQ(w.Text(*h), "{a: [1, [...], {...}], h: {...}}");
  Shape* node = w.NewShape("Simpul", {"lanjut"});
  Value none = Value::Null();
  Value* s = w.Root(MakeStruct(w.ctx, node, &none));
  *static_cast<StructObject*>(s->object())->field(0) = *s;
  EXPECT_EQ(w.Text(*s), "Simpul{lanjut: Simpul{...}}");
  Value* atom = w.Root(MakeAtom(w.ctx, w.Root()));
  *static_cast<Atom*>(atom->object())->value() = *atom;
  EXPECT_EQ(w.Text(*atom), "atom[atom[...]]");
}

TEST(PrintTest, AContainerMetTwiceSideBySideIsPrintedTwice) {
  World w;
  Value* inner = w.NewArray({w.Int(1)});
  EXPECT_EQ(w.Text(*w.NewArray({inner, inner})), "[[1], [1]]");
}

TEST(PrintTest, StaleArraysPrintWhatTheyHeld) {
  World w(Stress());
  Value* x = w.NewArray({w.Int(9)});
  Value* a = w.Root(ArrayConcat(w.ctx, w.NewArray({w.Int(1), w.Int(2)}), x));
  Value* b = w.Root(ArrayConcat(w.ctx, a, x));
  ASSERT_TRUE(ArraySet(w.ctx, b, 0, w.Int(5)));
  EXPECT_EQ(w.Text(*w.NewArray({a, b})), "[[1, 2, 9], [5, 2, 9, 9]]");
}

TEST(PrintTest, OtherObjects) {
  World w(Stress());
  EXPECT_EQ(w.Text(MakeClosure(w.ctx, nullptr, 3)), "Closure");
  EXPECT_EQ(w.Text(MakePointer(w.ctx, 0xABC)), "ptr[0xabc]");
  EXPECT_EQ(w.Text(MakeAtom(w.ctx, w.String("v"))), "atom[v]");
  EXPECT_EQ(w.Text(MakeRecord(w.ctx, kChannelType, 0)).substr(0, 8), "saluran[");
  EXPECT_EQ(w.Text(MakeRecord(w.ctx, kThreadType, 0)).substr(0, 5), "utas[");
  EXPECT_EQ(w.Text(MakeRecord(w.ctx, kMutexType, 0)).substr(0, 6), "mutex[");
}

TEST(PrintTest, TimesAreRfc3339InLocalTime) {
  World w;
  constexpr int64_t kMoment = 1'700'000'000'123'456'789;
  const char* old = getenv("TZ");
  std::string saved = old == nullptr ? "" : old;
  setenv("TZ", "UTC", 1);
  tzset();
  EXPECT_EQ(w.Text(MakeTime(w.ctx, kMoment)), "2023-11-14T22:13:20Z");
  EXPECT_EQ(w.Text(MakeTime(w.ctx, -1)), "1969-12-31T23:59:59Z");
  setenv("TZ", "XYZ-7", 1);
  tzset();
  EXPECT_EQ(w.Text(MakeTime(w.ctx, kMoment)), "2023-11-15T05:13:20+07:00");
  setenv("TZ", "XYZ3:30", 1);
  tzset();
  EXPECT_EQ(w.Text(MakeTime(w.ctx, kMoment)), "2023-11-14T18:43:20-03:30");
  old == nullptr ? unsetenv("TZ") : setenv("TZ", saved.c_str(), 1);
  tzset();
}

TEST(PrintTest, AFileClosesItsDescriptorWhenItDies) {
  World w;
  int fd = open("/dev/null", O_RDONLY);
  ASSERT_GE(fd, 0);
  {
    gc::HandleScope scope(w.ctx.mutator);
    Value* file = w.Root(MakeFile(w.ctx, fd, 1, w.String("/dev/null")));
    EXPECT_EQ(w.Text(*file), "file[/dev/null]");
    w.heap->CollectMajor();
    EXPECT_NE(fcntl(fd, F_GETFD), -1);
  }
  w.heap->CollectMajor();
  EXPECT_EQ(fcntl(fd, F_GETFD), -1);
}

TEST(PrintTest, AMillionNestedArrays) {
  World w;
  Value* a = w.Root(MakeArray(w.ctx, nullptr, 0));
  for (int i = 1; i < 1000000; ++i) *a = MakeArray(w.ctx, a, 1);
  std::string text = w.Text(*a);
  EXPECT_EQ(text.size(), 2000000u);
  EXPECT_EQ(text.substr(999990, 20), "[[[[[[[[[[]]]]]]]]]]");
}

TEST(PrintTest, ExponentialOutputIsOutOfMemory) {
  gc::HeapOptions options;
  options.max_bytes = size_t{16} << 20;
  World w(options);
  Value* a = w.NewArray({});
  for (int i = 0; i < 60; ++i) *a = *w.NewArray({a, a});
  std::string text;
  EXPECT_FALSE(AppendText(w.ctx, *a, &text));
  EXPECT_EQ(w.ctx.fatal, FatalKind::kOutOfMemory);
  EXPECT_LT(text.size(), size_t{20} << 20);
}

TEST(PrintTest, AnInterruptStopsALongPrint) {
  World w;
  std::atomic<bool> interrupt = true;
  w.ctx.interrupt = &interrupt;
  Value* a = w.NewArray({});
  for (int i = 0; i < 60; ++i) *a = *w.NewArray({a, a});
  std::string text;
  EXPECT_FALSE(AppendText(w.ctx, *a, &text));
  EXPECT_EQ(w.ctx.fatal, FatalKind::kInterrupted);
}

TEST(PrintTest, ToTextKeepsStringsAndFormatsTheRest) {
  World w(Stress());
  Value* s = w.String("already text");
  EXPECT_EQ(ToText(w.ctx, s), *s);
  Value* number = w.Root(ToText(w.ctx, w.Float(0.5)));
  EXPECT_EQ(Chars(*number), "0.5");
}

}  // namespace
}  // namespace foxvm::objects
