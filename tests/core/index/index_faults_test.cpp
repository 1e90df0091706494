// What happens to an index when the world around it goes wrong.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <random>

#include "core/index/sqlite_database.h"
#include "tests/core/index/index_support.h"

namespace blip {
namespace {

using test::add_video;
using test::error_of;
using test::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr const char* kPath = "/videos/a.mp4";

Segment numbered(std::int64_t number) {
  Segment segment = test::segment_number(number, "caption " + std::to_string(number));
  segment.thumbnail = test::jpeg_of(std::string(static_cast<std::size_t>(1 + number * 7919 % 15'000), 'x'));
  return segment;
}

// What `body` returns or the message of its error, from a process of its own.
std::string in_child(const std::function<std::string()>& body) {
  int ends[2];
  if (::pipe(ends) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    std::string said;
    try {
      said = body();
    } catch (const std::exception& error) {
      said = std::string("threw: ") + error.what();
    }
    const bool written = ::write(ends[1], said.data(), said.size()) >= 0;
    ::_exit(written ? 0 : 1);
  }
  ::close(ends[1]);
  std::string said;
  char buffer[4096];
  for (ssize_t count = 0; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    said.append(buffer, static_cast<std::size_t>(count));
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return said;
}

// As a user who is not root, to whom permissions mean something.
bool become_nobody() {
  return ::geteuid() != 0 || (::setgid(65534) == 0 && ::setuid(65534) == 0);
}

// Adds segments until it is killed, and says so after each: a byte.
[[noreturn]] void add_until_killed(const std::filesystem::path& index, int said) {
  try {
    IndexWriter writer(index);
    writer.set_models(test::models_named("model"));
    const VideoWork work = writer.begin_video(test::video_file(kPath, "hash"), "recipe");
    for (std::int64_t number = work.segments_done;; ++number) {
      writer.add_segment(work, number, numbered(number));
      if (::write(said, "x", 1) != 1) ::_exit(1);
    }
  } catch (const std::exception& error) {
    ::_exit(2);
  }
}

TEST(IndexFaults, AProcessThatIsKilledLeavesAPrefix) {
  const TempDir dir;
  const auto index = dir / "index.db";
  std::mt19937 random(7);
  std::int64_t before = 0;
  for (int round = 0; round < 25; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) add_until_killed(index, ends[1]);
    ::close(ends[1]);
    std::int64_t said = 0;
    char byte = 0;
    for (const auto until = static_cast<std::int64_t>(1 + random() % 8); said < until; ++said)
      ASSERT_EQ(::read(ends[0], &byte, 1), 1) << "the writer ended by itself";
    ::kill(child, SIGKILL);
    while (::read(ends[0], &byte, 1) == 1) ++said;
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);

    const IndexReader reader(index);
    const VideoRow video = reader.videos().at(0);
    const auto segments = reader.segments(video.id);
    const auto count = static_cast<std::int64_t>(segments.size());
    ASSERT_GE(count, before + said);
    ASSERT_LE(count, before + said + 1);
    EXPECT_EQ(video.segments, count);
    for (std::int64_t number = before; number < count; ++number) {
      const SegmentRow& row = segments[static_cast<std::size_t>(number)];
      const Segment expected = numbered(number);
      ASSERT_EQ(row.ordinal, number);
      ASSERT_EQ(row.caption, expected.caption);
      ASSERT_EQ(reader.thumbnail(row.id), expected.thumbnail);
      ASSERT_EQ(reader.embedding(row.id), expected.embedding);
    }
    EXPECT_EQ(reader.find_words("caption", 1'000'000).size(), segments.size());
    before = count;
  }
  EXPECT_THAT(IndexReader(index).verify(true).problems, IsEmpty());
}

// Renews a video again and again, removes another one and compacts, until it is killed. A byte before each of these.
[[noreturn]] void renew_until_killed(const std::filesystem::path& index, int said) {
  const auto say = [said] {
    if (::write(said, "x", 1) != 1) ::_exit(1);
  };
  try {
    IndexWriter writer(index);
    writer.set_models(test::models_named("model"));
    for (int pass = 0;; ++pass) {
      const std::string caption = "pass " + std::to_string(::getpid()) + " " + std::to_string(pass);
      const VideoWork work = writer.begin_video(test::video_file(kPath, caption), "recipe");
      test::add_segments(writer, work, 0, 12, caption);
      say();
      writer.finish_video(work);
      const VideoWork other = add_video(writer, "/videos/other.mp4", "other " + caption, 3);
      say();
      writer.remove_video(other.video);
      if (pass % 4 == 3) {
        say();
        writer.compact();
      }
    }
  } catch (const std::exception&) {
    ::_exit(2);
  }
}

TEST(IndexFaults, AKillInTheMiddleOfAChangeLeavesAllOrNothingOfIt) {
  const TempDir dir;
  const auto index = dir / "index.db";
  {
    IndexWriter writer(index);
    writer.set_models(test::models_named("model"));
    add_video(writer, kPath, "first", 12, "pass 0");
  }
  std::mt19937 random(11);
  for (int round = 0; round < 15; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) renew_until_killed(index, ends[1]);
    ::close(ends[1]);
    char byte = 0;
    for (auto count = 1 + random() % 6; count > 0; --count)
      ASSERT_EQ(::read(ends[0], &byte, 1), 1) << "the writer ended by itself";
    for (auto wait = random() % 20'000; wait > 0; --wait) byte = static_cast<char>(byte ^ static_cast<char>(wait));
    ::kill(child, SIGKILL);
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);

    const IndexReader reader(index);
    ASSERT_THAT(reader.verify(true).problems, IsEmpty()) << "round " << round;
    const auto segments = reader.segments(reader.video_at(kPath)->id);
    ASSERT_EQ(segments.size(), 12U);
    for (const SegmentRow& segment : segments) EXPECT_EQ(segment.caption, segments[0].caption);
    const auto other = reader.video_at("/videos/other.mp4");
    const std::int64_t others = other ? other->segments : 0;
    EXPECT_EQ(reader.vector_count(), 12 + others);
    EXPECT_EQ(static_cast<std::int64_t>(reader.find_words("pass OR circle", 1000).size()), 12 + others);
  }
}

// Adds segments until one is refused, asks `make_room` for room, and adds the rest.
std::string fill_and_go_on(const std::filesystem::path& index, const std::function<void()>& make_room) {
  IndexWriter writer(index);
  writer.set_models(test::models_named("model"));
  const VideoWork work = writer.begin_video(test::video_file(kPath, "hash"), "recipe");
  std::string message;
  std::int64_t number = 0;
  while (message.empty() && number < 1000) {
    try {
      writer.add_segment(work, number, numbered(number));
      ++number;
    } catch (const Error& error) {
      message = error.what();
    }
  }
  const auto stored = static_cast<std::int64_t>(IndexReader(index).segments(work.video).size());
  make_room();
  for (const std::int64_t end = number + 20; number < end; ++number) writer.add_segment(work, number, numbered(number));
  writer.finish_video(work);
  const IndexReader reader(index);
  const bool whole = stored == number - 20 && static_cast<std::int64_t>(reader.segments(work.video).size()) == number &&
                     reader.verify(true).problems.empty();
  return (whole ? "whole: " : "lost some: ") + message;
}

TEST(IndexFaults, AFullDiskIsAnErrorAndNothingIsLost) {
  const TempDir dir;
  const std::string said = in_child([&]() -> std::string {
    const std::string folder = dir.path().string();
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=1m") != 0)
      return "no mount";
    return fill_and_go_on(dir / "index.db", [&] { ::mount("tmpfs", folder.c_str(), "tmpfs", MS_REMOUNT, "size=50m"); });
  });
  if (said == "no mount") GTEST_SKIP() << "a small file system cannot be mounted here";
  EXPECT_THAT(said, AllOf(StartsWith("whole: "), HasSubstr("the disk is full")));
}

TEST(IndexFaults, AFileThatMayNotGrowIsAnErrorAndNothingIsLost) {
  const TempDir dir;
  const std::string said = in_child([&] {
    const auto limit = [](rlim_t bytes) {
      rlimit limits{};
      ::getrlimit(RLIMIT_FSIZE, &limits);
      limits.rlim_cur = bytes;
      ::setrlimit(RLIMIT_FSIZE, &limits);
    };
    std::signal(SIGXFSZ, SIG_IGN);
    limit(400'000);
    return fill_and_go_on(dir / "index.db", [&] { limit(50'000'000); });
  });
  EXPECT_THAT(said, AllOf(StartsWith("whole: "), HasSubstr("index.db"), HasSubstr("disk I/O error")));
}

class FinishedIndexTest : public ::testing::Test {
 protected:
  FinishedIndexTest() {
    IndexWriter writer(index);
    writer.set_models(test::models_named("model"));
    const VideoWork work = writer.begin_video(test::video_file(kPath, "hash"), "recipe");
    for (std::int64_t number = 0; number < kSegments; ++number) writer.add_segment(work, number, numbered(number));
    writer.finish_video(work);
  }
  void change(const std::string& sql) const { SqliteDatabase(index, SqliteDatabase::Access::kWrite).execute(sql); }

  static constexpr std::int64_t kSegments = 60;
  TempDir dir;
  std::filesystem::path index = dir / "index.db";
};

using IndexFaultsTest = FinishedIndexTest;

TEST_F(IndexFaultsTest, AReadOnlyIndexCanBeReadAndNotWritten) {
  ::chmod(index.c_str(), 0444);
  std::filesystem::remove(index.string() + ".lock");
  ::chmod(dir.path().c_str(), 0555);
  const std::string read = in_child([&] {
    if (!become_nobody()) return std::string("still root");
    const IndexReader reader(index);
    return std::to_string(reader.segments(1).size()) + " segments, " +
           std::to_string(reader.verify(true).problems.size());
  });
  const std::string written = in_child([&] {
    if (!become_nobody()) return std::string("still root");
    const IndexWriter writer(index);
    return std::string("written");
  });
  ::chmod(dir.path().c_str(), 0777);
  const std::string file_only = in_child([&] {
    if (!become_nobody()) return std::string("still root");
    const IndexWriter writer(index);
    return std::string("written");
  });
  if (read == "still root") GTEST_SKIP() << "another user cannot be taken on here";
  EXPECT_EQ(read, "60 segments, 0");
  EXPECT_THAT(written, AllOf(StartsWith("threw: cannot write index"), HasSubstr("Permission denied")));
  EXPECT_THAT(file_only, AllOf(StartsWith("threw: cannot write index"), HasSubstr("read-only")));
}

TEST_F(IndexFaultsTest, AnIndexThatAnotherProgramLocksCanStillBeRead) {
  SqliteDatabase other(index, SqliteDatabase::Access::kWrite);
  const SqliteTransaction lock(other, SqliteTransaction::Kind::kWrite);
  other.execute("DELETE FROM videos");
  EXPECT_EQ(IndexReader(index).segments(1).size(), 60U);
}

TEST_F(IndexFaultsTest, DamagedRowsAreLeftOutAndNamed) {
  change("UPDATE segments SET embedding = x'010203' WHERE ordinal = 5; UPDATE features SET tokens = 1");
  const IndexReader reader(index);
  std::int64_t seen = 0;
  const VectorVisit visit = reader.visit_vectors(0, [&](const VectorRow& row) {
    ++seen;
    EXPECT_EQ(row.embedding.size(), 8U);
  });
  EXPECT_EQ(visit.rows, 59);
  EXPECT_EQ(visit.damaged, 1);
  EXPECT_EQ(seen, 59);
  const auto segments = reader.segments(1);
  EXPECT_THAT(error_of([&] { reader.embedding(segments[5].id); }, ErrorKind::kInvalidData), HasSubstr("segment 6"));
  EXPECT_EQ(reader.embedding(segments[6].id), numbered(6).embedding);
  EXPECT_THAT(reader.verify(true).problems, ::testing::Contains(HasSubstr("segment 6")));
}

TEST_F(IndexFaultsTest, DamagedFeaturesAreAnError) {
  change("INSERT INTO features VALUES (1, 2, 2, x'0102')");
  EXPECT_THAT(error_of([&] { IndexReader(index).features(1); }, ErrorKind::kInvalidData),
              AllOf(HasSubstr("2 bytes"), HasSubstr("2 tokens of 2")));
}

// Reads all there is. Throws only Error, whatever page is damaged.
void read_everything(const std::filesystem::path& index) {
  const IndexReader reader(index);
  for (const VideoRow& video : reader.videos())
    for (const SegmentRow& segment : reader.segments(video.id)) {
      reader.thumbnail(segment.id);
      reader.embedding(segment.id);
      reader.features(segment.id);
    }
  reader.find_words("caption", 1000);
  reader.visit_vectors(0, [](const VectorRow&) {});
  reader.status();
}

TEST_F(IndexFaultsTest, ADamagedPageIsAnErrorOfTheIndexOrFoundByVerify) {
  constexpr std::size_t kPage = 4096;
  std::string bytes;
  {
    std::ifstream file(index, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(file), {});
  }
  const auto damaged = dir / "damaged.db";
  int thrown = 0, pages = 0;
  // Most pages hold nothing but thumbnails; the tables' own come first.
  for (std::size_t page = 0; page < std::min<std::size_t>(60, bytes.size() / kPage); ++page, ++pages) {
    std::string copy = bytes;
    for (std::size_t i = 0; i < kPage; ++i) copy[page * kPage + i] = static_cast<char>(i * 37 + page);
    std::ofstream(damaged, std::ios::binary) << copy;
    bool sound = false;
    try {
      sound = IndexReader(damaged).verify(true).problems.empty();
      read_everything(damaged);
    } catch (const Error& error) {
      ++thrown;
      EXPECT_THAT(error.what(), HasSubstr("damaged.db")) << "page " << page;
      EXPECT_TRUE(error.kind() == ErrorKind::kInvalidData || error.kind() == ErrorKind::kFailed) << error.what();
      EXPECT_FALSE(sound) << "page " << page << ": verify found nothing, and then " << error.what();
    }
  }
  EXPECT_GT(thrown, 10);
  EXPECT_GT(pages, 20);
}

TEST_F(IndexFaultsTest, ATruncatedFileIsDamaged) {
  const auto size = std::filesystem::file_size(index);
  for (const auto bytes : {size - 4096, size / 3}) {
    std::filesystem::resize_file(index, bytes);
    EXPECT_THAT(error_of([&] { IndexReader reader(index); }, ErrorKind::kInvalidData),
                AllOf(HasSubstr("is damaged"), HasSubstr("put a copy back")));
    error_of([&] { IndexWriter writer(index); }, ErrorKind::kInvalidData);
  }
  std::filesystem::resize_file(index, 50);
  error_of([&] { IndexReader reader(index); }, ErrorKind::kInvalidData);
}

TEST_F(IndexFaultsTest, AWriterWithoutItsLogFileStartsFromWhatIsInTheFile) {
  std::ofstream(index.string() + "-wal") << "this is no log";
  EXPECT_EQ(IndexReader(index).segments(1).size(), 60U);
  IndexWriter writer(index);
  add_video(writer, "/videos/b.mp4", "2", 1);
  EXPECT_THAT(IndexReader(index).verify(true).problems, IsEmpty());
}

}  // namespace
}  // namespace blip
