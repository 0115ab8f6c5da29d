// Files: baca_file(path), tulis_file(path, s), buka_file(path, mode), tutup_file(FILE), baca(FILE [, n]),
// tulis(FILE, v), input([prompt]).
// How: paths are resolved by the process, so opening needs Capabilities::files; an open FILE is the right to
// use it.
//      A FILE nobody closed is closed when it is collected; when descriptors run out, a collection looks for
//      such.
#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "gc/handle.h"
#include "interp/builtins/arguments.h"
#include "interp/builtins/file_io.h"
#include "interp/builtins/functions.h"
#include "interp/builtins/utf8.h"
#include "interp/objects/native_objects.h"
#include "interp/objects/number.h"
#include "interp/objects/print.h"
#include "interp/objects/string.h"

namespace foxvm::builtins {
namespace {

constexpr absl::string_view kAlreadyClosed = "file already closed";

objects::FileObject* FileOf(gc::Value v) { return static_cast<objects::FileObject*>(v.object()); }

// Most bytes one call may bring into the VM.
size_t TransferLimit(const BuiltinContext& ctx) {
  return std::min<size_t>(objects::kMaxStringLength, ctx.objects.heap.options().max_bytes);
}

// What failed, for a message such as `baca_file error: open P: no such file or directory`.
struct Operation {
  absl::string_view lead;  // "baca_file error: "
  absl::string_view verb;  // "open"
  absl::string_view path;  // not in the heap
};

gc::Value FileFailure(BuiltinContext& ctx, const Operation& operation, absl::string_view reason) {
  return RunFailure(ctx, absl::StrCat(operation.lead, operation.verb, " ", operation.path, ": ", reason));
}

// The built-in's result after `result`, which is not kOk.
gc::Value Failed(BuiltinContext& ctx, const Operation& operation, IoResult result) {
  if (result.status == IoStatus::kInterrupted) return Interrupted(ctx);
  if (result.status == IoStatus::kTooLarge) return ctx.objects.OutOfMemory();
  return FileFailure(ctx, operation, ReasonText(result.error));
}

IoResult Open(BuiltinContext& ctx, absl::string_view path, OpenMode mode, int* fd) {
  if (!ctx.capabilities.files) return {IoStatus::kError, EACCES};
  IoResult result = OpenFile(path, mode, ctx.objects.interrupt, fd);
  if (result.status != IoStatus::kError || (result.error != EMFILE && result.error != ENFILE)) return result;
  ctx.objects.heap.CollectMajor();
  return OpenFile(path, mode, ctx.objects.interrupt, fd);
}

// The path of a FILE, copied out of the heap. False: out of memory.
bool CopyPath(BuiltinContext& ctx, gc::Value file, std::string* path) {
  gc::HandleScope scope(ctx.objects.mutator);
  gc::Value* text = ctx.objects.mutator.handles.Push(FileOf(file)->path);
  if (!objects::Flatten(ctx.objects, text)) return false;
  *path = std::string(objects::Chars(*text));
  return true;
}

bool ModeByName(absl::string_view name, OpenMode* mode) {
  if (name == "b") {
    *mode = OpenMode::kRead;
  } else if (name == "t" || name == "tb") {
    *mode = OpenMode::kTruncate;
  } else if (name == "t+") {
    *mode = OpenMode::kAppend;
  } else {
    return false;
  }
  return true;
}

}  // namespace

gc::Value BacaFile(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "baca_file", args, count, {ArgType::kString})) return *bad;
  if (!objects::Flatten(ctx.objects, &args[0])) return gc::Value::Empty();
  std::string path(objects::Chars(args[0]));
  Operation operation = {"baca_file error: ", "open", path};
  int fd = -1;
  IoResult result = Open(ctx, path, OpenMode::kRead, &fd);
  if (result.status != IoStatus::kOk) return Failed(ctx, operation, result);
  std::string content;
  result = ReadAll(fd, TransferLimit(ctx), ctx.objects.interrupt, &content);
  close(fd);
  operation.verb = "read";
  if (result.status != IoStatus::kOk) return Failed(ctx, operation, result);
  return objects::MakeString(ctx.objects, content);
}

gc::Value TulisFile(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "tulis_file", args, count, {ArgType::kString, ArgType::kString}))
    return *bad;
  if (!objects::Flatten(ctx.objects, &args[0]) || !objects::Flatten(ctx.objects, &args[1]))
    return gc::Value::Empty();
  std::string path(objects::Chars(args[0]));
  Operation operation = {"tulis_file error: ", "open", path};
  int fd = -1;
  IoResult result = Open(ctx, path, OpenMode::kTruncate, &fd);
  if (result.status != IoStatus::kOk) return Failed(ctx, operation, result);
  absl::string_view content = objects::Chars(args[1]);
  operation.verb = "write";
  if (!content.empty()) result = WriteAll(fd, content, ctx.objects.interrupt, OnBrokenPipe::kError);
  if (close(fd) < 0 && errno != EINTR && result.status == IoStatus::kOk) {
    operation.verb = "close";
    result = {IoStatus::kError, errno};
  }
  if (result.status != IoStatus::kOk) return Failed(ctx, operation, result);
  return gc::Value::Null();
}

gc::Value BukaFile(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "buka_file", args, count, {ArgType::kString, ArgType::kString}))
    return *bad;
  if (!objects::Flatten(ctx.objects, &args[0]) || !objects::Flatten(ctx.objects, &args[1]))
    return gc::Value::Empty();
  OpenMode mode;
  if (!ModeByName(objects::Chars(args[1]), &mode)) {
    return TypeFailure(ctx, absl::StrCat("unknown file mode: ", objects::Chars(args[1])));
  }
  std::string path(objects::Chars(args[0]));
  int fd = -1;
  IoResult result = Open(ctx, path, mode, &fd);
  if (result.status != IoStatus::kOk) return Failed(ctx, {"failed to open file: ", "open", path}, result);
  gc::Value file = objects::MakeFile(ctx.objects, fd, /*flags=*/0, &args[0]);
  if (file.IsEmpty()) close(fd);
  return file;
}

gc::Value TutupFile(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "tutup_file", args, count, {ArgType::kFile})) return *bad;
  std::string path;
  if (!CopyPath(ctx, args[0], &path)) return gc::Value::Empty();
  const Operation operation = {"failed to close file: ", "close", path};
  int fd = FileOf(args[0])->descriptor();
  if (fd == objects::FileObject::kClosedFile) return FileFailure(ctx, operation, kAlreadyClosed);
  FileOf(args[0])->MarkClosed();
  if (close(fd) < 0 && errno != EINTR) return FileFailure(ctx, operation, ReasonText(errno));
  return gc::Value::Null();
}

gc::Value Baca(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckCountRange(ctx, count, 1, 2)) return *bad;
  if (Rejection bad = CheckTypes(ctx, "baca", args, count, {ArgType::kFile, ArgType::kInteger})) return *bad;
  std::string path;
  if (!CopyPath(ctx, args[0], &path)) return gc::Value::Empty();
  const Operation operation = {"baca error: ", "read", path};
  int fd = FileOf(args[0])->descriptor();
  if (fd == objects::FileObject::kClosedFile) return FileFailure(ctx, operation, kAlreadyClosed);
  int64_t wanted = count == 2 ? objects::IntValue(args[1]) : -1;
  std::string content;
  IoResult result;
  if (wanted < 0) {
    result = ReadAll(fd, TransferLimit(ctx), ctx.objects.interrupt, &content);
  } else if (wanted > 0) {
    size_t most = std::min<uint64_t>(static_cast<uint64_t>(wanted), TransferLimit(ctx));
    result = ReadSome(fd, most, ctx.objects.interrupt, &content);
  }
  if (result.status != IoStatus::kOk) return Failed(ctx, operation, result);
  return objects::MakeString(ctx.objects, content);
}

gc::Value Tulis(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckArguments(ctx, "tulis", args, count, {ArgType::kFile, ArgType::kAny})) return *bad;
  std::string path;
  if (!CopyPath(ctx, args[0], &path)) return gc::Value::Empty();
  const Operation operation = {"tulis error: ", "write", path};
  if (FileOf(args[0])->descriptor() == objects::FileObject::kClosedFile) {
    return FileFailure(ctx, operation, kAlreadyClosed);
  }
  std::string text;
  absl::string_view bytes;
  if (HasType(args[1], ArgType::kString)) {
    if (!objects::Flatten(ctx.objects, &args[1])) return gc::Value::Empty();
    bytes = objects::Chars(args[1]);
  } else {
    if (!objects::AppendText(ctx.objects, args[1], &text)) return gc::Value::Empty();
    bytes = text;
  }
  IoResult result =
      WriteAll(FileOf(args[0])->descriptor(), bytes, ctx.objects.interrupt, OnBrokenPipe::kError);
  if (result.status != IoStatus::kOk) return Failed(ctx, operation, result);
  return gc::Value::Null();
}

gc::Value Input(BuiltinContext& ctx, gc::Value* args, uint32_t count) {
  if (Rejection bad = CheckCountRange(ctx, count, 0, 1)) return *bad;
  if (Rejection bad = CheckTypes(ctx, "input", args, count, {ArgType::kString})) return *bad;
  if (count == 1) {
    if (!objects::Flatten(ctx.objects, &args[0])) return gc::Value::Empty();
    ctx.io.Write(objects::Chars(args[0]));
  }
  std::string line;
  switch (ctx.io.ReadLine(TransferLimit(ctx), &line)) {
    case ReadLineResult::kLine: return objects::MakeString(ctx.objects, TrimSpace(line));
    case ReadLineResult::kEnd: return RunFailure(ctx, "input error: EOF");
    case ReadLineResult::kTooLong: return ctx.objects.OutOfMemory();
    case ReadLineResult::kInterrupted: return Interrupted(ctx);
  }
  return gc::Value::Empty();
}

}  // namespace foxvm::builtins
