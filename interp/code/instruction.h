// The register form: 64-bit instruction words over frame slots, what the interpreter runs and the JIT compiles.
// How: fixed fields, so decoding is a shift: opcode 0..7, off 8..31 (signed; or x 8..15 and c 16..31), a 32..47,
//      b 48..63. Constants and
//      inline-cache sites occupy a second word. 16-bit slots bound a frame at 65,536 slots, which
//      the verifier enforces (kMaxFrameSlots).
// Invariants: IN-1 branch offsets count words from the branch itself. IN-2 a word embeds only what never moves.
// Threads: plain data.
#ifndef FOXVM_INTERP_CODE_INSTRUCTION_H_
#define FOXVM_INTERP_CODE_INSTRUCTION_H_

#include <cstdint>


namespace foxvm::code {

using Word = uint64_t;

enum class Op : uint8_t {
#define FOXVM_INSTRUCTION(name, format, flags, meaning) k##name,
#include "interp/code/instructions.def"
};

inline constexpr int kOpCount = static_cast<int>(Op::kNop) + 1;

// Which fields are slots read (Src), the slot written (Dst), immediates and offsets.
enum class Format : uint8_t {
  kNone,
  kDst,           // a written; off: immediate
  kDstWord,       // a written; next word: constant or shape
  kDstSrc,        // a written; b read
  kDstIsSrc,      // a read and written
  kDstSrcSrc,     // a written; b, c read
  kDstSrcImm,     // a written; b read; c signed
  kSrc,           // a read; off: immediate
  kSrcSrc,        // a, b read
  kSrcSrcSrc,     // a, b, c read
  kOffset,        // off: branch
  kSrcOffset,     // a read; off: branch
  kSrcSrcOffset,  // a, b read; off: branch
  kSrcImmOffset,  // a read; b signed; off: branch
  kDstSrcWord,    // a written; b read; next word: constant
  kSrcSrcWord,    // a, b read; next word: constant
  kSrcSrcImm,     // a, b read; c: immediate
  kDstRange,      // a written; slots b .. b + c - 1 read
  kDstSite,       // a written; next word: closure site, whose cells are read
  kDstSrcSite,    // a written; b read; next word: field or method site
  kSrcSrcSite,    // a, b read; next word: field site
  kCall,          // slot a and b arguments read; c written
  kCallBuiltin,   // b slots from a read; c written; x: built-in
  kImport,        // c written; next word: import state
};

enum InstructionFlags : uint8_t {
  kPlain = 0,
  kPure = 1,        // without effect besides its destination
  kSafepoint = 2,   // may collect: has a stack map
  kEndsBlock = 4,   // control never continues at the next word
  kBranches = 8,    // off is a branch target
  kCalls = 16,      // runs another frame
  kJump = kBranches | kEndsBlock,
  kLoop = kBranches | kEndsBlock | kSafepoint,
  kBranch = kBranches,
  kBranchSafepoint = kBranches | kSafepoint,
  kCall = kSafepoint | kCalls,
  kReturn = kEndsBlock,
};

struct InstructionInfo {
  const char* name;
  Format format;
  uint8_t flags;
};

const InstructionInfo& GetInstructionInfo(Op op);

inline Op OpOf(Word w) { return static_cast<Op>(w & 0xFF); }
inline uint32_t FieldA(Word w) { return static_cast<uint16_t>(w >> 32); }
inline uint32_t FieldB(Word w) { return static_cast<uint16_t>(w >> 48); }
inline uint32_t FieldC(Word w) { return static_cast<uint16_t>(w >> 16); }
inline uint32_t FieldX(Word w) { return static_cast<uint8_t>(w >> 8); }
inline int32_t SignedB(Word w) { return static_cast<int16_t>(w >> 48); }
inline int32_t SignedC(Word w) { return static_cast<int16_t>(w >> 16); }
inline int32_t Offset(Word w) { return static_cast<int32_t>(w) >> 8; }

inline constexpr int32_t kMaxOffset = (1 << 23) - 1;
inline constexpr int32_t kMinOffset = -(1 << 23);

inline Word MakeAbc(Op op, uint32_t a, uint32_t b, uint32_t c, uint32_t x = 0) {
  return static_cast<Word>(op) | Word{x & 0xFF} << 8 | Word{c & 0xFFFF} << 16 |
         Word{a & 0xFFFF} << 32 | Word{b & 0xFFFF} << 48;
}
// Requires kMinOffset <= off <= kMaxOffset.
inline Word MakeOff(Op op, uint32_t a, uint32_t b, int32_t off) {
  return static_cast<Word>(op) | Word{static_cast<uint32_t>(off) & 0xFFFFFF} << 8 |
         Word{a & 0xFFFF} << 32 | Word{b & 0xFFFF} << 48;
}
inline Word WithOffset(Word w, int32_t off) {
  return (w & ~Word{0xFFFFFF00}) | Word{static_cast<uint32_t>(off) & 0xFFFFFF} << 8;
}

// Words of the instruction that starts with `w`: 2 where the format has a next word.
inline uint32_t LengthOf(Word w) {
  switch (GetInstructionInfo(OpOf(w)).format) {
    case Format::kDstWord:
    case Format::kDstSrcWord:
    case Format::kSrcSrcWord:
    case Format::kDstSite:
    case Format::kDstSrcSite:
    case Format::kSrcSrcSite:
    case Format::kImport:
      return 2;
    default:
      return 1;
  }
}

}  // namespace foxvm::code

#endif  // FOXVM_INTERP_CODE_INSTRUCTION_H_
