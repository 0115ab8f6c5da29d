#include "gc/site_table.h"

#include "gc/allocation_site.h"

namespace foxvm::gc {

uint32_t SiteTable::Enter(absl::string_view name) {
  const uint32_t before = scope_;
  const auto [at, is_new] = numbers_.emplace(name, static_cast<uint32_t>(names_.size()));
  if (is_new) names_.emplace_back(name);
  scope_ = kScopeBit | at->second;
  return before;
}

uint32_t SiteTable::Current() const {
  if (scope_ != 0) return scope_;
  return source_ == nullptr ? 0 : source_->CurrentSite();
}

void SiteTable::FollowForwarded(uintptr_t begin, uintptr_t end) {
  for (uintptr_t at = begin; at < end;) {
    const auto* object = reinterpret_cast<const ObjectHeader*>(at);
    if (object->has_flag(kForwarded))
      NoteMoved(object, reinterpret_cast<const ObjectHeader*>(object->second));
    at += object->small_size();
  }
}

std::string SiteTable::NameOf(uint32_t site) const {
  if ((site & kScopeBit) != 0) return names_[site & ~kScopeBit];
  return site == 0 || source_ == nullptr ? "unknown" : source_->SiteName(site);
}

}  // namespace foxvm::gc
