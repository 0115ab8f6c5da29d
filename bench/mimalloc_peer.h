// mimalloc as a peer. Loaded apart, because a program that is linked with mimalloc has no other malloc.
#ifndef FOXVM_BENCH_MIMALLOC_PEER_H_
#define FOXVM_BENCH_MIMALLOC_PEER_H_

#include <dlfcn.h>

#include "gc/check.h"

namespace foxvm::gc {

// The library's function `name`, of type F.
template <typename F>
F* FindMimalloc(const char* name) {
  static void* const library = dlopen("libmimalloc.so.2.0", RTLD_NOW | RTLD_LOCAL);
  FOXVM_CHECK(library != nullptr);
  void* const function = dlsym(library, name);
  FOXVM_CHECK(function != nullptr);
  return reinterpret_cast<F*>(function);
}

}  // namespace foxvm::gc

#endif  // FOXVM_BENCH_MIMALLOC_PEER_H_
