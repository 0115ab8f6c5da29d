#include "frontend/emitter.h"

#include <algorithm>
#include <array>
#include <utility>

#include "gc/check.h"

namespace foxvm::frontend {

namespace {

using bytecode::Opcode;

constexpr size_t kNarrowJumpBytes = 3;
constexpr size_t kWideJumpBytes = 6;
// The largest target that a jump without prefix can name.
constexpr size_t kMaxNarrowTarget = 0xFFFF;
constexpr size_t kLongestInstruction = 10;
// The code buffer grows by so much at a time: memory ahead of the code stays untouched.
constexpr size_t kBufferStep = 4096;

// Pushes minus pops by opcode, for those where no operand decides it.
constexpr std::array<int8_t, 256> MakeEffects() {
  std::array<int8_t, 256> effects{};
#define FOXVM_OPCODE(name, byte, operands, pops, pushes, meaning) \
  effects[byte] = static_cast<int8_t>((pops) == bytecode::kVariable ? 0 : (pushes) - (pops));
  constexpr int kVariable = bytecode::kVariable;
#include "interp/bytecode/opcodes.def"
  return effects;
}
constexpr std::array<int8_t, 256> kEffects = MakeEffects();

void WriteU16(uint8_t* at, uint32_t value) {
  at[0] = static_cast<uint8_t>(value >> 8);
  at[1] = static_cast<uint8_t>(value);
}

void WriteU32(uint8_t* at, uint32_t value) {
  WriteU16(at, value >> 16);
  WriteU16(at + 2, value);
}

}  // namespace

void Emitter::Reset() {
  size_ = 0;  // code_ keeps its length: bytes behind size_ are spare
  lines_.clear();
  jumps_.clear();
  last_ = before_last_ = Opcode::kReturn;
  wide_ = false;
  depth_ = max_depth_ = 0;
}

uint8_t* Emitter::Append(Opcode opcode, size_t bytes, int64_t effect) {
  if (size_ + kLongestInstruction > code_.size()) code_.resize(code_.size() + kBufferStep);
  uint8_t* at = code_.data() + size_;
  size_ += bytes;
  before_last_ = last_;
  last_ = opcode;
  depth_ += effect;
  max_depth_ = std::max(max_depth_, depth_);
  return at;
}

void Emitter::AppendWide(Opcode opcode, int64_t effect, uint32_t a) {
  uint8_t* at = Append(opcode, 6, effect);
  at[0] = static_cast<uint8_t>(Opcode::kWide);
  at[1] = static_cast<uint8_t>(opcode);
  WriteU32(at + 2, a);
  wide_ = true;
}

void Emitter::AppendWide(Opcode opcode, int64_t effect, uint32_t a, uint32_t b) {
  uint8_t* at = Append(opcode, 10, effect);
  at[0] = static_cast<uint8_t>(Opcode::kWide);
  at[1] = static_cast<uint8_t>(opcode);
  WriteU32(at + 2, a);
  WriteU32(at + 6, b);
  wide_ = true;
}

void Emitter::Emit(Opcode opcode) {
  *Append(opcode, 1, kEffects[static_cast<uint8_t>(opcode)]) = static_cast<uint8_t>(opcode);
}

void Emitter::EmitU8(Opcode opcode, uint32_t operand, int64_t effect) {
  if (operand > 0xFF) return AppendWide(opcode, effect, operand);
  uint8_t* at = Append(opcode, 2, effect);
  at[0] = static_cast<uint8_t>(opcode);
  at[1] = static_cast<uint8_t>(operand);
}

void Emitter::EmitU16(Opcode opcode, uint32_t operand, int64_t effect) {
  if (operand > 0xFFFF) return AppendWide(opcode, effect, operand);
  uint8_t* at = Append(opcode, 3, effect);
  at[0] = static_cast<uint8_t>(opcode);
  WriteU16(at + 1, operand);
}

void Emitter::EmitStruct(uint32_t name, uint32_t fields) {
  const int64_t effect = 1 - static_cast<int64_t>(fields);
  if (name > 0xFFFF || fields > 0xFFFF) return AppendWide(Opcode::kStruct, effect, name, fields);
  uint8_t* at = Append(Opcode::kStruct, 5, effect);
  at[0] = static_cast<uint8_t>(Opcode::kStruct);
  WriteU16(at + 1, name);
  WriteU16(at + 3, fields);
}

void Emitter::EmitClosure(uint32_t function, uint32_t captures) {
  const int64_t effect = 1 - static_cast<int64_t>(captures);
  if (function > 0xFFFF || captures > 0xFF) return AppendWide(Opcode::kClosure, effect, function, captures);
  uint8_t* at = Append(Opcode::kClosure, 4, effect);
  at[0] = static_cast<uint8_t>(Opcode::kClosure);
  WriteU16(at + 1, function);
  at[3] = static_cast<uint8_t>(captures);
}

void Emitter::EmitInvoke(uint32_t method, uint32_t arguments) {
  const int64_t effect = -static_cast<int64_t>(arguments);
  if (method > 0xFFFF || arguments > 0xFF) return AppendWide(Opcode::kInvoke, effect, method, arguments);
  uint8_t* at = Append(Opcode::kInvoke, 4, effect);
  at[0] = static_cast<uint8_t>(Opcode::kInvoke);
  WriteU16(at + 1, method);
  at[3] = static_cast<uint8_t>(arguments);
}

Emitter::Jump Emitter::EmitJump(Opcode opcode, Jump list) {
  EmitJumpTo(opcode, list);
  return static_cast<Jump>(jumps_.size() - 1);
}

void Emitter::EmitJumpTo(Opcode opcode, uint32_t target) {
  jumps_.push_back({size(), target});
  *Append(opcode, kNarrowJumpBytes, kEffects[static_cast<uint8_t>(opcode)]) = static_cast<uint8_t>(opcode);
}

void Emitter::Bind(Jump list) {
  while (list != kNoJump) {
    const Jump next = jumps_[list].target;
    jumps_[list].target = size();
    list = next;
  }
}

void Emitter::MarkPosition(Position position) {
  if (!lines_.empty()) {
    bytecode::LineEntry& last = lines_.back();
    if (last.line == position.line && last.column == position.column) return;
    if (last.offset == size()) {
      last.line = position.line;
      last.column = position.column;
      return;
    }
  }
  lines_.push_back({size(), position.line, position.column});
}

void Emitter::RemovePop() {
  FOXVM_DCHECK(LastIsPop());
  --size_;
  ++depth_;
  last_ = before_last_;
}

bool Emitter::Finish(bytecode::UnitView* unit) {
  const bool far = size_ > kMaxNarrowTarget &&
                   std::any_of(jumps_.begin(), jumps_.end(),
                               [](const JumpRecord& jump) { return jump.target > kMaxNarrowTarget; });
  if (far) {
    WriteWideJumps();
  } else {
    for (const JumpRecord& jump : jumps_) WriteU16(code_.data() + jump.offset + 1, jump.target);
  }
  unit->code = absl::MakeConstSpan(code_).first(size_);
  unit->lines = lines_;
  return wide_;
}

void Emitter::WriteWideJumps() {
  constexpr size_t kGrowth = kWideJumpBytes - kNarrowJumpBytes;
  // Where an old offset ends up: behind the growth of all jumps before it.
  const auto moved = [this](uint32_t offset) {
    const auto end = std::lower_bound(jumps_.begin(), jumps_.end(), offset,
                                      [](const JumpRecord& jump, uint32_t at) { return jump.offset < at; });
    return static_cast<uint32_t>(offset + kGrowth * static_cast<size_t>(end - jumps_.begin()));
  };
  std::vector<uint8_t> code(size_ + kGrowth * jumps_.size());
  uint8_t* to = code.data();
  size_t from = 0;
  for (const JumpRecord& jump : jumps_) {
    to = std::copy(code_.begin() + static_cast<ptrdiff_t>(from), code_.begin() + jump.offset, to);
    to[0] = static_cast<uint8_t>(Opcode::kWide);
    to[1] = code_[jump.offset];
    WriteU32(to + 2, moved(jump.target));
    to += kWideJumpBytes;
    from = jump.offset + kNarrowJumpBytes;
  }
  std::copy(code_.begin() + static_cast<ptrdiff_t>(from), code_.begin() + static_cast<ptrdiff_t>(size_), to);
  size_ = code.size();
  code_ = std::move(code);
  for (bytecode::LineEntry& entry : lines_) entry.offset = moved(entry.offset);
  wide_ = true;
}

}  // namespace foxvm::frontend
