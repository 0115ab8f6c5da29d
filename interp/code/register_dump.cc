#include "interp/code/register_dump.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace foxvm::code {
namespace {

std::string Slot(uint32_t slot) { return absl::StrCat("r", slot); }

std::string Operands(const FunctionRecord& function, uint32_t pc) {
  Word w = function.words[pc];
  std::string a = Slot(FieldA(w)), b = Slot(FieldB(w)), c = Slot(FieldC(w));
  std::string target = absl::StrCat("->", int64_t{pc} + Offset(w));
  switch (GetInstructionInfo(OpOf(w)).format) {
    case Format::kNone: return "";
    case Format::kDst:
    case Format::kSrc:
      return OpOf(w) == Op::kReturn || OpOf(w) == Op::kCheck ? a : absl::StrCat(a, " #", Offset(w));
    case Format::kDstWord:
    case Format::kDstSite:
    case Format::kDstIsSrc: return a;
    case Format::kDstSrc:
    case Format::kSrcSrc:
    case Format::kDstSrcWord:
    case Format::kSrcSrcWord:
    case Format::kDstSrcSite:
    case Format::kSrcSrcSite: return absl::StrCat(a, " ", b);
    case Format::kDstSrcSrc:
    case Format::kSrcSrcSrc: return absl::StrCat(a, " ", b, " ", c, FieldX(w) != 0 ? " check" : "");
    case Format::kDstSrcImm:
      return absl::StrCat(a, " ", b, " #",
                          OpOf(w) == Op::kGetFieldAt ? static_cast<int32_t>(FieldC(w)) : SignedC(w),
                          FieldX(w) != 0 ? " check" : "");
    case Format::kSrcSrcImm: return absl::StrCat(a, " ", b, " #", FieldC(w));
    case Format::kOffset: return target;
    case Format::kSrcOffset: return absl::StrCat(a, " ", target);
    case Format::kSrcSrcOffset: return absl::StrCat(a, " ", b, " ", target);
    case Format::kSrcImmOffset: return absl::StrCat(a, " #", SignedB(w), " ", target);
    case Format::kDstRange: return absl::StrCat(a, " ", b, " #", FieldC(w));
    case Format::kCall: return absl::StrCat(c, " ", a, " #", FieldB(w));
    case Format::kCallBuiltin: return absl::StrCat(c, " ", a, " #", FieldB(w), " #", FieldX(w));
    case Format::kImport: return absl::StrCat(c, " ", a);
  }
  return "";
}

std::string LiveSlots(const FunctionRecord& function, uint32_t key) {
  stackmaps::StackMap map;
  if (!function.maps.Find(key, &map)) return "";
  std::vector<std::string> slots;
  for (size_t bit = 0; bit < map.bits.size() * 64; ++bit) {
    if ((map.bits[bit / 64] >> (bit % 64) & 1) != 0) slots.push_back(Slot(static_cast<uint32_t>(bit)));
  }
  for (uint32_t slot = map.range_begin; slot < map.range_end; ++slot) slots.push_back(Slot(slot));
  return absl::StrCat(" {", absl::StrJoin(slots, " "), "}");
}

}  // namespace

std::string DumpRegisters(const FunctionRecord& function) {
  std::string text;
  for (uint32_t pc = 0; pc < function.words.size(); pc += LengthOf(function.words[pc])) {
    absl::StrAppend(&text, pc, " ", GetInstructionInfo(OpOf(function.words[pc])).name);
    std::string operands = Operands(function, pc);
    if (!operands.empty()) absl::StrAppend(&text, " ", operands);
    absl::StrAppend(&text, LiveSlots(function, MapKey(pc, false)), "\n");
  }
  return text;
}

}  // namespace foxvm::code
