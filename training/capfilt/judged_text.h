#pragma once

#include <array>
#include <optional>
#include <string>

namespace blip {

enum class TextSource { kWeb, kSynthetic, kHuman };
enum class Verdict { kKept, kDropped, kFailed };

// As they are written: "web", "synthetic", "human"; "kept", "dropped", "failed".
inline constexpr std::array<const char*, 3> kTextSourceNames{"web", "synthetic", "human"};
inline constexpr std::array<const char*, 3> kVerdictNames{"kept", "dropped", "failed"};

// Why a text is not kept.
inline constexpr const char* kBelowThreshold = "match below threshold";
inline constexpr const char* kNoWords = "no words";
inline constexpr const char* kRepeats = "repeats another text";
inline constexpr const char* kNoScore = "match is no number";

// One text of one picture and what became of it.
struct JudgedText {
  TextSource source = TextSource::kWeb;
  std::string text;
  std::string origin;  // where a web text was found: "web", "subtitles", "title", …; empty for others
  std::string label;   // what a data set with known noise says of it; empty = nothing
  Verdict verdict = Verdict::kKept;
  std::string reason;           // why it is not kept; empty = it is
  std::optional<double> match;  // ITM probability; none when no filter was asked
};

}  // namespace blip
