#!/bin/sh
# Writes a C++ header with the files given as arguments: a table of their names and texts.
set -eu
cat <<'END'
#ifndef FOXVM_FRONTEND_TYPED_STANDARD_TEXTS_H_
#define FOXVM_FRONTEND_TYPED_STANDARD_TEXTS_H_

#include "absl/strings/string_view.h"

namespace foxvm::frontend {

struct StandardText {
  absl::string_view name;
  absl::string_view text;
};

inline constexpr StandardText kStandardTexts[] = {
END
for file in "$@"; do
  printf '{"%s", R"fox(' "$(basename "$file" .fox)"
  cat "$file"
  printf ')fox"},\n'
done
cat <<'END'
};

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_TYPED_STANDARD_TEXTS_H_
END
