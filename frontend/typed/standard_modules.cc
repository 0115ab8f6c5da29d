#include "frontend/typed/standard_modules.h"

#include "frontend/typed/standard_texts.h"

namespace foxvm::frontend {

namespace {

constexpr absl::string_view kPrelude = "prelude";

absl::string_view Find(absl::string_view name) {
  for (const StandardText& module : kStandardTexts) {
    if (module.name == name) return module.text;
  }
  return absl::string_view();
}

}  // namespace

absl::string_view Prelude() { return Find(kPrelude); }

absl::string_view StandardModule(absl::string_view name) {
  return name == kPrelude ? absl::string_view() : Find(name);
}

}  // namespace foxvm::frontend
