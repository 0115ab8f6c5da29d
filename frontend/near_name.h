// Near names: which known name a misspelt one was probably meant to be.
// Threads: pure functions.
#ifndef FOXVM_FRONTEND_NEAR_NAME_H_
#define FOXVM_FRONTEND_NEAR_NAME_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace foxvm::frontend {

// The member of `candidates` that `word` is probably a misspelling of; empty when none is near. Letter case
// counts as nothing. Linear in the number of candidates; names of more than 40 bytes are never near.
absl::string_view NearestName(absl::string_view word, absl::Span<const absl::string_view> candidates);

}  // namespace foxvm::frontend

#endif  // FOXVM_FRONTEND_NEAR_NAME_H_
