#include "interp/objects/string.h"

#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/interp/objects/world.h"

namespace foxvm::objects {
namespace {

using gc::Value;

std::string Contents(World& w, Value* s) {
  EXPECT_TRUE(Flatten(w.ctx, s));
  return std::string(Chars(*s));
}

TEST(StringTest, ShortStringsAreSharedAndLongOnesKeepTheirBytes) {
  World w(Stress());
  EXPECT_EQ(MakeString(w.ctx, ""), w.ctx.strings.empty());
  EXPECT_EQ(MakeString(w.ctx, "a"), w.ctx.strings.Char('a'));
  std::string long_text(10000, 'x');
  long_text[5000] = '\0';
  EXPECT_EQ(Contents(w, w.String(long_text)), long_text);
  EXPECT_EQ(Contents(w, w.String("\xFF")), "\xFF");
}

TEST(StringTest, ConcatOfEveryLengthAroundTheLimits) {
  World w(Stress());
  for (size_t l : {0, 1, 100, 255, 256, 257, 9000}) {
    for (size_t r : {0, 1, 100, 255, 256, 257, 9000}) {
      gc::HandleScope scope(w.ctx.mutator);
      std::string left(l, 'l');
      std::string right(r, 'r');
      Value* both = w.Root(Concat(w.ctx, w.String(left), w.String(right)));
      EXPECT_EQ(StringLength(*both), l + r);
      EXPECT_EQ(Contents(w, both), left + right);
      Value* text_right = w.Root(ConcatText(w.ctx, w.String(left), right));
      EXPECT_EQ(Contents(w, text_right), left + right);
      Value* text_left = w.Root(ConcatText(w.ctx, left, w.String(right)));
      EXPECT_EQ(Contents(w, text_left), left + right);
    }
  }
}

// Random appends and prepends over a pool of strings, against std::string; every string stays what it was.
TEST(StringTest, RandomBuildingAgreesWithAModelUnderStress) {
  World w(Stress());
  std::mt19937 random(7);
  constexpr size_t kPool = 12;
  std::vector<Value*> strings;
  std::vector<std::string> model;
  for (size_t i = 0; i < kPool; ++i) {
    model.push_back(std::string(random() % 300, static_cast<char>('a' + i)));
    strings.push_back(w.String(model.back()));
  }
  for (int step = 0; step < 1500; ++step) {
    size_t a = random() % kPool;
    size_t b = random() % kPool;
    size_t to = random() % kPool;
    gc::HandleScope scope(w.ctx.mutator);
    if (model[a].size() + model[b].size() > 20000) {
      model[a] = "short";
      *strings[a] = MakeString(w.ctx, "short");
    }
    switch (random() % 4) {
      case 0: ASSERT_EQ(Contents(w, strings[a]), model[a]); break;
      case 1:
        *strings[a] = ConcatText(w.ctx, strings[a], "tail");
        model[a] += "tail";
        break;
      default: *strings[to] = Concat(w.ctx, strings[a], strings[b]); model[to] = model[a] + model[b];
    }
  }
  for (size_t i = 0; i < kPool; ++i) EXPECT_EQ(Contents(w, strings[i]), model[i]);
}

TEST(StringTest, AppendsToOnePrefixDoNotSeeEachOther) {
  World w(Stress());
  std::string base(400, 'b');
  Value* s = w.Root(ConcatText(w.ctx, w.String(base), "."));
  ASSERT_TRUE(Flatten(w.ctx, s));
  Value* first = w.Root(ConcatText(w.ctx, s, "first"));
  Value* second = w.Root(ConcatText(w.ctx, s, "second"));
  EXPECT_EQ(Contents(w, first), base + ".first");
  EXPECT_EQ(Contents(w, second), base + ".second");
  EXPECT_EQ(Contents(w, s), base + ".");
}

TEST(StringTest, DoublingAStringWithItself) {
  World w;
  Value* s = w.String("ab");
  for (int i = 0; i < 20; ++i) *s = Concat(w.ctx, s, s);
  std::string text = Contents(w, s);
  EXPECT_EQ(text.size(), size_t{2} << 20);
  EXPECT_EQ(text.find("bb"), std::string::npos);
}

// A million appends, each followed by a read: bounded bytes per append, or this allocates terabytes.
TEST(StringTest, AppendingAndReadingIsLinear) {
  World w;
  Value* s = w.String("");
  Value* x = w.String("x");
  for (int i = 0; i < 1000000; ++i) {
    *s = Concat(w.ctx, s, x);
    ASSERT_TRUE(Flatten(w.ctx, s));
    ASSERT_EQ(CharAt(w.ctx, *s, static_cast<size_t>(i)), *x);
  }
  EXPECT_EQ(StringLength(*s), 1000000u);
  EXPECT_LT(w.heap->statistics().allocated_bytes, uint64_t{100} << 20);
}

TEST(StringTest, AppendingWithoutReadingIsLinear) {
  World w;
  Value* s = w.String("");
  Value* x = w.String("0123456789");
  for (int i = 0; i < 1000000; ++i) *s = Concat(w.ctx, s, x);
  EXPECT_EQ(StringLength(*s), 10000000u);
  ASSERT_TRUE(Flatten(w.ctx, s));
  EXPECT_EQ(Chars(*s).substr(9999990), "0123456789");
  EXPECT_LT(w.heap->statistics().allocated_bytes, uint64_t{200} << 20);
}

TEST(StringTest, PrependingAndEnclosingAreLinear) {
  World w;
  Value* s = w.String("");
  Value* open = w.String("(");
  Value* close = w.String(")");
  for (int i = 0; i < 500000; ++i) {
    *s = Concat(w.ctx, open, s);
    *s = Concat(w.ctx, s, close);
  }
  Value* p = w.String("");
  for (int i = 0; i < 500000; ++i) *p = Concat(w.ctx, open, p);
  ASSERT_TRUE(Flatten(w.ctx, s));
  ASSERT_TRUE(Flatten(w.ctx, p));
  EXPECT_EQ(Chars(*s), std::string(500000, '(') + std::string(500000, ')'));
  EXPECT_EQ(Chars(*p), std::string(500000, '('));
  EXPECT_LT(w.heap->statistics().allocated_bytes, uint64_t{500} << 20);
}

TEST(StringTest, LongerThanTheLimitIsOutOfMemory) {
  World w;
  Value* s = w.String(std::string(1000, 'x'));
  while (!s->IsEmpty() && StringLength(*s) <= kMaxStringLength) *s = Concat(w.ctx, s, s);
  EXPECT_TRUE(s->IsEmpty());
  EXPECT_EQ(w.ctx.fatal, FatalKind::kOutOfMemory);
}

TEST(StringTest, EqualityAndHashDependOnBytesOnly) {
  World w;
  std::string text(300, 'q');
  Value* flat = w.String(text + "!");
  Value* built = w.Root(ConcatText(w.ctx, w.String(text), "!"));
  Value* prepended = w.Root(ConcatText(w.ctx, "q", w.String(text.substr(1) + "!")));
  ASSERT_TRUE(Flatten(w.ctx, built) && Flatten(w.ctx, prepended));
  EXPECT_TRUE(StringEquals(*flat, *built));
  EXPECT_TRUE(StringEquals(*flat, *prepended));
  EXPECT_EQ(StringHash(*flat), StringHash(*built));
  EXPECT_EQ(StringHash(*flat), StringHash(*prepended));
  EXPECT_FALSE(StringEquals(*flat, *w.String(text + "?")));
  EXPECT_NE(StringHash(*flat), 0u);
}

TEST(StringTest, CharactersAndCodePoints) {
  World w;
  Value* s = w.String("a\xE9");
  EXPECT_EQ(Chars(CharAt(w.ctx, *s, 0)), "a");
  EXPECT_EQ(Chars(CharAt(w.ctx, *s, 1)), "\xC3\xA9");
  auto chr = [&w](uint32_t c) { return std::string(Chars(CharFromCodePoint(w.ctx, c))); };
  EXPECT_EQ(chr(65), "A");
  EXPECT_EQ(chr(0), std::string(1, '\0'));
  EXPECT_EQ(chr(0xFF), "\xC3\xBF");
  EXPECT_EQ(chr(0x20AC), "\xE2\x82\xAC");
  EXPECT_EQ(chr(0x1F98A), "\xF0\x9F\xA6\x8A");
  EXPECT_EQ(chr(0xD800), "\xEF\xBF\xBD");
  EXPECT_EQ(chr(0x110000), "\xEF\xBF\xBD");
}

TEST(InternTableTest, EqualBytesGiveOneStringThatDoesNotMove) {
  World w(Stress());
  Value* a = w.Root(w.ctx.strings.Intern(w.ctx, "panjang"));
  Value before = *a;
  w.heap->CollectMajor();
  EXPECT_EQ(*a, before);
  EXPECT_EQ(w.ctx.strings.Intern(w.ctx, "panjang"), before);
  EXPECT_NE(w.ctx.strings.Intern(w.ctx, "pendek"), before);
  EXPECT_EQ(w.ctx.strings.Find("panjang"), before);
  EXPECT_TRUE(w.ctx.strings.Find("absent").IsEmpty());
}

TEST(InternTableTest, UnusedStringsGoAndCharactersStay) {
  World w;
  size_t at_start = w.ctx.strings.size();
  {
    gc::HandleScope scope(w.ctx.mutator);
    for (int i = 0; i < 1000; ++i) {
      w.Root(w.ctx.strings.Intern(w.ctx, "name" + std::to_string(i)));
    }
    w.heap->CollectMajor();
    EXPECT_EQ(w.ctx.strings.size(), at_start + 1000);
    EXPECT_FALSE(w.ctx.strings.Find("name999").IsEmpty());
  }
  w.heap->CollectMajor();
  EXPECT_EQ(w.ctx.strings.size(), at_start);
  EXPECT_TRUE(w.ctx.strings.Find("name999").IsEmpty());
  EXPECT_EQ(Chars(w.ctx.strings.Char('z')), "z");
}

}  // namespace
}  // namespace foxvm::objects
