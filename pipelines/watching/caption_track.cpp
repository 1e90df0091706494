#include "pipelines/watching/caption_track.h"

#include <algorithm>

namespace blip {

std::vector<CaptionCue> CaptionTrack::add(std::int64_t start, std::int64_t end, const std::string& text) {
  std::vector<CaptionCue> told;
  if (current_ && start - current_->end > gap_) close(current_->end, told);
  if (!current_) {
    if (!text.empty()) begin(start, end, text, told);
    return told;
  }
  const bool changed = text != current_->text;
  if (!changed || start - current_->start < shortest_) {
    current_->end = std::max(current_->end, end);
    return told;
  }
  close(start, told);
  if (!text.empty()) begin(start, end, text, told);
  return told;
}

std::vector<CaptionCue> CaptionTrack::finish(std::int64_t latest) {
  std::vector<CaptionCue> told;
  if (current_) close(std::min(current_->end, latest), told);
  return told;
}

void CaptionTrack::close(std::int64_t end, std::vector<CaptionCue>& told) {
  current_->end = std::max(end, current_->start);
  current_->closed = true;
  told.push_back(*current_);
  current_.reset();
}

void CaptionTrack::begin(std::int64_t start, std::int64_t end, const std::string& text, std::vector<CaptionCue>& told) {
  current_ = CaptionCue{++cues_, start, end, text, false};
  told.push_back(*current_);
}

}  // namespace blip
