#include "vm/compat/mph/mph.h"

#include <pthread.h>
#include <sys/single_threaded.h>

#include <cstdio>
#include <cstdlib>

#include "vm/compat/mph/memory.h"

namespace foxvm::mph {
namespace {

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

// Guards Memory. A context's shadow stack needs no lock: another thread's collection looks at none (MM-1).
class Lock {
 public:
  Lock() : locked_(!__libc_single_threaded) {
    if (locked_) pthread_mutex_lock(&mutex);
  }
  ~Lock() {
    if (locked_) pthread_mutex_unlock(&mutex);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  const bool locked_;
};

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "morph: %s\n", what);
  std::exit(1);
}

Roots* RootsOf(const MorphContext* context) {
  return context == nullptr ? nullptr : static_cast<Roots*>(context->memory);
}

Memory& Get() {
  Memory* memory = Memory::Get();
  if (memory == nullptr) Fail("no address space for a heap");
  return *memory;
}

void DumpStatistics(const Memory& memory) {
  const char* path = std::getenv("MORPH_MEM_STATS");
  FILE* file = path == nullptr ? nullptr : std::fopen(path, "w");
  if (file == nullptr) return;
  gc::HeapStatistics statistics = memory.statistics();
  auto number = [](uint64_t value) { return static_cast<unsigned long long>(value); };
  std::fprintf(file,
               "{\"collections\": %llu, \"pause_ns_max\": %llu, \"pause_ns_total\": %llu, "
               "\"allocated_bytes\": %llu, \"committed_bytes\": %llu}\n",
               number(statistics.major_collections), number(statistics.major_pause_ns_max),
               number(statistics.major_pause_ns_total), number(statistics.allocated_bytes),
               number(statistics.committed_bytes));
  std::fclose(file);
}

void RemoveContext(MorphContext* context) {
  Lock lock;
  Memory& memory = Get();
  memory.RemoveContext(context);
  context->memory = nullptr;
  if (memory.in_use()) return;
  DumpStatistics(memory);
  Memory::Drop();
}

struct ThreadStart {
  MorphEntryFunction fn;
  void* arg;
};

void* RunThread(void* pointer) {
  ThreadStart start = *static_cast<ThreadStart*>(pointer);
  delete static_cast<ThreadStart*>(pointer);
  MorphContext context;
  {
    Lock lock;
    context.memory = Get().AddContext(&context);
    Get().ExpectThread(-1);
  }
  start.fn(&context, start.arg);
  RemoveContext(&context);
  return nullptr;
}

}  // namespace
}  // namespace foxvm::mph

using foxvm::mph::Fail;
using foxvm::mph::Lock;
using foxvm::mph::Memory;
using foxvm::mph::Roots;
using foxvm::mph::RootsOf;

void mph_init_memory(MorphContext* ctx) {
  if (ctx == nullptr) return;
  Lock lock;
  ctx->memory = foxvm::mph::Get().AddContext(ctx);
}

void mph_destroy_memory(MorphContext* ctx) {
  if (RootsOf(ctx) != nullptr) foxvm::mph::RemoveContext(ctx);
}

void* mph_alloc(MorphContext* ctx, size_t size, MorphTypeInfo* type) {
  Roots* roots = RootsOf(ctx);
  if (roots == nullptr) return nullptr;
  void* object;
  {
    Lock lock;
    object = Memory::Existing()->Allocate(*roots, size, type);
  }
  if (object == nullptr) Fail("out of memory");
  return object;
}

void mph_gc_push_root(MorphContext* ctx, void** slot) {
  Roots* roots = RootsOf(ctx);
  if (roots != nullptr && slot != nullptr) roots->Push(slot);
}

void mph_gc_pop_roots(MorphContext* ctx, int count) {
  Roots* roots = RootsOf(ctx);
  if (roots != nullptr && count > 0) roots->Pop(static_cast<size_t>(count));
}

void mph_gc_collect(MorphContext* ctx) {
  Roots* roots = RootsOf(ctx);
  if (roots == nullptr) return;
  Lock lock;
  Memory::Existing()->Collect(*roots);
}

// Called while the lock is held.
void mph_gc_mark(MorphContext*, void* object) {
  Memory* memory = Memory::Existing();
  if (memory != nullptr) memory->Mark(object);
}

void mph_thread_spawn(MorphEntryFunction fn, void* arg) {
  if (fn == nullptr) return;
  auto* start = new foxvm::mph::ThreadStart{fn, arg};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  {
    Lock lock;
    foxvm::mph::Get().ExpectThread(1);
  }
  if (pthread_create(&thread, &attributes, foxvm::mph::RunThread, start) != 0) Fail("cannot start a thread");
  pthread_attr_destroy(&attributes);
}

void mph_swap_in(MorphContext*, void*) {}
void mph_start_daemon(MorphContext*) {}
void mph_stop_daemon(MorphContext*) {}
