#include "frontend/names.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "interp/bytecode/builtin_names.h"

namespace foxvm::frontend {
namespace {

TEST(NameTableTest, BuiltInNamesComeFirst) {
  NameTable names;
  EXPECT_EQ(names.size(), bytecode::kBuiltinCount);
  for (size_t i = 0; i < bytecode::kBuiltinCount; ++i) EXPECT_EQ(names.Intern(bytecode::kBuiltinNames[i]), i);
}

TEST(NameTableTest, IdsAreDenseAndStable) {
  std::vector<std::string> texts = {""};
  for (int i = 0; i < 20000; ++i) texts.push_back(absl::StrCat("n", i));
  for (int length = 1; length < 60; ++length) {
    texts.push_back(std::string(static_cast<size_t>(length), 'a'));
    // Differing in one byte only, wherever it is.
    for (int at = 0; at < length; ++at) {
      texts.push_back(texts.back());
      texts.back().assign(static_cast<size_t>(length), 'a');
      texts.back()[static_cast<size_t>(at)] = 'b';
    }
  }
  NameTable names;
  const size_t before = names.size();
  for (size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(names.Intern(texts[i]), before + i) << texts[i];
  for (size_t i = 0; i < texts.size(); ++i) {
    ASSERT_EQ(names.Intern(std::string(texts[i])), before + i);
    ASSERT_EQ(names.Text(static_cast<NameId>(before + i)), texts[i]);
  }
  EXPECT_EQ(names.size(), before + texts.size());
}

TEST(NameTableTest, CopiesOutliveTheirText) {
  NameTable names;
  std::string text = "a name of more bytes than a string holds in itself";
  const NameId id = names.InternCopy(text);
  EXPECT_EQ(names.InternCopy(text), id);
  const std::string expected = text;
  text.assign(text.size(), 'x');
  EXPECT_EQ(names.Text(id), expected);
  EXPECT_NE(names.Intern(text), id);
}

}  // namespace
}  // namespace foxvm::frontend
