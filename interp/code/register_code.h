// RegisterCode: a unit's instruction words while they are being made: branches still name nodes, not distances.
// How: lowering appends, liveness removes dead words and resolves the branches.
// Threads: plain data.
#ifndef FOXVM_INTERP_CODE_REGISTER_CODE_H_
#define FOXVM_INTERP_CODE_REGISTER_CODE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "interp/code/function_record.h"
#include "interp/code/instruction.h"
#include "interp/frame.h"

namespace foxvm::code {

// A branch word and the label it goes to.
struct BranchFixup {
  uint32_t word;
  uint32_t label;
};

struct RegisterCode {
  std::vector<Word> words;
  std::vector<uint32_t> origins;      // by word: bytecode offset
  std::vector<BranchFixup> branches;  // in word order
  std::vector<uint32_t> labels;       // by label: word index
  uint32_t params = 0;
  uint32_t locals = 0;
  // Set when liveness would cost more than it may: then every local is filled at entry, every operand is in its slot
  // as soon as it is pushed, and live_ends[w] bounds the live slots at safepoint w instead of a computed set.
  bool all_materialised = false;
  std::vector<uint32_t> live_ends;
  std::vector<std::unique_ptr<ClosureSite>> closure_sites;
  std::vector<std::unique_ptr<FieldSite>> field_sites;
  std::vector<std::unique_ptr<MethodSite>> method_sites;
};

// Calls use(slot) for every slot the instruction at `w` reads and def(slot) for the one it writes. Of a call, the
// callee and its arguments are read.
template <typename Use, typename Def>
void VisitOperands(const Word* w, Use use, Def def) {
  uint32_t a = FieldA(*w), b = FieldB(*w), c = FieldC(*w);
  auto use_range = [&](uint32_t begin, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) use(begin + i);
  };
  switch (GetInstructionInfo(OpOf(*w)).format) {
    case Format::kNone:
    case Format::kOffset:
      break;
    case Format::kDst:
    case Format::kDstWord:
      def(a);
      break;
    case Format::kDstSrc:
    case Format::kDstSrcImm:
    case Format::kDstSrcWord:
    case Format::kDstSrcSite:
      use(b);
      def(a);
      break;
    case Format::kDstIsSrc:
      use(a);
      def(a);
      break;
    case Format::kDstSrcSrc:
      use(b);
      use(c);
      def(a);
      break;
    case Format::kSrc:
    case Format::kSrcOffset:
    case Format::kSrcImmOffset:
      use(a);
      break;
    case Format::kSrcSrc:
    case Format::kSrcSrcOffset:
    case Format::kSrcSrcImm:
    case Format::kSrcSrcWord:
    case Format::kSrcSrcSite:
      use(a);
      use(b);
      break;
    case Format::kSrcSrcSrc:
      use(a);
      use(b);
      use(c);
      break;
    case Format::kDstRange:
      use_range(b, c);
      def(a);
      break;
    case Format::kDstSite:
      for (const Capture& capture : reinterpret_cast<const ClosureSite*>(w[1])->captures) {
        if (capture.from_local) use(capture.index);
      }
      def(a);
      break;
    case Format::kCall:
      use(a);
      use_range(a + interp::kFrameHeaderSlots, b);
      def(c);
      break;
    case Format::kCallBuiltin:
      use_range(a, b);
      def(c);
      break;
    case Format::kImport:
      def(c);
      break;
  }
}

}  // namespace foxvm::code

#endif  // FOXVM_INTERP_CODE_REGISTER_CODE_H_
