#include "interp/builtins/text_parts.h"

#include <string.h>

#include <algorithm>
#include <cstring>

#include "gc/handle.h"
#include "interp/builtins/arguments.h"
#include "interp/builtins/utf8.h"
#include "interp/objects/array.h"
#include "interp/objects/intern_table.h"
#include "interp/objects/string.h"

namespace foxvm::builtins {
namespace {

using objects::Chars;
using objects::Flatten;

// Walks over the parts of `text` between separators; an empty separator parts it into units. Holds offsets
// only, so the text may move between two steps.
class Splitter {
 public:
  Splitter(absl::string_view text, absl::string_view separator, SplitUnit unit)
      : units_(separator.empty()), unit_(unit) {
    done_ = units_ && text.empty();
  }

  bool done() const { return done_; }
  size_t part_start() const { return part_start_; }
  size_t part_end() const { return part_end_; }

  // Finds the next part. False: a stop was requested. Requires !done().
  bool Step(const BuiltinContext& ctx, absl::string_view text, absl::string_view separator) {
    part_start_ = next_;
    if (StopRequested(ctx)) return false;
    if (units_) {
      const bool byte = unit_ == SplitUnit::kByte;
      part_end_ = next_ =
          part_start_ + (byte ? 1 : DecodeRune(text.substr(part_start_, kMaxRuneBytes)).width);
      done_ = next_ == text.size();
      return true;
    }
    bool stopped = false;
    const size_t match = FindText(ctx, text, separator, part_start_, &stopped);
    done_ = match == absl::string_view::npos;
    part_end_ = done_ ? text.size() : match;
    next_ = part_end_ + separator.size();
    return !stopped;
  }

 private:
  const bool units_;
  const SplitUnit unit_;
  bool done_;
  size_t part_start_ = 0;
  size_t part_end_ = 0;
  size_t next_ = 0;
};

}  // namespace

gc::Value Substring(BuiltinContext& ctx, gc::Value* s, size_t start, size_t length) {
  if (length == 0) return ctx.objects.strings.empty();
  uint8_t first = static_cast<uint8_t>(Chars(*s)[start]);
  if (length == 1 && first < 0x80) return ctx.objects.strings.Char(first);
  gc::Value part = objects::NewFlatString(ctx.objects, length);
  if (!part.IsEmpty()) std::memcpy(objects::FlatBytes(part), Chars(*s).data() + start, length);
  return part;
}

size_t FindText(const BuiltinContext& ctx, absl::string_view text, absl::string_view part, size_t from,
                bool* stopped) {
  while (true) {
    // A window per look at the stop request, reaching over its end by what a match may need. memmem is
    // linear.
    const size_t window = std::min(text.size() - from, kSliceBytes + 2 * part.size());
    const char* start = text.data() + from;
    const void* match = memmem(start, window, part.data(), part.size());
    if (match != nullptr) return from + static_cast<size_t>(static_cast<const char*>(match) - start);
    if (from + window == text.size()) return absl::string_view::npos;
    from += window - part.size() + 1;
    if (StopRequested(ctx)) {
      *stopped = true;
      return absl::string_view::npos;
    }
  }
}

gc::Value SplitText(BuiltinContext& ctx, gc::Value* args, SplitUnit unit) {
  if (!Flatten(ctx.objects, &args[0]) || !Flatten(ctx.objects, &args[1])) return gc::Value::Empty();
  size_t parts = 0;
  for (Splitter splitter(Chars(args[0]), Chars(args[1]), unit); !splitter.done(); ++parts) {
    if (!splitter.Step(ctx, Chars(args[0]), Chars(args[1]))) return Interrupted(ctx);
  }
  if (parts > objects::kMaxArrayLength) return ctx.objects.OutOfMemory();
  gc::HandleScope scope(ctx.objects.mutator);
  gc::Value* array = ctx.objects.mutator.handles.Push(objects::MakeArrayFilled(ctx.objects, parts));
  if (array->IsEmpty()) return *array;
  Splitter splitter(Chars(args[0]), Chars(args[1]), unit);
  for (size_t i = 0; i < parts; ++i) {
    if (!splitter.Step(ctx, Chars(args[0]), Chars(args[1]))) return Interrupted(ctx);
    size_t start = splitter.part_start();
    gc::Value part = Substring(ctx, &args[0], start, splitter.part_end() - start);
    if (part.IsEmpty()) return part;
    objects::SetFresh(ctx.objects, *array, i, part);
  }
  return *array;
}

}  // namespace foxvm::builtins
