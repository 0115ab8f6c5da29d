#include "frontend/scope.h"

#include "gc/check.h"

namespace foxvm::frontend {

void Scopes::EnterFunction() {
  ++current_;
  if (current_ == scopes_.size()) scopes_.emplace_back();
  Scope& scope = scopes_[current_];
  scope.variables = 0;
  scope.bound.clear();
  scope.captures.clear();
}

void Scopes::LeaveFunction() {
  FOXVM_CHECK(current_ > 0);
  for (NameId name : scopes_[current_].bound) {
    // A block may have unbound it already.
    const uint32_t binding = innermost_[name];
    if (binding != kNone && bindings_[binding].scope == current_) Unbind(name);
  }
  --current_;
}

void Scopes::Unbind(NameId name) {
  const uint32_t binding = innermost_[name];
  innermost_[name] = bindings_[binding].outer;
  bindings_[binding].outer = free_binding_;
  free_binding_ = binding;
}

Symbol Scopes::DefineInBlock(NameId name) {
  const uint32_t binding = innermost_[name];
  const bool hides = binding != kNone && bindings_[binding].scope == current_;
  hidden_.push_back({name, hides ? bindings_[binding].symbol : Symbol()});
  return Define(name);
}

void Scopes::LeaveBlock(size_t block) {
  for (; hidden_.size() > block; hidden_.pop_back()) {
    const Hidden& hidden = hidden_.back();
    if (hidden.symbol.kind == SymbolKind::kUndefined) {
      Unbind(hidden.name);
    } else {
      bindings_[innermost_[hidden.name]].symbol = hidden.symbol;
    }
  }
}

void Scopes::Bind(NameId name, uint32_t scope, Symbol symbol) {
  const uint32_t innermost = innermost_[name];
  if (innermost != kNone && bindings_[innermost].scope == scope) {
    bindings_[innermost].symbol = symbol;
    return;
  }
  uint32_t binding = free_binding_;
  if (binding == kNone) {
    binding = static_cast<uint32_t>(bindings_.size());
    bindings_.emplace_back();
  } else {
    free_binding_ = bindings_[binding].outer;
  }
  bindings_[binding] = {scope, symbol, innermost};
  innermost_[name] = binding;
  scopes_[scope].bound.push_back(name);
}

Symbol Scopes::Define(NameId name) {
  FOXVM_DCHECK(in_function());
  const Symbol symbol{SymbolKind::kLocal, scopes_[current_].variables++};
  Bind(name, current_, symbol);
  return symbol;
}

Symbol Scopes::DefineGlobal(NameId name, uint32_t index) {
  FOXVM_DCHECK(!in_function());
  const Symbol symbol{SymbolKind::kGlobal, index};
  Bind(name, current_, symbol);
  return symbol;
}

Symbol Scopes::Resolve(NameId name) {
  if (innermost_[name] == kNone) return {};
  const Binding binding = bindings_[innermost_[name]];
  if (binding.scope == current_ || binding.symbol.kind == SymbolKind::kGlobal) return binding.symbol;
  Symbol symbol = binding.symbol;
  for (uint32_t scope = binding.scope + 1; scope <= current_; ++scope) {
    std::vector<Symbol>& captures = scopes_[scope].captures;
    captures.push_back(symbol);
    symbol = {SymbolKind::kCapture, static_cast<uint32_t>(captures.size() - 1)};
    Bind(name, scope, symbol);
    ++total_captures_;
  }
  return symbol;
}

}  // namespace foxvm::frontend
