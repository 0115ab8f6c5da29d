#include "interp/objects/context.h"

#include <utility>

namespace foxvm::objects {

gc::Value Context::Fail(FatalKind kind, std::string message) {
  if (fatal == FatalKind::kNone) {
    fatal = kind;
    fatal_message = std::move(message);
  }
  return gc::Value::Empty();
}

}  // namespace foxvm::objects
