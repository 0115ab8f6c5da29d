// MarkingThread: a thread that drains a marker while the mutator runs; it exists only during a marking.
// How: the thread owns the marker while it runs; Pause takes it away at the next object, Resume gives it
//      back. What the mutator adds meanwhile waits in a box until the thread has nothing else to do. The
//      thread takes no signals, which are the host's.
// Threads: every function is the mutator's.  Collects: never.  Owns: the thread.
#ifndef FOXVM_GC_MARKING_THREAD_H_
#define FOXVM_GC_MARKING_THREAD_H_

#include <pthread.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "absl/types/span.h"
#include "gc/mark_stack.h"
#include "gc/marker.h"

namespace foxvm::gc {

class MarkingThread {
 public:
  // `box_capacity` objects may wait.
  MarkingThread(Marker& marker, size_t box_capacity);
  ~MarkingThread() { Stop(); }
  MarkingThread(const MarkingThread&) = delete;
  MarkingThread& operator=(const MarkingThread&) = delete;

  // False when the system has no thread to give.
  [[nodiscard]] bool Start();
  bool started() const { return started_; }
  // When this returns the marker is the caller's until Resume. Nothing when no thread was started.
  void Pause();
  void Resume();
  // Adds marked objects.
  void Give(absl::Span<ObjectHeader* const> objects);
  // While paused: what was given and waits goes to the marker.
  void HandOver();
  // Whether all that was there and was given is marked. False while paused.
  bool IsIdle();
  // Ends the thread. What it has left to do stays with the marker.
  void Stop();

 private:
  static void* Main(void* self);
  void Run();
  void EmptyBox();

  Marker& marker_;
  std::atomic<bool> stop_draining_ = false;  // asked after each object
  bool started_ = false;
  pthread_t thread_;

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  MarkStack box_;
  bool box_overflowed_ = false;
  bool running_ = false;  // the thread uses the marker
  bool idle_ = false;
  bool paused_ = false;
  bool quit_ = false;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_MARKING_THREAD_H_
