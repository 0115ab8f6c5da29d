// Statements, blocks and functions of random programs.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/programs/generator.h"
#include "tests/programs/program_writer.h"

namespace foxvm::programs {
namespace {

// Nesting of blocks and of functions.
constexpr int kMaxBlockDepth = 5;
constexpr size_t kMaxFunctionDepth = 4;
constexpr int kMaxLoopDepth = 2;

constexpr const char* kFields[] = {"x", "y", "z"};

// Keeps strings and arrays short; everything that could grow in a loop passes through it.
constexpr char kPrelude[] =
    "fungsi muat(x) t = tipe(x) "
    "jika t == \"STRING\" jika panjang(x) > 100 kembalikan \"potong\" akhir akhir "
    "jika t == \"ARRAY\" jika panjang(x) > 12 kembalikan [1] akhir akhir "
    "kembalikan x akhir\n";

// True when a statement that starts with `text` could be taken as the continuation of the one before.
bool ContinuesPrevious(absl::string_view text) {
  return absl::StartsWith(text, "(") || absl::StartsWith(text, "[") || absl::StartsWith(text, "\"") ||
         absl::StartsWith(text, "-");
}

}  // namespace

GeneratedProgram GenerateProgram(Decisions& decisions) { return ProgramWriter(decisions).Program(); }

std::string ProgramWriter::FileStart(uint32_t statements) {
  scopes_.assign(1, Scope());
  std::string text = absl::StrCat("bahan = ", 20 + Below(80), "\n", kPrelude);
  if (Chance(50)) Schema(&text);
  Block(static_cast<int>(statements), &text);
  return text;
}

GeneratedProgram ProgramWriter::Program() {
  GeneratedProgram program;
  if (Chance(15)) {
    budget_ = 60;
    program.module = FileStart(2 + Below(6));
    exports_ = scopes_[0].variables;
    if (Chance(20)) absl::StrAppend(&program.module, "ambil \"modul\" cetak(modul)\n");
    has_module_ = true;
  }
  budget_ = 80 + static_cast<int>(Below(320));
  program.text = FileStart(6 + Below(20));
  if (has_module_) Import(&program.text);
  for (const Variable& variable : scopes_[0].variables) {
    absl::StrAppend(&program.text, "cetak(", variable.name, ")\n");
  }
  return program;
}

std::string ProgramWriter::Fresh(absl::string_view prefix) { return absl::StrCat(prefix, ++names_); }

int ProgramWriter::AnyLevel() {
  static constexpr int kLevels[] = {0, 0, 0, 0, 1, 1, 1, 2, 2, 3};
  return kLevels[Below(10)];
}

const Variable* ProgramWriter::PickVariable(const Filter& filter) {
  std::vector<const Variable*> found;
  for (const Scope& scope : scopes_) {
    for (const Variable& variable : scope.variables) {
      if (filter(variable)) found.push_back(&variable);
    }
  }
  return found.empty() ? nullptr : found[Below(static_cast<uint32_t>(found.size()))];
}

Variable& ProgramWriter::Define(Variable variable) {
  scopes_.back().variables.push_back(std::move(variable));
  return scopes_.back().variables.back();
}

void ProgramWriter::Block(int statements, std::string* out) {
  ++block_depth_;
  for (int i = 0; i < statements && (i == 0 || budget_ > 0); ++i) Statement(out);
  --block_depth_;
}

void ProgramWriter::Statement(std::string* out) {
  --budget_;
  bool nested = block_depth_ < kMaxBlockDepth && budget_ > 0;
  switch (Below(20)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      return Assign(out);
    case 5:
    case 6:
    case 7:
      return Print(out);
    case 8:
    case 9:
      return nested ? If(out) : Print(out);
    case 10:
    case 11:
      return nested && scopes_.back().loops < kMaxLoopDepth ? While(out) : Assign(out);
    case 12:
    case 13:
      return StoreElement(out);
    case 14:
    case 15:
      return nested && scopes_.size() < kMaxFunctionDepth ? NamedFunction(out) : Assign(out);
    case 16:
      if (has_module_ && Chance(50)) return Import(out);
      return Chance(50) ? Schema(out) : SharedCounter(out);
    case 17:
      return LeaveLoopOrFunction(out);
    case 18:
      if (Chance(70)) return SelfReference(out);
      return Chance(50) ? Atom(out) : RawMemory(out);
    default:
      return ExpressionStatement(out);
  }
}

void ProgramWriter::Assign(std::string* out) {
  std::string before;
  const Variable* old = Chance(55) ? PickVariable([](const Variable& v) { return v.writable; }) : nullptr;
  if (old != nullptr) {
    std::string name = old->name;
    Kind kind = Chance(85) ? old->kind : AnyKind();
    std::string value = Kept(kind, old->level, 0, &before);
    absl::StrAppend(out, before, name, " = ", value, Optional(";"), "\n");
    return;
  }
  Variable variable;
  variable.kind = AnyKind();
  variable.level = AnyLevel();
  bool container =
      variable.kind == Kind::kArray || variable.kind == Kind::kHash || variable.kind == Kind::kStruct;
  if (container && variable.level == 0) variable.level = 1;
  std::string value;
  if (variable.kind == Kind::kFunction && scopes_.size() < kMaxFunctionDepth && budget_ > 0 && Chance(80)) {
    value = FunctionText("", &variable.arity);
  } else {
    value = Kept(variable.kind, variable.level, 0, &before);
  }
  variable.name = Fresh(scopes_.size() == 1 ? "g" : "v");
  absl::StrAppend(out, before, variable.name, " = ", value, Optional(";"), "\n");
  bool call = variable.kind == Kind::kFunction && Chance(60);
  std::string name = variable.name;
  int arity = variable.arity;
  Define(std::move(variable));
  if (call) PrintCall(name, arity, out);
}

void ProgramWriter::Print(std::string* out) {
  std::string before, arguments;
  uint32_t count = 1 + Below(3) / 2;
  for (uint32_t i = 0; i < count; ++i) {
    absl::StrAppend(&arguments, i == 0 ? "" : ", ", Make(AnyKind(), kMaxLevel, 0, &before).text);
  }
  absl::StrAppend(out, before, "cetak(", arguments, ")", Optional(";"), "\n");
}

std::string ProgramWriter::IfText(std::string* before) {
  std::string text =
      absl::StrCat("jika ", Make(Chance(70) ? Kind::kBool : AnyKind(), kMaxLevel, 1, before).text, "\n");
  Block(1 + static_cast<int>(Below(2)), &text);
  if (Chance(25)) {
    std::string inner;  // a condition's loop counters must be set before the whole statement
    std::string condition = Make(Kind::kBool, kMaxLevel, 2, before).text;
    Block(1, &inner);
    absl::StrAppend(&text, "atau_jika ", condition, "\n", inner);
  }
  if (Chance(50)) {
    absl::StrAppend(&text, "lainnya\n");
    Block(1 + static_cast<int>(Below(2)), &text);
  }
  return absl::StrCat(text, "akhir");
}

void ProgramWriter::If(std::string* out) {
  std::string before, text = IfText(&before);
  absl::StrAppend(out, before, text, Optional(";"), "\n");
}

std::string ProgramWriter::WhileText(std::string* before) {
  Variable counter;
  counter.name = Fresh("i");
  counter.kind = Kind::kInt;
  counter.writable = false;
  std::string name = counter.name;
  absl::StrAppend(before, name, " = 0\n");
  Define(std::move(counter));
  uint32_t limit = 1 + Below(scopes_.back().loops == 0 ? 5 : 3);
  std::string condition;
  switch (Below(6)) {
    case 0:
      condition = absl::StrCat(limit, " > ", name);
      break;
    case 1:
      condition = absl::StrCat("!(", name, " >= ", limit, ")");
      break;
    case 2: {
      std::string more = Make(Kind::kBool, kMaxLevel, 1, before).text;
      condition = absl::StrCat(name, " < ", limit, " dan (", more, ")");
      break;
    }
    case 3:
      condition = absl::StrCat(name, " <= ", limit);
      break;
    default:
      condition = absl::StrCat(name, " < ", limit);
      break;
  }
  std::string text = absl::StrCat("selama ", condition, "\n", name, " = ", name, " + 1\n");
  ++scopes_.back().loops;
  Block(1 + static_cast<int>(Below(3)), &text);
  --scopes_.back().loops;
  return absl::StrCat(text, "akhir");
}

void ProgramWriter::While(std::string* out) {
  std::string before, text = WhileText(&before);
  absl::StrAppend(out, before, text, Optional(";"), "\n");
}

void ProgramWriter::StoreElement(std::string* out) {
  const Variable* target =
      PickVariable([](const Variable& v) { return v.level > 0 && v.kind != Kind::kFunction; });
  if (target == nullptr) return Assign(out);
  Kind kind = target->kind;
  int level = target->level;
  std::string name = target->name, before, place = name;
  switch (Below(4)) {
    case 0:
      absl::StrAppend(&place, ".", Chance(70) ? kFields[Below(3)] : "k1");
      break;
    case 1:
      absl::StrAppend(&place, "[", Make(Kind::kString, 0, 2, &before).text, "]");
      break;
    default: {
      uint32_t index = Below(4);
      absl::StrAppend(&place, "[", index, "]");
      // Writing past the end of an array ends the program: rarely wanted.
      if (kind != Kind::kHash && Chance(88)) {
        std::string value = Kept(AnyKind(), level - 1, 1, &before);
        absl::StrAppend(out, before, "jika panjang(", name, ") > ", index, " ", place, " = ", value,
                        " akhir\n");
        return;
      }
      break;
    }
  }
  std::string value = Kept(AnyKind(), level - 1, 1, &before);
  absl::StrAppend(out, before, place, " = ", value, Optional(";"), "\n");
}

std::string ProgramWriter::FunctionText(absl::string_view name, int* arity) {
  *arity = static_cast<int>(Below(4));
  scopes_.emplace_back();
  std::vector<std::string> parameters;
  for (int i = 0; i < *arity; ++i) {
    // Sometimes the name of an outer variable, which it hides.
    const Variable* hidden =
        Chance(10)
            ? PickVariable([](const Variable& v) { return v.level == kCallLevel && v.writable && !v.schema; })
            : nullptr;
    Variable parameter;
    parameter.name = hidden != nullptr ? hidden->name : Fresh("p");
    parameter.level = kCallLevel;
    parameter.kind = AnyKind();
    if (parameter.kind == Kind::kFunction) parameter.arity = 1;
    if (std::find(parameters.begin(), parameters.end(), parameter.name) != parameters.end()) {
      parameter.name = Fresh("p");
    }
    parameters.push_back(parameter.name);
    Define(std::move(parameter));
  }
  std::string body;
  Block(1 + static_cast<int>(Below(4)), &body);
  if (Chance(60)) {
    std::string before;
    std::string value = Kept(AnyKind(), kCallLevel, 1, &before);
    absl::StrAppend(&body, before, "kembalikan ", value, Optional(";"), "\n");
  }
  bool calls = scopes_.back().calls;
  scopes_.pop_back();
  return absl::StrCat("fungsi", name.empty() ? "" : " ", name, "(", absl::StrJoin(parameters, ", "), ")\n",
                      calls ? "bahan = bahan - 1 jika bahan < 0 kembalikan bahan akhir\n" : "", body,
                      "akhir");
}

void ProgramWriter::NamedFunction(std::string* out) {
  Variable function;
  function.name = Fresh("f");
  function.kind = Kind::kFunction;
  function.arity = static_cast<int>(Below(3));
  function.writable = Chance(30);
  std::string name = function.name;
  size_t scope = scopes_.size() - 1, index = scopes_.back().variables.size();
  Define(std::move(function));  // before the body, which may call it
  int arity = 0;
  std::string text = FunctionText(name, &arity);
  scopes_[scope].variables[index].arity = arity;
  absl::StrAppend(out, text, Optional(";"), "\n");
  if (Chance(70)) PrintCall(name, arity, out);
}

void ProgramWriter::PrintCall(const std::string& function, int arity, std::string* out) {
  std::string before;
  std::vector<std::string> arguments;
  for (int i = 0; i < arity; ++i) arguments.push_back(Kept(AnyKind(), kCallLevel, 2, &before));
  scopes_.back().calls = true;
  absl::StrAppend(out, before, "cetak(", function, "(", absl::StrJoin(arguments, ", "), "))\n");
}

void ProgramWriter::Schema(std::string* out) {
  Variable schema;
  schema.name = Fresh("S");
  schema.kind = Kind::kFunction;
  schema.schema = true;
  schema.writable = false;
  schema.arity = 1 + static_cast<int>(Below(3));
  absl::StrAppend(out, "struktur ", schema.name, " ",
                  absl::StrJoin(kFields, kFields + schema.arity, Chance(50) ? ", " : " "), " akhir\n");
  Define(std::move(schema));
}

void ProgramWriter::LeaveLoopOrFunction(std::string* out) {
  std::string before;
  std::string condition = Make(Kind::kBool, kMaxLevel, 1, &before).text;
  std::string action;
  if (scopes_.back().loops > 0 && Chance(75)) {
    action = Chance(50) ? "berhenti" : "lanjut";
  } else if (scopes_.size() > 1 || Chance(3)) {
    action = absl::StrCat("kembalikan ", Kept(AnyKind(), kCallLevel, 1, &before));
  } else {
    action = absl::StrCat("cetak(", Make(AnyKind(), kMaxLevel, 1, &before).text, ")");
  }
  absl::StrAppend(out, before, "jika ", condition, " ", action, Optional(";"), " akhir\n");
}

void ProgramWriter::SharedCounter(std::string* out) {
  std::string maker = Fresh("m"), pair = Fresh(scopes_.size() == 1 ? "g" : "v");
  absl::StrAppend(out, "fungsi ", maker, "(n)\n  naik = fungsi(d) n = n + d n akhir\n  ",
                  Chance(50) ? "n = n + 100\n  " : "", "kembalikan [naik, fungsi() n akhir",
                  Chance(50) ? ", fungsi() fungsi() n = n + 1000 n akhir akhir" : "", "]\nakhir\n", pair,
                  " = ", maker, "(", Below(50), ")\ncetak(", pair, "[0](", Below(9), "), ", pair, "[1]())\n");
  Variable variable;
  variable.name = std::move(pair);
  variable.kind = Kind::kArray;
  variable.level = 1;
  Define(std::move(variable));
}

void ProgramWriter::SelfReference(std::string* out) {
  const Variable* found = PickVariable([](const Variable& v) {
    return v.level > 0 && v.writable && (v.kind == Kind::kArray || v.kind == Kind::kHash);
  });
  if (found == nullptr) return Print(out);
  const std::string& name = found->name;
  // Undone at once, so that the rule of levels holds again.
  absl::StrAppend(out, "jika panjang(", name, ") > 0 ", name, "[0] = ", name, " cetak(", name, ", ", name,
                  " == ", name, ") ", name, "[0] = ", Below(9), " akhir\n");
}

void ProgramWriter::RawMemory(std::string* out) {
  std::string name = Fresh("q");
  // The address is not the same in every run: it must not stay in a variable that a module exports.
  absl::StrAppend(out, name, " = alokasi(16)\ncetak(tulis_mem(", name, ", \"memori\"), baca_mem(", name, ", ",
                  Below(7), "), baca_byte(", name, ", ", Below(6), "))\n", name, " = kosong\n");
}

void ProgramWriter::Atom(std::string* out) {
  static constexpr const char* kValues[] = {"1", "1.0", "\"1\"", "benar", "kosong", "2.5"};
  std::string name = Fresh(scopes_.size() == 1 ? "g" : "v");
  const char* held = kValues[Below(6)];
  const char* expected = kValues[Below(6)];
  absl::StrAppend(out, name, " = atom_baru(", held, ")\ncetak(atom_tukar(", name, ", ", expected,
                  ", [7]), atom_baca(", name, "), ", name, ")\natom_tulis(", name, ", ", expected, ")\n");
  Variable variable;
  variable.name = std::move(name);
  Define(std::move(variable));
}

void ProgramWriter::Import(std::string* out) {
  const char* path = Chance(90) ? "modul" : Chance(50) ? "modul.fox" : "./modul";
  std::vector<std::string> names;
  std::vector<Variable> taken;
  for (uint32_t i = 0; i < 1 + Below(3) && !exports_.empty(); ++i) {
    taken.push_back(exports_[Below(static_cast<uint32_t>(exports_.size()))]);
    names.push_back(taken.back().name);
  }
  if (names.empty()) names.push_back("muat");  // this file's helper gives way to its twin
  if (Chance(50)) {
    absl::StrAppend(out, "dari \"", path, "\" ambil ", absl::StrJoin(names, ", "), Optional(";"), "\n");
    for (Variable& variable : taken) Define(std::move(variable));
    absl::StrAppend(out, "cetak(", names[0], ")\n");
    return;
  }
  absl::StrAppend(out, "ambil \"", path, "\"", Optional(";"), "\n");
  for (Variable& variable : taken) {
    std::string member = absl::StrCat("modul.", variable.name);
    variable.name = Fresh(scopes_.size() == 1 ? "g" : "v");
    variable.writable = true;
    absl::StrAppend(out, variable.name, " = ", member, " cetak(", variable.name, ")\n");
    Define(std::move(variable));
  }
}

void ProgramWriter::ExpressionStatement(std::string* out) {
  std::string before;
  std::string text = Kept(AnyKind(), kCallLevel, 0, &before);
  if (ContinuesPrevious(text)) text = absl::StrCat("muat(", text, ")");
  absl::StrAppend(out, before, text, Optional(";"), "\n");
}

}  // namespace foxvm::programs
