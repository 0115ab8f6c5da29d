// HostIo: where cetak and input go; implemented by whoever embeds the VM.
// How: FdHostIo is the implementation for a process's standard streams: output is buffered and written when
// the
//      buffer is full, before a line is read, and at the end; input is read ahead and handed out by lines.
// Threads: the VM's.  Collects: never.
#ifndef FOXVM_INTERP_BUILTINS_HOST_IO_H_
#define FOXVM_INTERP_BUILTINS_HOST_IO_H_

#include <atomic>
#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace foxvm::builtins {

enum class ReadLineResult {
  kLine,
  kEnd,          // nothing was left
  kTooLong,      // the line is longer than the limit
  kInterrupted,  // the VM was asked to stop
};

class HostIo {
 public:
  virtual ~HostIo() = default;
  // Takes the program's output, in order; may buffer. `text` may lie in the heap: it is good only during the
  // call, which must not run the VM.
  virtual void Write(absl::string_view text) = 0;
  // Replaces `*line` by the next line without its newline; the last line may lack one. Output written before
  // must be visible first.
  virtual ReadLineResult ReadLine(size_t max_bytes, std::string* line) = 0;
  // Replaces `*bytes` by the next 1 to `max_bytes` bytes of the input, or by none at its end; waits as
  // ReadLine does. False: the VM was asked to stop. A host that does not say otherwise has no bytes.
  virtual bool ReadBytes(size_t max_bytes, std::string* bytes);
};

class FdHostIo : public HostIo {
 public:
  // Reads from `in` and writes to `out`, file descriptors that stay the caller's. `interrupt` may be null;
  // once it is true neither reading nor writing waits.
  FdHostIo(int in, int out, const std::atomic<bool>* interrupt);
  ~FdHostIo() override { Flush(); }

  void Write(absl::string_view text) override;
  ReadLineResult ReadLine(size_t max_bytes, std::string* line) override;
  bool ReadBytes(size_t max_bytes, std::string* bytes) override;
  // Writes out what is buffered. What the receiver refuses is dropped, as there is nobody to tell.
  void Flush();

 private:
  int in_;
  int out_;
  const std::atomic<bool>* interrupt_;
  std::string output_;
  std::string input_;       // read ahead
  size_t input_start_ = 0;  // first byte of input_ not handed out
};

}  // namespace foxvm::builtins

#endif  // FOXVM_INTERP_BUILTINS_HOST_IO_H_
