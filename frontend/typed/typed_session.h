// TypedSession: what a dialogue in dialect B keeps from one input to the next.
// How: every input is compiled together with the files before it, whose declarations are read again from their
//      texts while their code is not made again. A declaration keeps its global variable, found by its file and
//      its name.
// Threads: one at a time.  Owns: the texts.
#ifndef FOXVM_FRONTEND_TYPED_TYPED_SESSION_H_
#define FOXVM_FRONTEND_TYPED_TYPED_SESSION_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "absl/strings/string_view.h"

namespace foxvm::frontend {

class TypedSession {
 public:
  struct File {
    std::string name;  // as messages show it
    std::string text;
    bool is_standard = false;
  };

  // The inputs so far, in order.
  const std::deque<File>& inputs() const { return inputs_; }
  // The file that they imported as `path`, or null.
  const File* FindModule(absl::string_view path) const {
    const auto found = modules_.find(path);
    return found == modules_.end() ? nullptr : &found->second;
  }
  // The global of the declaration that `key` stands for.
  std::optional<uint32_t> FindGlobal(absl::string_view key) const {
    const auto found = globals_.find(key);
    return found == globals_.end() ? std::nullopt : std::optional<uint32_t>(found->second);
  }

  // Begins an input; all that was added and not committed is forgotten.
  void Begin(absl::string_view name, absl::string_view text) {
    next_ = Input();
    next_.file = {std::string(name), std::string(text)};
  }
  // What it imports and declares.
  void AddModule(absl::string_view path, File file) { next_.modules.emplace_back(path, std::move(file)); }
  void AddGlobal(std::string key, uint32_t global) { next_.globals.emplace_back(std::move(key), global); }
  // The input begun last has been loaded: later ones see what it declares.
  void Commit() {
    inputs_.push_back(std::move(next_.file));
    for (auto& [path, file] : next_.modules) modules_[path] = std::move(file);
    for (auto& [key, global] : next_.globals) globals_[key] = global;
    next_ = Input();
  }

 private:
  struct Input {
    File file;
    std::vector<std::pair<std::string, File>> modules;
    std::vector<std::pair<std::string, uint32_t>> globals;
  };

  // Texts stay where they are.
  std::deque<File> inputs_;
  absl::node_hash_map<std::string, File> modules_;
  absl::flat_hash_map<std::string, uint32_t> globals_;
  Input next_;
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_TYPED_TYPED_SESSION_H_
