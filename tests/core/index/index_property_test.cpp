// Random sequences of operations: the index always shows what a model of it in plain memory shows.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "tests/core/index/index_support.h"

namespace blip {
namespace {

using test::kSecond;
using test::TempDir;

struct ModelGeneration {
  std::string content, recipe;
  std::vector<std::string> captions;  // of the segments that are there
  std::int64_t next = 0;
  bool finished = false;
};

struct ModelVideo {
  std::string content;
  VideoState state = VideoState::kWaiting;
  std::optional<ModelGeneration> answering, hidden;
};

// The rules of the index, told in the simplest way. Videos by path; older ones have smaller numbers.
class Model {
 public:
  VideoWork::Kind begin(const std::string& path, const std::string& content, const std::string& recipe, bool renew,
                        const std::set<std::string>& files) {
    bool moved = false;
    if (videos.count(path) == 0 || videos[path].content != content) {
      if (const auto before = find_moved(path, content, files)) {
        videos[path] = videos[*before];
        age[path] = age[*before];
        videos.erase(*before);
        age.erase(*before);
        moved = true;
      }
    }
    expect(path, "");
    ModelVideo& video = videos[path];
    video.content = content;
    const auto same = [&](const std::optional<ModelGeneration>& generation) {
      return generation && generation->content == content && generation->recipe == recipe;
    };
    if (same(video.answering) && video.answering->finished && !renew) {
      video.hidden.reset();
      video.state = VideoState::kDone;
      return moved ? VideoWork::Kind::kMoved : VideoWork::Kind::kNothing;
    }
    video.state = VideoState::kIndexing;
    const bool renews = video.answering && video.answering->finished;
    std::optional<ModelGeneration>& working = renews ? video.hidden : video.answering;
    if (same(working)) return VideoWork::Kind::kResume;
    working = ModelGeneration{content, recipe, {}, 0, false};
    return renews ? VideoWork::Kind::kRenew : VideoWork::Kind::kNew;
  }
  void expect(const std::string& path, const std::string& content) {
    if (!videos.try_emplace(path, ModelVideo{content, VideoState::kWaiting, {}, {}}).second) return;
    age[path] = ++ages;
  }
  void finish(const std::string& path) {
    ModelVideo& video = videos[path];
    if (video.hidden) video.answering = std::move(video.hidden);
    video.hidden.reset();
    video.answering->finished = true;
    video.state = VideoState::kDone;
  }
  static ModelGeneration& working(ModelVideo& video) { return video.hidden ? *video.hidden : *video.answering; }

  std::map<std::string, ModelVideo> videos;
  std::map<std::string, int> age;

 private:
  std::optional<std::string> find_moved(const std::string& path, const std::string& content,
                                        const std::set<std::string>& files) const {
    std::optional<std::string> oldest;
    for (const auto& [other, video] : videos)
      if (other != path && video.content == content && files.count(other) == 0 &&
          (!oldest || age.at(other) < age.at(*oldest)))
        oldest = other;
    return oldest;
  }
  int ages = 0;
};

// The index and the model side by side, and a copy of the embeddings that follows.
class Both {
 public:
  explicit Both(unsigned seed) : random_(seed) { open(); }

  void step() {
    const int choice = static_cast<int>(random_() % 100);
    if (choice < 12) {
      toggle_file();
    } else if (choice < 32) {
      begin();
    } else if (choice < 75) {
      add_segments();
    } else if (choice < 85) {
      finish();
    } else if (choice < 88) {
      fail();
    } else if (choice < 91) {
      remove();
    } else if (choice < 94) {
      remove_old();
    } else if (choice < 96) {
      const std::string path = any_path();
      writer_->expect_video(test::video_file(path, "unread"));
      model_.expect(path, "unread");
    } else if (choice < 99) {
      open();
    } else {
      writer_->compact();
    }
  }

  void compare() {
    const IndexReader reader(index_);
    std::set<SegmentId> answering;
    std::int64_t captions = 0;
    std::map<VideoState, std::int64_t> states;
    ASSERT_EQ(reader.videos().size(), model_.videos.size());
    for (const VideoRow& row : reader.videos()) {
      ASSERT_EQ(model_.videos.count(row.file.path), 1U) << row.file.path;
      const ModelVideo& video = model_.videos.at(row.file.path);
      ++states[video.state];
      EXPECT_EQ(row.state, video.state) << row.file.path;
      EXPECT_EQ(row.renewing, video.hidden.has_value());
      std::vector<std::string> found;
      for (const SegmentRow& segment : reader.segments(row.id)) {
        found.push_back(segment.caption);
        answering.insert(segment.id);
      }
      ASSERT_EQ(found, video.answering ? video.answering->captions : std::vector<std::string>{}) << row.file.path;
      captions += static_cast<std::int64_t>(found.size());
    }
    const IndexStatus status = reader.status();
    EXPECT_EQ(status.videos, status.waiting + status.indexing + status.done + status.failed);
    EXPECT_EQ(status.waiting, states[VideoState::kWaiting]);
    EXPECT_EQ(status.indexing, states[VideoState::kIndexing]);
    EXPECT_EQ(status.failed, states[VideoState::kFailed]);
    EXPECT_EQ(status.segments, captions);
    std::set<SegmentId> with_word;
    for (const WordHit& hit : reader.find_words("thing", 100'000)) with_word.insert(hit.segment);
    ASSERT_EQ(with_word, answering);
    follow(reader);
    ASSERT_EQ(copy_, answering);
  }

  std::vector<std::string> problems() const { return IndexReader(index_).verify(true).problems; }

 private:
  void open() {
    writer_.reset();
    writer_ = std::make_unique<IndexWriter>(index_);
    writer_->set_models(test::models_named("model"));
    works_.clear();
  }
  std::string any_path() { return (dir_ / ("video" + std::to_string(random_() % 5))).string(); }
  void toggle_file() {
    const std::string path = any_path();
    if (files_.erase(path) == 1) {
      std::filesystem::remove(path);
    } else {
      files_.insert(path);
      std::ofstream(path) << "video";
    }
  }
  void begin() {
    const std::string path = any_path(), content = "content" + std::to_string(random_() % 4),
                      recipe = "recipe" + std::to_string(random_() % 8 / 7);
    const bool renew = random_() % 8 == 0;
    const VideoWork work = writer_->begin_video(test::video_file(path, content), recipe, renew);
    ASSERT_EQ(work.kind, model_.begin(path, content, recipe, renew, files_));
    // Whoever worked on it, or on the path it came from, does so no longer.
    for (auto other = works_.begin(); other != works_.end();)
      other = other->second.video == work.video || other->first == path ? works_.erase(other) : std::next(other);
    if (work.kind == VideoWork::Kind::kNothing || work.kind == VideoWork::Kind::kMoved) return;
    ASSERT_EQ(work.segments_done, Model::working(model_.videos[path]).next);
    works_[path] = work;
  }
  // A path that is being worked on.
  std::optional<std::string> any_work() {
    if (works_.empty()) return std::nullopt;
    return std::next(works_.begin(), static_cast<std::ptrdiff_t>(random_() % works_.size()))->first;
  }
  void add_segments() {
    const auto path = any_work();
    if (!path) return begin();
    ModelGeneration& generation = Model::working(model_.videos[*path]);
    for (auto count = 1 + random_() % 4; count > 0; --count) {
      const std::string caption = "thing number " + std::to_string(random_() % 1000);
      writer_->add_segment(works_[*path], generation.next, test::segment_number(generation.next, caption));
      generation.captions.push_back(caption);
      ++generation.next;
    }
  }
  void finish() {
    const auto path = any_work();
    if (!path) return;
    writer_->finish_video(works_[*path]);
    model_.finish(*path);
    works_.erase(*path);
  }
  void fail() {
    const auto path = any_work();
    if (!path) return;
    writer_->fail_video(works_[*path], "broken");
    model_.videos[*path].state = VideoState::kFailed;
  }
  void remove() {
    const std::string path = any_path();
    const auto row = IndexReader(index_).video_at(path);
    ASSERT_EQ(row.has_value(), model_.videos.count(path) == 1);
    if (!row) return;
    writer_->remove_video(row->id);
    model_.videos.erase(path);
    model_.age.erase(path);
    works_.erase(path);
  }
  void remove_old() {
    const std::string path = any_path();
    const auto row = IndexReader(index_).video_at(path);
    if (!row || !model_.videos[path].answering) return;
    ModelGeneration& generation = *model_.videos[path].answering;
    const auto count = static_cast<std::int64_t>(generation.captions.size());
    const std::int64_t removed = std::min<std::int64_t>(count, static_cast<std::int64_t>(random_() % 3));
    const std::int64_t first_kept = generation.next - count + removed;
    EXPECT_EQ(writer_->remove_segments_before(row->id, (first_kept + 1) * kSecond), removed);
    generation.captions.erase(generation.captions.begin(), generation.captions.begin() + removed);
  }
  // As VectorIndex does.
  void follow(const IndexReader& reader) {
    const auto held = reader.hold();
    if (!reader.knows(place_)) {
      place_ = {};
      copy_.clear();
    }
    for (const SegmentId id : reader.removed_since(place_.removal)) copy_.erase(id);
    std::int64_t last = place_.sequence;
    reader.visit_vectors(place_.sequence, [&](const VectorRow& row) {
      EXPECT_GT(row.sequence, last);
      last = row.sequence;
      EXPECT_TRUE(copy_.insert(row.segment).second);
    });
    place_ = reader.place();
    EXPECT_GE(place_.sequence, last);
  }

  TempDir dir_;
  std::filesystem::path index_ = dir_ / "index.db";
  std::unique_ptr<IndexWriter> writer_;
  Model model_;
  std::map<std::string, VideoWork> works_;
  std::set<std::string> files_;
  std::mt19937 random_;
  std::set<SegmentId> copy_;
  VectorPlace place_;
};

void run(unsigned seed, int steps) {
  Both both(seed);
  for (int step = 0; step < steps && !::testing::Test::HasFailure(); ++step) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
    both.step();
    if (!::testing::Test::HasFailure()) both.compare();
  }
  EXPECT_THAT(both.problems(), ::testing::IsEmpty()) << "seed " << seed;
}

TEST(IndexProperty, ShowsWhatTheModelShows) {
  for (unsigned seed = 1; seed <= 3; ++seed) run(seed, 150);
}

TEST(IndexPropertySlow, ShowsWhatTheModelShowsInManyRuns) {
  for (unsigned seed = 100; seed < 120; ++seed) run(seed, 400);
}

}  // namespace
}  // namespace blip
