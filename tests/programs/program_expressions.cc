// Expressions of random programs.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/programs/program_writer.h"

namespace foxvm::programs {
namespace {

constexpr int kMaxDepth = 4;

constexpr const char* kIntLiterals[] = {"0",
                                        "1",
                                        "2",
                                        "3",
                                        "5",
                                        "7",
                                        "10",
                                        "42",
                                        "63",
                                        "64",
                                        "100",
                                        "255",
                                        "010",
                                        "1000000",
                                        "2147483648",
                                        "2305843009213693951",
                                        "2305843009213693952",
                                        "4611686018427387904",
                                        "9223372036854775807"};
constexpr const char* kFloatLiterals[] = {"0.0",     "0.5",       "1.0",       "1.5",
                                          "2.25",    "3.14159",   "100.0",     "0.1",
                                          "0.00001", "1234567.5", "1000000.0", "9007199254740993.0"};
constexpr const char* kStringLiterals[] = {"\"\"",
                                           "\"a\"",
                                           "\"abc\"",
                                           "\"Halo Dunia\"",
                                           "\"k1\"",
                                           "\"x\"",
                                           "\"12\"",
                                           "\"a,b,c\"",
                                           "\"baris\\nbaru\"",
                                           "\"\\\"kutip\\\"\"",
                                           "\"\\#{x}\"",
                                           "\"caf\u00e9\"",
                                           "\"tab\\t\\\\\"",
                                           "\"panjang sekali teks ini\""};
// A hash literal's keys: all different texts, in no order.
constexpr const char* kKeys[] = {"k1",     "x",   "9",       "10", "\"s 2\"",       "benar",
                                 "kosong", "1.5", "(1 + 2)", "y",  "\"a\" + \"b\"", "-4",
                                 "salah",  "2.0"};

template <size_t kCount>
std::string Pick(const char* const (&table)[kCount], uint32_t index) {
  return table[index % kCount];
}

// Text that sorts as the compiler sorts keys: infix and prefix expressions are parenthesised, strings bare.
std::string SortText(absl::string_view key) {
  if (key == "\"s 2\"") return "s 2";
  if (key == "\"a\" + \"b\"") return "(a + b)";
  if (key == "-4") return "(-4)";
  return std::string(key);
}

}  // namespace

std::string AsAtom(const Expression& e) {
  return e.form == Form::kAtom ? e.text : absl::StrCat("(", e.text, ")");
}

std::string ProgramWriter::Kept(Kind kind, int level, int depth, std::string* before) {
  Expression e = Make(kind, level, depth, before);
  return e.grows ? absl::StrCat("muat(", e.text, ")") : e.text;
}

std::string ProgramWriter::Argument(Kind kind, int depth, std::string* before) {
  return Make(Chance(95) ? kind : AnyKind(), kMaxLevel, depth + 1, before).text;
}

Expression ProgramWriter::Make(Kind kind, int level, int depth, std::string* before) {
  --budget_;
  if (budget_ <= 0 || depth >= kMaxDepth || Chance(25)) return Leaf(kind, level);
  if (Chance(7)) kind = AnyKind();
  if (Chance(6)) return Logic(kind, level, depth, before);
  switch (kind) {
    case Kind::kInt:
      return Int(level, depth, before);
    case Kind::kFloat:
      return Float(level, depth, before);
    case Kind::kBool:
      return Bool(level, depth, before);
    case Kind::kString:
      return String(level, depth, before);
    case Kind::kArray:
      return Array(level, depth, before);
    case Kind::kHash:
      return Hash(level, depth, before);
    case Kind::kStruct:
      return Struct(level, depth, before);
    case Kind::kFunction:
      return Function(level, depth, before);
    case Kind::kAny:
      return Any(level, depth, before);
  }
  return Leaf(kind, level);
}

Expression ProgramWriter::Leaf(Kind kind, int level) {
  if (Chance(60)) {
    const Variable* found = PickVariable(
        [&](const Variable& v) { return v.level <= level && (kind == Kind::kAny || v.kind == kind); });
    if (found != nullptr) return {found->name};
  }
  switch (kind) {
    case Kind::kInt:
      return {Pick(kIntLiterals, Chance(80) ? Below(8) : Below(19))};
    case Kind::kFloat:
      return {Pick(kFloatLiterals, Below(12))};
    case Kind::kBool:
      return {Chance(50) ? "benar" : "salah"};
    case Kind::kString:
      return {Pick(kStringLiterals, Below(14))};
    case Kind::kArray:
      return {level > 0 ? (Chance(30) ? "[]" : "[1, 2, 3]") : "kosong"};
    case Kind::kHash:
      return {level > 0 ? "{k1: 1, x: 2}" : "kosong"};
    case Kind::kFunction:
      return {Chance(50) ? "abs" : "tipe"};
    case Kind::kStruct:
    case Kind::kAny:
      break;
  }
  return {Pick({"1", "kosong", "\"t\"", "benar", "2.5", "0"}, Below(6))};
}

Expression ProgramWriter::Binary(absl::string_view op, Kind left, Kind right, int level, int depth,
                                 std::string* before) {
  Expression l = Make(left, level, depth + 1, before);
  Expression r = Make(right, level, depth + 1, before);
  auto operand = [this](const Expression& e) {
    bool bare = e.form == Form::kAtom || (e.form == Form::kArithmetic && Chance(40));
    return bare ? e.text : absl::StrCat("(", e.text, ")");
  };
  std::string left_text = operand(l);
  return {absl::StrCat(left_text, " ", op, " ", operand(r)), Form::kArithmetic,
          op == "+" || l.grows || r.grows};
}

Expression ProgramWriter::Int(int level, int depth, std::string* before) {
  static constexpr const char* kOperators[] = {"+", "-", "*", "/", "-", "*", "&", "|", "^", "<<", ">>"};
  switch (Below(10)) {
    case 0: {
      Expression e = Make(Kind::kInt, level, depth + 1, before);
      return {absl::StrCat(Chance(60) ? "-" : "~", AsAtom(e)), Form::kArithmetic, e.grows};
    }
    case 1:
      return {
          absl::StrCat("panjang(", Argument(Chance(50) ? Kind::kArray : Kind::kString, depth, before), ")")};
    case 2: {
      std::string first = Argument(Kind::kInt, depth, before);
      return {
          absl::StrCat(Chance(50) ? "max(" : "min(", first, ", ", Argument(Kind::kInt, depth, before), ")")};
    }
    case 3:
      if (Chance(50)) return {absl::StrCat("abs(", Argument(Kind::kInt, depth, before), ")")};
      return {absl::StrCat("ord(", Argument(Kind::kString, depth, before), ")")};
    case 4:
      if (level >= kCallLevel) return Call(depth, before);
      return Leaf(Kind::kInt, level);
    default:
      return Binary(kOperators[Below(11)], Kind::kInt, Kind::kInt, level, depth, before);
  }
}

Expression ProgramWriter::Float(int level, int depth, std::string* before) {
  static constexpr const char* kOperators[] = {"+", "-", "*", "/"};
  switch (Below(8)) {
    case 0:
      return {absl::StrCat("sqrt(", Argument(Chance(50) ? Kind::kInt : Kind::kFloat, depth, before), ")")};
    case 1:
      return {absl::StrCat("pow(", Below(11), ", ", Below(6), ")")};
    case 2:
      return {"pi()"};
    case 3: {
      Expression e = Make(Kind::kFloat, level, depth + 1, before);
      return {absl::StrCat("-", AsAtom(e)), Form::kArithmetic, e.grows};
    }
    default:
      return Binary(kOperators[Below(4)], Chance(70) ? Kind::kFloat : Kind::kInt, Kind::kFloat, level, depth,
                    before);
  }
}

Expression ProgramWriter::Comparison(int depth, std::string* before) {
  static constexpr const char* kOperators[] = {"==", "!=", ">", ">=", "<", "<="};
  std::string op = kOperators[Below(6)];
  Kind kind = Chance(70) ? (Chance(70) ? Kind::kInt : Kind::kFloat) : AnyKind();
  // `a < b` and `a <= b` are compiled b first.
  bool right_first = op[0] == '<';
  Expression first = Make(kind, kMaxLevel, depth + 1, before);
  Expression second = Make(Chance(85) ? kind : AnyKind(), kMaxLevel, depth + 1, before);
  if (right_first) std::swap(first, second);
  auto operand = [this](const Expression& e) {
    return e.form == Form::kArithmetic && Chance(70) ? e.text : AsAtom(e);
  };
  std::string left_text = operand(first);
  return {absl::StrCat(left_text, " ", op, " ", operand(second)), Form::kOther};
}

Expression ProgramWriter::Bool(int level, int depth, std::string* before) {
  switch (Below(8)) {
    case 0: {
      Expression e = Make(Chance(60) ? Kind::kBool : AnyKind(), level, depth + 1, before);
      return {absl::StrCat("!", AsAtom(e)), Form::kArithmetic};
    }
    case 1:
      return {absl::StrCat("adalah_galat(", Argument(AnyKind(), depth, before), ")")};
    case 2:
      return Logic(Kind::kBool, level, depth, before);
    default:
      return Comparison(depth, before);
  }
}

Expression ProgramWriter::Logic(Kind kind, int level, int depth, std::string* before) {
  Expression l = Make(Chance(50) ? Kind::kBool : kind, level, depth + 1, before);
  Expression r = Make(kind, level, depth + 1, before);
  auto operand = [this](const Expression& e) { return Chance(40) ? e.text : AsAtom(e); };
  std::string left_text = operand(l);
  return {absl::StrCat(left_text, Chance(50) ? " dan " : " atau ", operand(r)), Form::kOther,
          l.grows || r.grows};
}

Expression ProgramWriter::Interpolation(int depth, std::string* before) {
  std::string text = "\"";
  uint32_t parts = 1 + Below(3);
  for (uint32_t i = 0; i < parts; ++i) {
    if (Chance(60)) absl::StrAppend(&text, Pick({"t", "a b", "=", "\\n", "\\\""}, Below(5)));
    absl::StrAppend(&text, "#{", Argument(AnyKind(), depth, before), "}");
  }
  return {absl::StrCat(text, Chance(50) ? "u\"" : "\""), Form::kAtom, true};
}

Expression ProgramWriter::String(int level, int depth, std::string* before) {
  switch (Below(11)) {
    case 0:
      return Interpolation(depth, before);
    case 1: {
      Expression e = Make(Kind::kString, kMaxLevel, depth + 1, before);
      return {absl::StrCat(AsAtom(e), "[", Below(4), "]")};
    }
    case 2:
      return {absl::StrCat("tipe(", Argument(AnyKind(), depth, before), ")")};
    case 3: {
      std::string text = Argument(Kind::kString, depth, before);
      return {absl::StrCat(Chance(50) ? "huruf_besar(" : "huruf_kecil(", text, ")"), Form::kAtom, true};
    }
    case 4:
      return {absl::StrCat("chr(", 32 + Below(90), ")")};
    case 5:
      return {absl::StrCat("pesan_galat(", AsAtom(Error(depth + 1, before)), ")"), Form::kAtom, true};
    case 6: {
      std::string array = Argument(Kind::kArray, depth, before);
      return {absl::StrCat("gabung(", array, ", \", \")"), Form::kAtom, true};
    }
    case 7:
      return Binary("+", Kind::kString, AnyKind(), level, depth, before);
    case 8:
      return Binary("+", AnyKind(), Kind::kString, level, depth, before);
    default:
      return Binary("+", Kind::kString, Kind::kString, level, depth, before);
  }
}

Expression ProgramWriter::Array(int level, int depth, std::string* before) {
  if (level == 0) return Any(level, depth, before);
  switch (Below(8)) {
    case 0:
      return Binary("+", Kind::kArray, Kind::kArray, level, depth, before);
    case 1: {
      std::string text = Argument(Kind::kString, depth, before);
      return {absl::StrCat("pisah(", text, ", ", Pick({"\"\"", "\",\"", "\"a\"", "\" \""}, Below(4)), ")"),
              Form::kAtom, true};
    }
    case 2:
      return {absl::StrCat("kunci(", Argument(Kind::kHash, depth, before), ")"), Form::kAtom, true};
    default: {
      std::vector<std::string> elements;
      for (uint32_t i = Below(5); i > 0; --i)
        elements.push_back(Kept(AnyKind(), level - 1, depth + 1, before));
      return {absl::StrCat("[", absl::StrJoin(elements, ", "), "]")};
    }
  }
}

Expression ProgramWriter::Hash(int level, int depth, std::string* before) {
  if (level == 0) return Any(level, depth, before);
  std::vector<std::string> keys;
  uint32_t first = Below(14), count = Below(5);
  for (uint32_t i = 0; i < count; ++i) keys.push_back(kKeys[(first + 3 * i) % std::size(kKeys)]);
  std::sort(keys.begin(), keys.end(),
            [](const std::string& a, const std::string& b) { return SortText(a) < SortText(b); });
  std::vector<std::string> pairs;
  for (const std::string& key : keys) {
    pairs.push_back(absl::StrCat(key, ": ", Kept(AnyKind(), level - 1, depth + 1, before)));
  }
  // Written in another order than it is evaluated in.
  if (pairs.size() > 1 && Chance(60)) std::swap(pairs.front(), pairs.back());
  return {absl::StrCat("{", absl::StrJoin(pairs, ", "), "}")};
}

Expression ProgramWriter::Struct(int level, int depth, std::string* before) {
  const Variable* schema = PickVariable([](const Variable& v) { return v.schema; });
  if (schema == nullptr || level == 0) return Any(level, depth, before);
  std::string name = schema->name;
  int count = Chance(95) ? schema->arity : static_cast<int>(Below(4));
  std::vector<std::string> fields;
  for (int i = 0; i < count; ++i) fields.push_back(Kept(AnyKind(), level - 1, depth + 1, before));
  return {absl::StrCat(name, "(", absl::StrJoin(fields, ", "), ")")};
}

Expression ProgramWriter::Function(int level, int depth, std::string* before) {
  if (scopes_.size() >= 4 || block_depth_ >= 5 || Chance(20)) {
    if (Chance(50)) return Any(level, depth, before);
    return {Pick({"abs", "tipe", "panjang", "max", "adalah_galat", "galat"}, Below(6))};
  }
  int arity = 0;
  return {FunctionText("", &arity), Chance(50) ? Form::kAtom : Form::kOther};
}

Expression ProgramWriter::Error(int depth, std::string* before) {
  switch (Below(4)) {
    case 0:
      return {absl::StrCat("galat(", Kept(Kind::kString, 0, depth + 1, before), ")")};
    case 1:
      return {"1 / 0", Form::kArithmetic};
    case 2:
      return {"-\"x\"", Form::kArithmetic};
    default:
      return {absl::StrCat("galat(\"g", Below(100), "\")")};
  }
}

Expression ProgramWriter::Index(int level, int depth, std::string* before) {
  static constexpr Kind kContainers[] = {Kind::kArray, Kind::kHash, Kind::kStruct, Kind::kString, Kind::kAny};
  int base_level = std::min(level + 1, kMaxLevel);
  Expression base = Make(kContainers[Below(5)], base_level, depth + 1, before);
  if (Chance(35)) return {absl::StrCat(AsAtom(base), ".", Pick({"x", "y", "k1", "z"}, Below(4)))};
  std::string index = Argument(Chance(60) ? Kind::kInt : AnyKind(), depth, before);
  return {absl::StrCat(AsAtom(base), "[", index, "]")};
}

Expression ProgramWriter::Call(int depth, std::string* before) {
  const Variable* function = PickVariable(
      [](const Variable& v) { return v.kind == Kind::kFunction && !v.schema && v.level <= kCallLevel; });
  if (function == nullptr) return Leaf(Kind::kInt, 0);
  scopes_.back().calls = true;
  std::string name = function->name;
  int count = Chance(94) ? function->arity : static_cast<int>(Below(4));
  std::vector<std::string> arguments;
  for (int i = 0; i < count; ++i) arguments.push_back(Kept(AnyKind(), kCallLevel, depth + 1, before));
  return {absl::StrCat(name, "(", absl::StrJoin(arguments, ", "), ")")};
}

Expression ProgramWriter::Any(int level, int depth, std::string* before) {
  switch (Below(12)) {
    case 0:
    case 1:
      if (level < kMaxLevel) return Index(level, depth, before);
      return Leaf(Kind::kAny, level);
    case 2:
    case 3:
    case 4:
      if (level >= kCallLevel) return Call(depth, before);
      return Int(level, depth, before);
    case 5:
    case 6:
      // Blocks have values of the level of calls.
      if (level < kCallLevel || block_depth_ >= 5) return Bool(level, depth, before);
      return {IfText(before), Chance(50) ? Form::kAtom : Form::kOther};
    case 7:
      if (level < kCallLevel || block_depth_ >= 5 || scopes_.back().loops >= 2)
        return Float(level, depth, before);
      return {WhileText(before), Form::kOther};
    case 8:
      // Leaves a loop from within an expression.
      if (scopes_.back().loops == 0) return Error(depth, before);
      return {absl::StrCat("jika ", Make(Kind::kBool, kMaxLevel, depth + 1, before).text,
                           Chance(50) ? " berhenti" : " lanjut", " akhir"),
              Form::kAtom};
    case 9:
      return Error(depth, before);
    case 10:
      return String(level, depth, before);
    default:
      return Leaf(Kind::kAny, level);
  }
}

}  // namespace foxvm::programs
