#include "training/results/sample_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "tests/support/temp_dir.h"
#include "tests/training/results/run_fixture.h"

namespace blip {
namespace {

using testing::HasSubstr;

std::string lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += sample_line(i, test::key_of(i), test::record_of(i));
  return text;
}

TEST(SampleLog, KeepsWhatIsAppended) {
  const test::TempDir dir;
  {
    SampleLog log(dir / "samples.jsonl");
    log.append(4, "video 4", {{"text", "a \"red\"\nring"}});
    log.append(1, "v1", nullptr);
    EXPECT_EQ(log.samples().at("video 4").record["text"], "a \"red\"\nring");
  }
  const SampleLog log(dir / "samples.jsonl");
  ASSERT_EQ(log.samples().size(), 2U);
  EXPECT_EQ(log.samples().at("video 4").index, 4);
  EXPECT_TRUE(log.samples().at("v1").record.is_null());
  EXPECT_EQ(test::bytes_of(dir / "samples.jsonl"),
            "{\"index\":4,\"key\":\"video 4\",\"record\":{\"text\":\"a \\\"red\\\"\\nring\"}}\n"
            "{\"index\":1,\"key\":\"v1\",\"record\":null}\n");
}

// Wherever the last line is torn: what stood before it is known, and the rest follows as if nothing had been.
TEST(SampleLog, ATornLastLineIsCutOffWhereverItIsTorn) {
  const test::TempDir dir;
  const std::string whole = lines(4), three = lines(3);
  for (std::size_t size = three.size(); size < whole.size(); ++size) {
    test::write_bytes(dir / "log", whole.substr(0, size));
    {
      SampleLog log(dir / "log");
      ASSERT_EQ(log.samples().size(), 3U) << size;
      log.append(3, test::key_of(3), test::record_of(3));
    }
    ASSERT_EQ(test::bytes_of(dir / "log"), whole) << size;
  }
}

TEST(SampleLog, AKilledProcessLosesAtMostTheLineThatItWrote) {
  const test::TempDir dir;
  int known = 0;
  for (const int wanted : {1, 7, 30, 2, 55}) {
    std::array<int, 2> written{};
    ASSERT_EQ(::pipe(written.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      SampleLog log(dir / "log");
      for (int i = static_cast<int>(log.samples().size());; ++i) {
        log.append(i, test::key_of(i), test::record_of(i));
        if (::write(written[1], "x", 1) != 1) ::_exit(1);
      }
    }
    ::close(written[1]);
    char byte = 0;
    for (int i = 0; i < wanted; ++i) ASSERT_EQ(::read(written[0], &byte, 1), 1);
    ::kill(child, SIGKILL);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    ::close(written[0]);
    const SampleLog log(dir / "log");
    const int count = static_cast<int>(log.samples().size());
    EXPECT_GE(count, known + wanted);
    EXPECT_EQ(test::bytes_of(dir / "log"), lines(count));
    known = count;
  }
}

TEST(SampleLog, AFullDiskLeavesWholeLines) {
  const test::TempDir dir;
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{200, 200};
    ::setrlimit(RLIMIT_FSIZE, &small);
    SampleLog log(dir / "log");
    const std::string message = test::error_of([&] {
      for (int i = 0; i < 100; ++i) log.append(i, test::key_of(i), test::record_of(i));
    });
    ::_exit(message.starts_with("failed: cannot write") && !log.samples().empty() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  const auto samples = read_samples(dir / "log");
  EXPECT_EQ(test::bytes_of(dir / "log"), lines(static_cast<int>(samples.size())));
  EXPECT_FALSE(samples.empty());
}

TEST(SampleLog, DamageElsewhereIsAnError) {
  const test::TempDir dir;
  const auto error_for = [&](const std::string& bytes) {
    test::write_bytes(dir / "log", bytes);
    return test::error_of([&] { SampleLog log(dir / "log"); });
  };
  EXPECT_THAT(error_for(lines(1) + "garbage\n" + lines(1)), HasSubstr("line 2 is no sample: garbage"));
  EXPECT_THAT(error_for("{\"index\":0,\"key\":\"a\"}\n"), HasSubstr("data: "));
  EXPECT_THAT(error_for("{\"index\":0.5,\"key\":\"a\",\"record\":1}\n"), HasSubstr("line 1"));
  EXPECT_THAT(error_for("[1]\n"), HasSubstr("line 1"));
  EXPECT_THAT(error_for(lines(2) + lines(1)), HasSubstr("line 3 has the sample 'video0' for the second time"));
  EXPECT_EQ(error_for(""), "");
}

TEST(SampleLog, AKnownKeyIsRefused) {
  const test::TempDir dir;
  SampleLog log(dir / "log");
  log.append(0, "a", 1);
  EXPECT_THAT(test::error_of([&] { log.append(1, "a", 2); }), HasSubstr("argument: "));
  EXPECT_EQ(log.samples().at("a").record, 1);
}

TEST(SampleLog, BytesThatAreNoUtf8AreReplaced) {
  const test::TempDir dir;
  { SampleLog(dir / "log").append(0, "a\xFF", "b\xC3"); }
  EXPECT_EQ(SampleLog(dir / "log").samples().size(), 1U);
}

TEST(SampleLog, ReadingAloneWantsWholeLines) {
  const test::TempDir dir;
  test::write_bytes(dir / "log", lines(2) + "{\"in");
  EXPECT_THAT(test::error_of([&] { read_samples(dir / "log"); }), HasSubstr("ends within a line"));
  EXPECT_THAT(test::error_of([&] { read_samples(dir / "none"); }), HasSubstr("not found: "));
}

}  // namespace
}  // namespace blip
