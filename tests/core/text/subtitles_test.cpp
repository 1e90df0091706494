#include "core/text/subtitles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

template <class Body>
std::string error_of(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

std::vector<std::string> texts_of(const Subtitles& subtitles) {
  std::vector<std::string> texts;
  for (const SubtitleCue& cue : subtitles.cues) texts.push_back(cue.text);
  return texts;
}

TEST(Subtitles, ReadsSubRip) {
  const Subtitles found = parse_subtitles(
      "1\n00:00:01,500 --> 00:00:02,000\nHello\nthere\n\n"
      "2\n01:02:03,004 --> 01:02:05,040\n<i>Tagged</i> {\\an8}<font color=\"#fff\">words</font>\n",
      "a.srt");
  EXPECT_THAT(found.warnings, IsEmpty());
  ASSERT_EQ(found.cues.size(), 2u);
  EXPECT_DOUBLE_EQ(found.cues[0].start, 1.5);
  EXPECT_DOUBLE_EQ(found.cues[0].end, 2);
  EXPECT_DOUBLE_EQ(found.cues[1].start, 3723.004);
  EXPECT_DOUBLE_EQ(found.cues[1].end, 3725.04);
  EXPECT_THAT(texts_of(found), ElementsAre("Hello there", "Tagged words"));
}

TEST(Subtitles, ReadsWebVtt) {
  const Subtitles found = parse_subtitles(
      "WEBVTT - a title\nKind: captions\n\nNOTE a note\nof two lines\n\nSTYLE\n::cue { color: red }\n\n"
      "intro\n00:01.000 --> 00:02.000 align:start position:0%\n<v Ann>Fish &amp; chips &lt;3</v>\n\n"
      "00:00:03.000 --> 100:00:04.000\n<00:00:03.500>a &amp;lt; b\n",
      "a.vtt");
  EXPECT_THAT(found.warnings, IsEmpty());
  ASSERT_EQ(found.cues.size(), 2u);
  EXPECT_DOUBLE_EQ(found.cues[0].start, 1);
  EXPECT_DOUBLE_EQ(found.cues[1].end, 360004);
  EXPECT_THAT(texts_of(found), ElementsAre("Fish & chips <3", "a &lt; b"));
}

TEST(Subtitles, TakesByteOrderMarksAndAllLineEnds) {
  const std::string body = "1|00:00:01,000 --> 00:00:02,000|one||2|00:00:02,000 --> 00:00:03,000|two|";
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    std::string text = "\xEF\xBB\xBF";
    for (const char c : body) text += c == '|' ? end : std::string(1, c);
    const Subtitles found = parse_subtitles(text, "a.srt");
    EXPECT_THAT(found.warnings, IsEmpty());
    EXPECT_THAT(texts_of(found), ElementsAre("one", "two"));
  }
}

TEST(Subtitles, KeepsCuesThatOverlap) {
  const Subtitles found =
      parse_subtitles("00:00:01,000 --> 00:00:05,000\nlong\n\n00:00:02,000 --> 00:00:03,000\nshort\n", "a.srt");
  EXPECT_THAT(texts_of(found), ElementsAre("long", "short"));
}

TEST(Subtitles, LeavesOutWhatCannotBeUsedAndSaysWhere) {
  const std::vector<std::pair<std::string, std::string>> bad{
      {"00:00:02,000 --> 00:00:01,000\nx", "does not end after its start"},
      {"00:00:02,000 --> 00:00:02,000\nx", "does not end after its start"},
      {"00:00:61,000 --> 00:01:62,000\nx", "are no times"},
      {"00:61:00,000 --> 01:62:00,000\nx", "are no times"},
      {"00:00:01 --> 00:00:02\nx", "are no times"},
      {"-0:00:01,000 --> 00:00:02,000\nx", "are no times"},
      {"00:00:01,0000 --> 00:00:02,000\nx", "are no times"},
      {"--> 00:00:02,000\nx", "are no times"},
      {"00:00:01,000 -->\nx", "are no times"},
      {"00:00:01,000 --> 00:00:02,000", "no text"},
      {"00:00:01,000 --> 00:00:02,000\n<i></i>", "no text"},
      {"words without times", "no times"},
      {"99999999:00:01,000 --> 99999999:00:02,000\nx", "are no times"},
  };
  for (const auto& [block, reason] : bad) {
    const Subtitles found = parse_subtitles("\n" + block + "\n\n00:00:05,000 --> 00:00:06,000\nlast", "a.srt");
    EXPECT_THAT(texts_of(found), ElementsAre("last")) << block;
    ASSERT_THAT(found.warnings, ElementsAre(HasSubstr(reason))) << block;
    EXPECT_THAT(found.warnings[0], HasSubstr("a.srt:2:"));
  }
}

TEST(Subtitles, AngleBracketsThatAreNoTagsStay) {
  EXPECT_THAT(texts_of(parse_subtitles("00:00:01,000 --> 00:00:02,000\n1 < 2 <3 x <b", "a.srt")),
              ElementsAre("1 < 2 <3 x <b"));
}

TEST(Subtitles, EmptyFilesHaveNoCues) {
  EXPECT_THAT(parse_subtitles("", "a.srt").cues, IsEmpty());
  EXPECT_THAT(parse_subtitles("WEBVTT", "a.vtt").cues, IsEmpty());
  EXPECT_THAT(parse_subtitles("\n\n \n", "a.srt").warnings, IsEmpty());
}

TEST(Subtitles, AnyPieceOfAFileIsReadWithoutHarm) {
  const std::string whole =
      "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000 line:0\n<v Ann>a &amp; {\\b1}b</v>\n\n00:03.000 --> 00:04.000\nc\n";
  for (std::size_t begin = 0; begin < whole.size(); ++begin) {
    for (std::size_t size = 0; begin + size <= whole.size(); ++size) {
      for (const SubtitleCue& cue : parse_subtitles(whole.substr(begin, size), "a.vtt").cues) {
        EXPECT_LT(cue.start, cue.end);
        EXPECT_FALSE(cue.text.empty());
      }
    }
  }
}

TEST(Subtitles, RefusesOtherEncodings) {
  EXPECT_THAT(error_of([] { parse_subtitles("1\n00:00:01,000 --> 00:00:02,000\ncaf\xe9", "a.srt"); }),
              HasSubstr("'a.srt' are not UTF-8"));
  const test::TempDir dir;
  EXPECT_THAT(error_of([&] { read_subtitles(dir / "none.srt"); }), HasSubstr("do not exist"));
}

}  // namespace
}  // namespace blip
