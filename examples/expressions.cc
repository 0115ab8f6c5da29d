// The expression compiler of expressions.c in C++. One arena holds what a line needs: its tree and, as a pmr
// vector, its code; it is reset after each. Another holds what stays: the names, interned, and an abseil map
// that counts them.
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <functional>
#include <iostream>
#include <memory_resource>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "gc/arena.h"
#include "gc/arena_adapters.h"
#include "gc/interned_strings.h"

namespace {

using foxvm::gc::Arena;

struct Node {
  char kind;                    // 'n' number, 'v' name, or the operator
  int64_t number = 0;           // of 'n'
  absl::string_view name = {};  // of 'v', interned
  const Node* left = nullptr;
  const Node* right = nullptr;
};

class Parser {
 public:
  Parser(Arena& arena, foxvm::gc::InternedStrings& names, absl::string_view text)
      : arena_(arena), names_(names), text_(text) {}

  // Null after an error.
  const Node* Parse() {
    const Node* tree = Sum();
    if (tree != nullptr && Next() != '\0') return Fail("expected an operator");
    return tree;
  }
  size_t column() const { return at_ + 1; }
  absl::string_view error() const { return error_; }

 private:
  static constexpr int kMaxDepth = 100;

  const Node* Fail(absl::string_view message) {
    if (error_.empty()) error_ = message;
    return nullptr;
  }
  const Node* Made(const Node* node) { return node != nullptr ? node : Fail("out of memory"); }

  char Next() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  // The longest word from here on of characters that `matches`.
  absl::string_view Word(int (*matches)(int)) {
    const size_t start = at_;
    while (at_ < text_.size() && matches(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
    return text_.substr(start, at_ - start);
  }

  const Node* Sum() { return Chain("+-", &Parser::Product); }
  const Node* Product() { return Chain("*/", &Parser::Leaf); }

  const Node* Chain(absl::string_view operators, const Node* (Parser::*operand)()) {
    const Node* left = (this->*operand)();
    while (left != nullptr && Next() != '\0' && operators.find(Next()) != absl::string_view::npos) {
      const char kind = text_[at_++];
      const Node* right = (this->*operand)();
      left = right == nullptr ? nullptr : Made(arena_.New<Node>(kind, 0, absl::string_view(), left, right));
    }
    return left;
  }

  const Node* Leaf() {
    const auto next = static_cast<unsigned char>(Next());
    if (next == '(') {
      if (depth_ == kMaxDepth) return Fail("too many parentheses");
      ++depth_;
      ++at_;
      const Node* inner = Sum();
      --depth_;
      if (inner == nullptr) return nullptr;
      if (Next() != ')') return Fail("expected ')'");
      ++at_;
      return inner;
    }
    if (std::isdigit(next) != 0) {
      const absl::string_view digits = Word(std::isdigit);
      int64_t number = INT64_MAX;  // stays when there are too many digits
      std::from_chars(digits.data(), digits.data() + digits.size(), number);
      return Made(arena_.New<Node>('n', number));
    }
    if (std::isalpha(next) == 0) return Fail("expected a number, a name or '('");
    return Made(arena_.New<Node>('v', 0, names_.Intern(Word(std::isalnum))));
  }

  Arena& arena_;
  foxvm::gc::InternedStrings& names_;
  const absl::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  absl::string_view error_;
};

// The simplest tree of the same value. Trees are not changed: what is new is made beside them. Null: out of
// memory.
const Node* Simplify(Arena& arena, const Node* node) {
  if (node->left == nullptr) return node;
  const Node* left = Simplify(arena, node->left);
  const Node* right = left == nullptr ? nullptr : Simplify(arena, node->right);
  if (right == nullptr) return nullptr;
  const char kind = node->kind;
  if (left->kind == 'n' && right->kind == 'n' && (kind != '/' || right->number > 0)) {
    const auto a = static_cast<uint64_t>(left->number);
    const auto b = static_cast<uint64_t>(right->number);
    if (kind == '/') return arena.New<Node>('n', left->number / right->number);
    return arena.New<Node>('n', static_cast<int64_t>(kind == '+' ? a + b : kind == '-' ? a - b : a * b));
  }
  const int64_t neutral = kind == '*' || kind == '/' ? 1 : 0;
  if (right->kind == 'n' && right->number == neutral) return left;
  if (left == node->left && right == node->right) return node;
  return arena.New<Node>(kind, 0, absl::string_view(), left, right);
}

// Appends the nodes of a tree in the order a stack machine executes them.
void Emit(const Node* node, std::pmr::vector<const Node*>& code) {
  if (node->left != nullptr) {
    Emit(node->left, code);
    Emit(node->right, code);
  }
  code.push_back(node);
}

}  // namespace

int main() {
  Arena kept;
  Arena per_line({.max_bytes = size_t{16} << 20});
  foxvm::gc::InternedStrings names(kept);
  using Counts = absl::flat_hash_map<absl::string_view, int, absl::Hash<absl::string_view>,
                                     std::equal_to<absl::string_view>,
                                     foxvm::gc::ArenaAllocator<std::pair<const absl::string_view, int>>>;
  Counts uses{Counts::allocator_type(kept)};

  std::string line;
  for (int number = 1; std::getline(std::cin, line); ++number) {
    std::cout << number << ":";
    Parser parser(per_line, names, line);
    const Node* tree = parser.Parse();
    if (tree != nullptr) tree = Simplify(per_line, tree);
    if (tree == nullptr) {
      const absl::string_view error = parser.error().empty() ? "out of memory" : parser.error();
      std::cout << " error in column " << parser.column() << ": " << error;
    } else {
      foxvm::gc::ArenaResource resource(per_line);
      std::pmr::vector<const Node*> code(&resource);
      Emit(tree, code);
      for (const Node* node : code) {
        std::cout << ' ';
        if (node->kind == 'n') {
          std::cout << node->number;
        } else if (node->kind == 'v') {
          std::cout << node->name;
          ++uses[node->name];
        } else {
          std::cout << node->kind;
        }
      }
    }
    std::cout << "\n";
    per_line.Reset();
  }
  // In the order of their names: a hash table has none.
  std::vector<std::pair<absl::string_view, int>> sorted(uses.begin(), uses.end());
  std::sort(sorted.begin(), sorted.end());
  for (const auto& [name, count] : sorted) std::cout << name << " " << count << "\n";
}
