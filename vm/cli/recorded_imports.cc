#include "vm/cli/recorded_imports.h"

#include "absl/strings/str_format.h"

namespace foxvm::cli {

void Fingerprint::AddByte(unsigned char byte) {
  constexpr absl::uint128 kPrime = absl::MakeUint128(0x1000000, 0x13b);
  state_ = (state_ ^ byte) * kPrime;
}

void Fingerprint::Add(absl::string_view text) {
  for (size_t length = text.size(), i = 0; i < sizeof(length); ++i, length >>= 8) {
    AddByte(static_cast<unsigned char>(length));
  }
  for (char c : text) AddByte(static_cast<unsigned char>(c));
}

std::string Fingerprint::Text() const {
  return absl::StrFormat("%016x%016x", absl::Uint128High64(state_), absl::Uint128Low64(state_));
}

const RecordedImports::Answer& RecordedImports::AnswerTo(const Request& request) {
  const auto known = answers_.find(request);
  if (known != answers_.end()) return known->second;
  std::string resolved_name = request.first;
  absl::StatusOr<std::string> text = source_.Read(request.first, request.second, &resolved_name);
  return answers_.try_emplace(request, Answer{std::move(text), std::move(resolved_name)}).first->second;
}

absl::StatusOr<std::string> RecordedImports::Read(absl::string_view path, absl::string_view importing_file,
                                                  std::string* resolved_name) {
  const Request& request = requests_.emplace_back(path, importing_file);
  const Answer& answer = AnswerTo(request);
  *resolved_name = answer.resolved_name;
  return answer.text;
}

void RecordedImports::AddTo(const std::vector<Request>& requests, Fingerprint* fingerprint) {
  for (const Request& request : requests) {
    const Answer& answer = AnswerTo(request);
    fingerprint->Add(answer.resolved_name);
    fingerprint->Add(answer.text.ok() ? *answer.text : answer.text.status().ToString());
  }
}

}  // namespace foxvm::cli
