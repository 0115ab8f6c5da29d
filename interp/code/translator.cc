#include "interp/code/translator.h"

#include <algorithm>
#include <utility>

#include "gc/check.h"
#include "interp/code/liveness.h"
#include "interp/code/lowering.h"
#include "interp/code/stack_ir.h"

namespace foxvm::code {
namespace {

using gc::Value;

// Liveness may use this much per byte of bytecode, and always this much.
constexpr uint64_t kLivenessBytesPerCodeByte = 16;
constexpr uint64_t kLivenessBytesFree = 64 * 1024;

bool TooLargeForLiveness(const StackIr& ir, const bytecode::Function& function,
                         const bytecode::UnitInfo& info) {
  uint64_t slots = uint64_t{ir.locals} + uint64_t{info.max_depth} * 2 + 8;
  uint64_t blocks = uint64_t{ir.leader_count} * 2 + 1;
  return EstimateLivenessBytes(blocks, slots, ir.nodes.size()) >
         kLivenessBytesFree + kLivenessBytesPerCodeByte * function.code.size();
}

// The intermediate form is gone when this returns: it and liveness need not fit in memory together.
absl::StatusOr<RegisterCode> LowerUnit(const bytecode::Function& function,
                                       const bytecode::UnitInfo& info, const Links& links,
                                       bool allow_liveness) {
  StackIr ir = BuildStackIr(function, info.instruction_count);
  bool materialised = !allow_liveness || TooLargeForLiveness(ir, function, info);
  return Lower(ir, function, info, links, materialised);
}

// The maps of fully materialised code: everything below the operands' end is live.
stackmaps::StackMapTable MaterialisedMaps(const RegisterCode& code) {
  stackmaps::StackMapTableBuilder builder;
  for (uint32_t w = 0; w < code.words.size(); w += LengthOf(code.words[w])) {
    uint8_t flags = GetInstructionInfo(OpOf(code.words[w])).flags;
    if ((flags & kSafepoint) == 0) continue;
    if ((flags & kCalls) != 0) {
      builder.Add(MapKey(w, true), builder.Intern({{}, 0, FieldA(code.words[w])}));
    }
    builder.Add(MapKey(w, false), builder.Intern({{}, 0, code.live_ends[w]}));
  }
  return builder.Build();
}

// A planted fault: every slot of the frame is a root at every safepoint.
stackmaps::StackMapTable AllLiveMaps(const RegisterCode& code, uint32_t prologue, uint32_t slots) {
  stackmaps::StackMapTableBuilder builder;
  for (uint32_t w = 0; w < code.words.size(); w += LengthOf(code.words[w])) {
    if ((GetInstructionInfo(OpOf(code.words[w])).flags & kSafepoint) == 0) continue;
    uint32_t shape = builder.Intern({{}, 0, slots});
    builder.Add(MapKey(prologue + w, true), shape);
    builder.Add(MapKey(prologue + w, false), shape);
  }
  return builder.Build();
}

absl::Status ResolveBranches(RegisterCode* code) {
  for (const BranchFixup& branch : code->branches) {
    int64_t distance = int64_t{code->labels[branch.label]} - int64_t{branch.word};
    if (distance < kMinOffset || distance > kMaxOffset) {
      return absl::ResourceExhaustedError("function too large: a branch does not fit");
    }
    Word& word = code->words[branch.word];
    word = WithOffset(word, static_cast<int32_t>(distance));
  }
  return absl::OkStatus();
}

}  // namespace

uint32_t FunctionRecord::LineAt(uint32_t pc) const {
  if (source == nullptr || pc >= bytecode_offsets.size()) return 0;
  uint32_t offset = bytecode_offsets[pc];
  auto after = std::upper_bound(
      source->lines.begin(), source->lines.end(), offset,
      [](uint32_t o, const bytecode::LineEntry& entry) { return o < entry.offset; });
  return after == source->lines.begin() ? 0 : (after - 1)->line;
}

absl::Status Translate(const bytecode::Function& function, const bytecode::UnitInfo& info,
                       const Links& links, const TranslatorFaults& faults, FunctionRecord* record) {
  absl::StatusOr<RegisterCode> code = LowerUnit(function, info, links, /*allow_liveness=*/true);
  if (!code.ok()) return code.status();
  LivenessResult liveness;
  if (!code->all_materialised && !ComputeLiveness(&*code, &liveness)) {
    liveness = {};
    code = LowerUnit(function, info, links, /*allow_liveness=*/false);
    if (!code.ok()) return code.status();
  }
  bool materialised = code->all_materialised;
  if (materialised) liveness.maps = MaterialisedMaps(*code);
  if (absl::Status status = ResolveBranches(&*code); !status.ok()) return status;

  uint32_t slots = CountSlots(*code);
  uint32_t prologue = static_cast<uint32_t>(liveness.entry_slots.size());
  if (faults.all_slots_live) liveness.maps = AllLiveMaps(*code, prologue, slots);
  record->words.clear();
  record->words.reserve(prologue + code->words.size());
  for (uint32_t slot : liveness.entry_slots) {
    // A planted fault leaves the slot alone.
    Word fill = MakeOff(Op::kLoadImmediate, slot, 0, static_cast<int32_t>(Value::Null().bits()));
    record->words.push_back(faults.omit_frame_fill ? MakeAbc(Op::kNop, 0, 0, 0) : fill);
  }
  record->words.insert(record->words.end(), code->words.begin(), code->words.end());
  record->bytecode_offsets.assign(prologue, 0);
  record->bytecode_offsets.insert(record->bytecode_offsets.end(), code->origins.begin(),
                                  code->origins.end());
  record->code = record->words.data();
  record->params = function.params;
  record->frame_slots = slots;
  record->entry_weight = info.instruction_count;
  record->captures = info.captures;
  record->maps = std::move(liveness.maps);
  record->closure_sites = std::move(code->closure_sites);
  record->field_sites = std::move(code->field_sites);
  record->method_sites = std::move(code->method_sites);
  record->source = &function;
  return absl::OkStatus();
}

}  // namespace foxvm::code
