#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

// What a model is evaluated on, whatever files it came from: plain values that the readers of training/benchmarks fill
// and the protocols of training/eval use. Only media that are there and entries that can be scored are in the lists;
// the rest is counted and named in BenchmarkSource.
namespace blip {

enum class MediaKind { kImage, kVideo };

// A picture or a video file.
struct Medium {
  std::string id;  // unique in the benchmark: what intervals are clustered by and results are named by
  std::filesystem::path path;
  MediaKind kind = MediaKind::kVideo;
};

// What was left out, in the order of reading.
struct DataProblems {
  std::vector<std::string> missing_media;    // files that are not there; each once
  std::vector<std::string> duplicate_ids;    // the first entry counts
  std::vector<std::string> without_answers;  // ids of questions that cannot be scored
  std::vector<std::string> broken_entries;   // "FILE: entry 7: what is wrong"
  std::int64_t entries_left_out = 0;         // for any of these reasons
  bool none() const noexcept {
    return missing_media.empty() && duplicate_ids.empty() && without_answers.empty() && broken_entries.empty();
  }
};

struct BenchmarkSource {
  std::string layout;                              // "msrvtt-1ka"
  std::vector<std::filesystem::path> annotations;  // the files that were read
  std::string data_id;                             // hash of their contents (hexadecimal)
  std::int64_t entries = 0;                        // in these files, those left out included
  DataProblems problems;
};

// Texts that look for their medium, and media that look for one of their texts.
struct RetrievalBenchmark {
  BenchmarkSource source;
  std::vector<Medium> media;
  std::vector<std::string> texts;
  std::vector<std::size_t> media_of_text;  // [texts], index into media
};

struct Question {
  std::string id;  // unique
  std::size_t medium = 0;
  std::string text;
  std::vector<std::string> answers;  // one, or those of ten people; empty only where allow_no_answers was asked for
  std::string type;                  // "what", "who", …; VQA: "how many"; empty = not known
  std::string answer_type;           // VQA: "yes/no", "number", "other"; empty = not known
};

struct QuestionBenchmark {
  BenchmarkSource source;
  std::vector<Medium> media;
  std::vector<Question> questions;  // those of one medium need not be together
};

struct CaptionTarget {
  std::string id;  // unique; COCO's image id
  std::size_t medium = 0;
  std::vector<std::string> references;
  std::string domain;  // NoCaps: "in-domain", "near-domain", "out-domain"; else empty
};

struct CaptionBenchmark {
  BenchmarkSource source;
  std::vector<Medium> media;
  std::vector<CaptionTarget> targets;
};

// NLVR2: a sentence about two pictures.
struct Statement {
  std::string id;  // unique
  std::size_t first = 0, second = 0;
  std::string text;
  bool truth = false;
};

struct StatementBenchmark {
  BenchmarkSource source;
  std::vector<Medium> media;
  std::vector<Statement> statements;
};

// VisDial: rounds of questions about a picture; each is answered by ranking candidates.
struct DialogRound {
  std::string question;
  std::string answer;                   // the true one
  std::vector<std::string> candidates;  // 100 in VisDial
  std::size_t truth = 0;                // its index among the candidates
};

struct Dialog {
  std::string id;  // unique
  std::size_t medium = 0;
  std::string caption;
  std::vector<DialogRound> rounds;
};

struct DialogBenchmark {
  BenchmarkSource source;
  std::vector<Medium> media;
  std::vector<Dialog> dialogs;
};

}  // namespace blip
