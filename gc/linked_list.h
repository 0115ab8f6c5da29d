// LinkedList: things in the order in which they were added, linked through themselves: being added takes no
// memory, so it cannot fail, and leaving is O(1).
// How: a ring through the list and its members (ListLink is a base class of theirs). A member that goes
//      leaves its list; a list that goes lets its members go. A copy of a member is in no list.
// Threads: one at a time.  Collects: never.  Owns: nothing.
#ifndef FOXVM_GC_LINKED_LIST_H_
#define FOXVM_GC_LINKED_LIST_H_

#include "gc/check.h"

namespace foxvm::gc {

template <typename T>
class LinkedList;

template <typename T>
class ListLink {
 public:
  ListLink() = default;
  ~ListLink() { Unlink(); }
  ListLink(const ListLink&) {}
  ListLink& operator=(const ListLink&) { return *this; }

  bool linked() const { return next_ != this; }
  // Leaves the list, if it is in one.
  void Unlink() {
    next_->previous_ = previous_;
    previous_->next_ = next_;
    next_ = previous_ = this;
  }

 private:
  friend class LinkedList<T>;

  ListLink* next_ = this;
  ListLink* previous_ = this;
};

template <typename T>
class LinkedList {
 public:
  LinkedList() = default;
  ~LinkedList() {
    while (!empty()) ring_.next_->Unlink();
  }
  LinkedList(const LinkedList&) = delete;
  LinkedList& operator=(const LinkedList&) = delete;

  bool empty() const { return !ring_.linked(); }
  // `member` is in no list.
  void PushBack(T* member) {
    ListLink<T>* link = member;
    FOXVM_CHECK(!link->linked());
    link->next_ = &ring_;
    link->previous_ = ring_.previous_;
    ring_.previous_->next_ = link;
    ring_.previous_ = link;
  }
  // Takes out the last member; null when there is none.
  T* PopBack() {
    if (empty()) return nullptr;
    ListLink<T>* last = ring_.previous_;
    last->Unlink();
    return static_cast<T*>(last);
  }
  // Is empty from now on, in O(1); the members' memory is about to go.
  void Abandon() { ring_.Unlink(); }
  // Calls visit(T*) for each; it may unlink that one.
  template <typename Visit>
  void ForEach(Visit&& visit) const {
    for (ListLink<T>* at = ring_.next_; at != &ring_;) {
      ListLink<T>* member = at;
      at = at->next_;
      visit(static_cast<T*>(member));
    }
  }

 private:
  ListLink<T> ring_;
};

}  // namespace foxvm::gc

#endif  // FOXVM_GC_LINKED_LIST_H_
