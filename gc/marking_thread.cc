#include "gc/marking_thread.h"

#include <csignal>

namespace foxvm::gc {

MarkingThread::MarkingThread(Marker& marker, size_t box_capacity) : marker_(marker), box_(box_capacity) {}

bool MarkingThread::Start() {
  quit_ = paused_ = idle_ = running_ = box_overflowed_ = false;
  stop_draining_.store(false, std::memory_order_relaxed);
  if (box_.failed()) return false;
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  started_ = pthread_create(&thread_, nullptr, &Main, this) == 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started_;
}

void MarkingThread::Pause() {
  if (!started_) return;
  std::unique_lock<std::mutex> lock(mutex_);
  paused_ = true;
  idle_ = false;
  stop_draining_.store(true, std::memory_order_relaxed);
  changed_.notify_all();
  changed_.wait(lock, [this] { return !running_; });
}

void MarkingThread::Resume() {
  if (!started_) return;
  std::lock_guard<std::mutex> lock(mutex_);
  paused_ = false;
  stop_draining_.store(false, std::memory_order_relaxed);
  changed_.notify_all();
}

void MarkingThread::Give(absl::Span<ObjectHeader* const> objects) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (ObjectHeader* object : objects) {
    if (!box_.Push(reinterpret_cast<uint64_t>(object))) box_overflowed_ = true;
  }
  idle_ = false;
  changed_.notify_all();
}

void MarkingThread::HandOver() {
  if (!started_) return;
  std::lock_guard<std::mutex> lock(mutex_);
  EmptyBox();
}

bool MarkingThread::IsIdle() {
  std::lock_guard<std::mutex> lock(mutex_);
  return idle_;
}

void MarkingThread::Stop() {
  if (!started_) return;
  Pause();
  {
    std::lock_guard<std::mutex> lock(mutex_);
    quit_ = true;
    changed_.notify_all();
  }
  pthread_join(thread_, nullptr);
  started_ = false;
  EmptyBox();
}

void* MarkingThread::Main(void* self) {
  static_cast<MarkingThread*>(self)->Run();
  return nullptr;
}

void MarkingThread::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return quit_ || (!paused_ && !idle_); });
    if (quit_) return;
    EmptyBox();
    running_ = true;
    lock.unlock();
    const bool done =
        marker_.Drain([this](size_t) { return stop_draining_.load(std::memory_order_relaxed); });
    lock.lock();
    running_ = false;
    idle_ = done && box_.empty() && !paused_;
    changed_.notify_all();
  }
}

void MarkingThread::EmptyBox() {
  while (!box_.empty()) marker_.PushMarked(reinterpret_cast<ObjectHeader*>(box_.Pop()));
  if (box_overflowed_) marker_.NoteOverflow();
  box_overflowed_ = false;
}

}  // namespace foxvm::gc
