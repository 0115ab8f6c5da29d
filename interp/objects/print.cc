#include "interp/objects/print.h"

#include <time.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "interp/objects/array.h"
#include "interp/objects/error.h"
#include "interp/objects/hash.h"
#include "interp/objects/number.h"
#include "interp/objects/number_format.h"
#include "interp/objects/shape.h"
#include "interp/objects/string.h"

namespace foxvm::objects {
namespace {

using gc::ObjectHeader;
using gc::Value;

constexpr uint64_t kStepsPerPoll = 4096;
constexpr int64_t kNanosPerSecond = 1'000'000'000;

// A container being printed. Its parts are numbered: a hash has two per entry, the others one per element.
struct Level {
  ObjectHeader* object;
  size_t next = 0;
  size_t part_count = 0;
  // Copies of the elements, for a stale array.
  std::unique_ptr<std::vector<Value>> snapshot;
};

// A level, and its place in the set of open containers.
constexpr size_t kBytesPerLevel = sizeof(Level) + 2 * sizeof(ObjectHeader*);

// RFC 3339, local time.
std::string FormatTime(int64_t unix_nanos) {
  time_t seconds = unix_nanos / kNanosPerSecond - (unix_nanos % kNanosPerSecond < 0 ? 1 : 0);
  struct tm local;
  if (localtime_r(&seconds, &local) == nullptr) return "?";
  std::string text = absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d", local.tm_year + 1900, local.tm_mon + 1,
                                     local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec);
  long minutes = local.tm_gmtoff / 60;
  if (minutes == 0) return text + "Z";
  char sign = minutes < 0 ? '-' : '+';
  minutes = minutes < 0 ? -minutes : minutes;
  absl::StrAppendFormat(&text, "%c%02d:%02d", sign, minutes / 60, minutes % 60);
  return text;
}

class Printer {
 public:
  Printer(Context& ctx, std::string* out)
      : ctx_(ctx),
        out_(out),
        start_(out->size()),
        max_bytes_(std::min(kMaxTextBytes, ctx.heap.options().max_bytes)) {}

  bool Print(Value v) {
    if (!Begin(v)) return false;
    while (!levels_.empty()) {
      if (++steps_ % kStepsPerPoll == 0 && !Poll()) return false;
      if (!Step()) return false;
    }
    return Fits(0);
  }

 private:
  // Prints a scalar; opens a level for a container.
  bool Begin(Value v) {
    if (v.IsSmallInt() || Is(v, kInt64Type)) return Write(FormatInt(IntValue(v)).view());
    if (IsFloat(v)) return Write(FormatFloat(FloatValue(v)).view());
    if (v.IsBool()) return Write(v.boolean() ? "benar" : "salah");
    if (v.IsBuiltin()) return Write("builtin function");
    if (!v.IsHeapRef()) return Write("kosong");
    if (IsString(v)) return WriteString(v);
    ObjectHeader* object = v.object();
    switch (object->type()) {
      case kArrayType: return Open(object, "[", "[...]");
      case kHashType: return Open(object, "{", "{...}");
      case kAtomType: return Open(object, "atom[", "atom[...]");
      case kStructType: {
        const std::string& name = static_cast<StructObject*>(object)->shape()->name;
        return Open(object, absl::StrCat(name, "{"), absl::StrCat(name, "{...}"));
      }
      default: return WriteObject(object);
    }
  }

  // Containers without parts to descend into.
  bool WriteObject(ObjectHeader* object) {
    switch (object->type()) {
      case kErrorType: return WriteError(Value::FromObject(object));
      case kSchemaType: return Write("struktur ") && Write(static_cast<SchemaObject*>(object)->shape()->name);
      case kClosureType: return Write("Closure");
      case kFileType:
        return Write("file[") && WriteString(static_cast<FileObject*>(object)->path) && Write("]");
      case kTimeType: return Write(FormatTime(static_cast<TimeObject*>(object)->unix_nanos()));
      case kPointerType:
        return Write(absl::StrFormat("ptr[0x%x]", static_cast<PointerObject*>(object)->address()));
      case kChannelType: return WriteIdentity("saluran", object);
      case kThreadType: return WriteIdentity("utas", object);
      case kMutexType: return WriteIdentity("mutex", object);
      default: return Write("upvalue");
    }
  }

  // An error has its long form unless it is an element of a container; an atom is no container in this
  // respect.
  bool WriteError(Value error) {
    if (!levels_.empty() && levels_.back().object->type() != kAtomType) {
      return Write("Error: ") && WriteString(ErrorMessage(error));
    }
    absl::string_view code = ErrorCodeText(ErrorCodeOf(error));
    return Write("Error ") && (code.empty() || Write(absl::StrCat("[", code, "] "))) &&
           Write("di [:0:0]:\n  ") && WriteString(ErrorMessage(error)) && Write("\n");
  }

  bool WriteIdentity(absl::string_view what, ObjectHeader* object) {
    return Write(absl::StrFormat("%s[0x%x]", what, ctx_.heap.IdentityHash(object)));
  }

  bool Open(ObjectHeader* object, absl::string_view text, absl::string_view text_if_open) {
    if (!open_.insert(object).second) return Write(text_if_open);
    Level level;
    level.object = object;
    Value v = Value::FromObject(object);
    switch (object->type()) {
      case kArrayType:
        level.part_count = ArrayLength(v);
        if (ArrayElementsInPlace(v) == nullptr) {
          snapshot_bytes_ += level.part_count * sizeof(Value);
          if (!Fits(0)) return false;
          level.snapshot = std::make_unique<std::vector<Value>>();
          ArraySnapshot(v, level.snapshot.get());
        }
        break;
      case kHashType: level.part_count = size_t{HashCount(ctx_, v)} * 2; break;
      case kStructType: level.part_count = static_cast<StructObject*>(object)->shape()->field_count(); break;
      default: level.part_count = 1;
    }
    levels_.push_back(std::move(level));
    return Write(text);
  }

  // Prints the next part of the innermost container, or closes it.
  bool Step() {
    Level& level = levels_.back();
    if (level.next == level.part_count) return Close();
    size_t part = level.next++;
    Value v = Value::FromObject(level.object);
    switch (level.object->type()) {
      case kArrayType:
        if (part != 0 && !Write(", ")) return false;
        return Begin(level.snapshot != nullptr ? (*level.snapshot)[part] : ArrayElementsInPlace(v)[part]);
      case kHashType:
        if (part % 2 == 1) return Write(": ") && Begin(HashValueAt(v, part / 2));
        return (part == 0 || Write(", ")) && Begin(HashKeyAt(v, part / 2));
      case kStructType: {
        auto* object = static_cast<StructObject*>(level.object);
        return (part == 0 || Write(", ")) && WriteString(object->shape()->fields[part]) && Write(": ") &&
               Begin(*object->field(part));
      }
      default: return Begin(*static_cast<Atom*>(level.object)->value());
    }
  }

  bool Close() {
    Level& level = levels_.back();
    gc::TypeId type = level.object->type();
    if (level.snapshot != nullptr) snapshot_bytes_ -= level.snapshot->size() * sizeof(Value);
    open_.erase(level.object);
    levels_.pop_back();
    return Write(type == kArrayType || type == kAtomType ? "]" : "}");
  }

  bool Write(absl::string_view text) {
    out_->append(text.data(), text.size());
    return true;
  }

  bool WriteString(Value s) {
    size_t length = StringLength(s);
    if (!Fits(length)) return false;
    size_t at = out_->size();
    out_->resize(at + length);
    CopyBytes(s, &(*out_)[at]);
    return true;
  }

  bool Fits(size_t more) {
    size_t text = out_->size() - start_;
    size_t work = snapshot_bytes_ + levels_.size() * kBytesPerLevel;
    if (text + work + more <= max_bytes_) return true;
    ctx_.OutOfMemory();
    return false;
  }

  bool Poll() {
    if (ctx_.interrupt != nullptr && ctx_.interrupt->load(std::memory_order_relaxed)) {
      ctx_.Fail(FatalKind::kInterrupted, "interrupted");
      return false;
    }
    return Fits(0);
  }

  Context& ctx_;
  std::string* out_;
  const size_t start_;
  const size_t max_bytes_;
  size_t snapshot_bytes_ = 0;
  uint64_t steps_ = 0;
  std::vector<Level> levels_;
  absl::flat_hash_set<ObjectHeader*> open_;
};

}  // namespace

bool AppendText(Context& ctx, Value v, std::string* out) { return Printer(ctx, out).Print(v); }

Value ToText(Context& ctx, Value* v) {
  if (IsString(*v)) return *v;
  std::string text;
  return AppendText(ctx, *v, &text) ? MakeString(ctx, text) : Value::Empty();
}

}  // namespace foxvm::objects
