// The types of the language: how the collector sees their objects, and what programs call them.
// Threads: the VM's.  Collects: never.  Not here: the layouts themselves (layout.h).
#ifndef FOXVM_INTERP_OBJECTS_TYPES_H_
#define FOXVM_INTERP_OBJECTS_TYPES_H_

#include "absl/strings/string_view.h"
#include "gc/type_info.h"
#include "interp/objects/layout.h"

namespace foxvm::objects {

// Registers every HeapType. Call once per heap, before its first allocation.
void RegisterTypes(gc::TypeRegistry& types);

// What `tipe` returns: "INTEGER", "STRING", ... The text lives for ever.
absl::string_view TypeName(gc::Value v);

// The number of the type in messages such as `index not supported for type tag 1`.
int TypeTag(gc::Value v);

}  // namespace foxvm::objects

#endif  // FOXVM_INTERP_OBJECTS_TYPES_H_
