// Scopes: what a name means at a place in the source: one scope per function, plus the global one.
// How: every name has a chain of bindings, innermost function first, so a lookup looks at one binding; what a
//      closed function bound is unlinked when it closes. A variable of an outer function becomes a capture in
//      every function between.
// Invariants: SC-1 a name's bindings are ordered by scope, innermost first, at most one per scope. SC-2
//      globals are never captured.
// Threads: one at a time.  Owns: bindings; names are the NameTable's.
#ifndef FOXVM_FRONTEND_SCOPE_H_
#define FOXVM_FRONTEND_SCOPE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "frontend/names.h"

namespace foxvm::frontend {

enum class SymbolKind : uint8_t {
  kUndefined,
  kGlobal,
  kLocal,
  kCapture,  // index: position among the function's captures
};

struct Symbol {
  SymbolKind kind = SymbolKind::kUndefined;
  uint32_t index = 0;
};

class Scopes {
 public:
  // Starts in the global scope, without names.
  Scopes() : scopes_(1) {}

  // Makes room for names with ids below `name_count`.
  void GrowTo(size_t name_count) {
    if (name_count > innermost_.size()) innermost_.resize(name_count, kNone);
  }

  void EnterFunction();
  // Leaves the current function: its names are unbound.
  void LeaveFunction();

  // Dialect B: what is defined between the two is unbound by the second, and what it hid is bound again.
  // EnterBlock() returns what LeaveBlock() needs.
  size_t EnterBlock() const { return hidden_.size(); }
  void LeaveBlock(size_t block);
  // Binds `name` to a new variable of the current function until the end of the current block.
  Symbol DefineInBlock(NameId name);
  // A new variable of the current function that no name means.
  Symbol DefineUnnamed() { return {SymbolKind::kLocal, scopes_[current_].variables++}; }

  bool in_function() const { return current_ != 0; }

  // Binds `name` to a new variable of the current function, even if that has it already.
  Symbol Define(NameId name);
  // Binds `name` to the global variable `index`. Requires the global scope.
  Symbol DefineGlobal(NameId name, uint32_t index);
  // The variable that `name` means here, captured if it belongs to an outer function.
  Symbol Resolve(NameId name);

  // Whether `name` means a variable here.
  bool IsBound(NameId name) const { return innermost_[name] != kNone; }

  // Variables defined in the current scope, parameters included.
  uint32_t variable_count() const { return scopes_[current_].variables; }
  // What the current function captures, as symbols of the function around it.
  absl::Span<const Symbol> captures() const { return scopes_[current_].captures; }
  // Captures of all functions so far: a name passing through n functions counts n times.
  size_t total_captures() const { return total_captures_; }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Binding {
    uint32_t scope;
    Symbol symbol;
    uint32_t outer;  // the name's binding further out, or the next free entry
  };
  struct Scope {
    uint32_t variables = 0;
    std::vector<NameId> bound;
    std::vector<Symbol> captures;
  };

  // A name that a block has bound anew in its function; `symbol`: what it was there, kUndefined for nothing.
  struct Hidden {
    NameId name;
    Symbol symbol;
  };

  void Bind(NameId name, uint32_t scope, Symbol symbol);
  // Takes the innermost binding of `name` away.
  void Unbind(NameId name);

  std::vector<uint32_t> innermost_;  // by NameId: its innermost binding
  std::vector<Binding> bindings_;
  std::vector<Hidden> hidden_;
  uint32_t free_binding_ = kNone;
  std::vector<Scope> scopes_;  // entries behind current_ are kept for their memory
  uint32_t current_ = 0;
  size_t total_captures_ = 0;
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_SCOPE_H_
