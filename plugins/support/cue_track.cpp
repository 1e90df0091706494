#include "plugins/support/cue_track.h"

#include <algorithm>
#include <utility>

namespace blip {

void CueTrack::advance(Time time) {
  if (!entries_.empty() && !entries_.back().is_mark && !entries_.back().end && time > entries_.back().start) {
    entries_.back().end = time;
  }
  seen_ = std::max(seen_, time);
  if (!position_) position_ = time;
  pump();
}

void CueTrack::sampled(std::uint64_t id, Time start, std::optional<Time> end) {
  advance(start);
  end_last_sample(start);
  entries_.push_back({false, id, start, end, std::nullopt, State::kWaiting, nullptr});
}

void CueTrack::end_last_sample(Time end) {
  if (entries_.empty() || entries_.back().is_mark || entries_.back().end) return;
  entries_.back().end = std::max(end, entries_.back().start);
}

void CueTrack::resolve(std::uint64_t id, std::shared_ptr<const Finding> finding) {
  settle(id, State::kFound, std::move(finding));
}

void CueTrack::drop(std::uint64_t id) {
  settle(id, State::kSkipped, nullptr);
}

void CueTrack::settle(std::uint64_t id, State state, std::shared_ptr<const Finding> finding) {
  const auto entry = std::find_if(entries_.begin(), entries_.end(),
                                  [id](const Entry& candidate) { return !candidate.is_mark && candidate.id == id; });
  if (entry == entries_.end()) return;
  entry->state = state;
  entry->finding = std::move(finding);
  pump();
}

void CueTrack::mark(std::optional<Time> end, std::optional<Time> restart) {
  if (end) advance(*end);
  end_last_sample(end.value_or(seen_));
  Entry entry;
  entry.is_mark = true;
  entry.end = end;
  entry.restart = restart;
  entries_.push_back(std::move(entry));
  pump();
}

bool CueTrack::flush_open() {
  if (!open_ || !entries_.empty()) return false;
  open_->known_end = std::max(open_->known_end, seen_);
  if (open_->known_end <= open_->start) return false;
  emit_cue(open_->start, open_->known_end, open_->finding);
  open_->start = open_->known_end;
  return true;
}

bool CueTrack::end_open() {
  if (!open_) return false;
  const Time limit = entries_.empty() ? seen_ : std::min(seen_, entries_.front().start);
  close_open(std::max(open_->known_end, limit));
  return true;
}

void CueTrack::reset() {
  entries_.clear();
  open_.reset();
  position_.reset();
  seen_ = 0;
  steps_.clear();
}

std::vector<TextStep> CueTrack::take() {
  return std::exchange(steps_, {});
}

void CueTrack::pump() {
  while (!entries_.empty()) {
    const Entry& front = entries_.front();
    if (front.is_mark) {
      settle_mark(front);
    } else if (front.state == State::kWaiting) {
      break;
    } else if (mode_ == CueMode::kCoalesce) {
      settle_coalesced(front);
    } else if (!settle_immediate(front)) {
      break;
    }
    entries_.pop_front();
  }
  if (open_) return;
  emit_gap(entries_.empty() ? seen_ : std::min(seen_, entries_.front().start));
}

// False while the end of a cue is not known.
bool CueTrack::settle_immediate(const Entry& entry) {
  if (!entry.finding) {
    if (entry.end) emit_gap(*entry.end);
    return true;
  }
  if (!entry.end) return false;
  emit_cue(entry.start, *entry.end, entry.finding);
  return true;
}

void CueTrack::settle_coalesced(const Entry& entry) {
  if (entry.state == State::kSkipped) return;
  const Time known_end = std::max(entry.end.value_or(entry.start), entry.start);
  if (open_ && entry.finding && open_->finding->text == entry.finding->text) {
    open_->known_end = std::max(open_->known_end, known_end);
    return;
  }
  close_open(entry.start);
  if (entry.finding) {
    open_ = OpenCue{entry.start, known_end, entry.finding};
  } else if (entry.end) {
    emit_gap(*entry.end);
  }
}

void CueTrack::settle_mark(const Entry& entry) {
  if (open_) close_open(entry.end && *entry.end > open_->start ? *entry.end : open_->known_end);
  if (entry.end) emit_gap(*entry.end);
  const Time position = position_.value_or(0);
  steps_.push_back({TextStep::Kind::kMark, position, position, nullptr});
  if (!entry.restart) return;
  position_ = seen_ = *entry.restart;
  // The first cue may be long in coming; an empty gap lets sinks and muxers begin.
  steps_.push_back({TextStep::Kind::kGap, *position_, *position_, nullptr});
}

void CueTrack::close_open(Time end) {
  if (!open_) return;
  const OpenCue cue = *std::exchange(open_, std::nullopt);
  emit_cue(cue.start, end, cue.finding);
}

void CueTrack::emit_gap(Time end) {
  if (!position_ || end <= *position_) return;
  steps_.push_back({TextStep::Kind::kGap, *position_, end, nullptr});
  position_ = end;
}

void CueTrack::emit_cue(Time start, Time end, std::shared_ptr<const Finding> finding) {
  if (position_) start = std::max(start, *position_);
  if (end <= start) return;
  emit_gap(start);
  steps_.push_back({TextStep::Kind::kCue, start, end, std::move(finding)});
  position_ = end;
}

}  // namespace blip
