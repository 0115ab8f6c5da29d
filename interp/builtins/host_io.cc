#include "interp/builtins/host_io.h"

#include <algorithm>

#include "interp/builtins/file_io.h"

namespace foxvm::builtins {
namespace {

constexpr size_t kOutputBufferBytes = 64 * 1024;
constexpr size_t kInputChunkBytes = 64 * 1024;

}  // namespace

bool HostIo::ReadBytes(size_t, std::string* bytes) {
  bytes->clear();
  return true;
}

FdHostIo::FdHostIo(int in, int out, const std::atomic<bool>* interrupt)
    : in_(in), out_(out), interrupt_(interrupt) {}

void FdHostIo::Write(absl::string_view text) {
  if (output_.size() + text.size() > kOutputBufferBytes) Flush();
  if (text.size() > kOutputBufferBytes) {
    WriteAll(out_, text, interrupt_, OnBrokenPipe::kSignal);
    return;
  }
  output_.append(text.data(), text.size());
}

void FdHostIo::Flush() {
  if (output_.empty()) return;
  WriteAll(out_, output_, interrupt_, OnBrokenPipe::kSignal);
  output_.clear();
}

ReadLineResult FdHostIo::ReadLine(size_t max_bytes, std::string* line) {
  Flush();
  line->clear();
  while (true) {
    // An endless line never waits, so only this look sees the request.
    if (interrupt_ != nullptr && interrupt_->load(std::memory_order_relaxed))
      return ReadLineResult::kInterrupted;
    size_t newline = input_.find('\n', input_start_);
    size_t end = newline == std::string::npos ? input_.size() : newline;
    size_t length = end - input_start_;
    if (length > max_bytes - line->size()) return ReadLineResult::kTooLong;
    line->append(input_, input_start_, length);
    if (newline != std::string::npos) {
      input_start_ = newline + 1;
      return ReadLineResult::kLine;
    }
    input_.clear();
    input_start_ = 0;
    IoResult read = ReadSome(in_, kInputChunkBytes, interrupt_, &input_);
    if (read.status == IoStatus::kInterrupted) return ReadLineResult::kInterrupted;
    // An unreadable input counts as one that has ended.
    if (read.status != IoStatus::kOk || input_.empty()) {
      return line->empty() ? ReadLineResult::kEnd : ReadLineResult::kLine;
    }
  }
}

bool FdHostIo::ReadBytes(size_t max_bytes, std::string* bytes) {
  Flush();
  bytes->clear();
  if (interrupt_ != nullptr && interrupt_->load(std::memory_order_relaxed)) return false;
  if (input_start_ == input_.size()) {
    input_.clear();
    input_start_ = 0;
    if (ReadSome(in_, kInputChunkBytes, interrupt_, &input_).status == IoStatus::kInterrupted) return false;
  }
  const size_t length = std::min(max_bytes, input_.size() - input_start_);
  bytes->assign(input_, input_start_, length);
  input_start_ += length;
  return true;
}

}  // namespace foxvm::builtins
