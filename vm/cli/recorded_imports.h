// RecordedImports: imported files for many compilations, each read once, and what one compilation has read.
// How: texts are kept by request; a Fingerprint of all that a compilation asked for, in order, tells whether
//      it would read the same again.
// Threads: one at a time.  Owns: the texts.
#ifndef FOXVM_VM_CLI_RECORDED_IMPORTS_H_
#define FOXVM_VM_CLI_RECORDED_IMPORTS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "frontend/module_source.h"

namespace foxvm::cli {

// The 128-bit FNV-1a hash of texts, each with its length. It tells apart what people write, not what is made
// to collide.
class Fingerprint {
 public:
  void Add(absl::string_view text);
  // As 32 hexadecimal digits.
  std::string Text() const;

 private:
  void AddByte(unsigned char byte);

  absl::uint128 state_ = absl::MakeUint128(0x6c62272e07bb0142, 0x62b821756295c58d);
};

class RecordedImports : public frontend::ModuleSource {
 public:
  // `source` outlives this.
  explicit RecordedImports(frontend::ModuleSource& source) : source_(source) {}

  // A path that was asked for, and the file that asked.
  using Request = std::pair<std::string, std::string>;

  absl::StatusOr<std::string> Read(absl::string_view path, absl::string_view importing_file,
                                   std::string* resolved_name) override;

  // Forgets what was asked for, not the texts.
  void BeginProgram() { requests_.clear(); }
  const std::vector<Request>& requests() const { return requests_; }
  // Adds what the requests get.
  void AddTo(const std::vector<Request>& requests, Fingerprint* fingerprint);

 private:
  struct Answer {
    absl::StatusOr<std::string> text;
    std::string resolved_name;
  };

  const Answer& AnswerTo(const Request& request);

  frontend::ModuleSource& source_;
  absl::flat_hash_map<Request, Answer> answers_;
  std::vector<Request> requests_;
};

}  // namespace foxvm::cli

#endif  // FOXVM_VM_CLI_RECORDED_IMPORTS_H_
