// What the scan over an index takes (index_compare.py has it run).
//   index_bench prepare FOLDER ROWS        an index with that many segments, and the same rows for peers
//   index_bench serve FOLDER THREADS       "NAME SECONDS" on stdin: repeats the workload NAME for SECONDS
//   index_bench start FOLDER open|search   what a process does before it can search, or with its first search
//   index_bench follow FOLDER              how the copy follows the index and is made anew
//   index_bench grow FOLDER MILLIONS       the scan alone, of that many million rows, with one thread and with two
// Answers are JSON, one object a line; times in seconds.
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/error.h"
#include "core/base/half_float.h"
#include "core/index/vectors/vector_file_writer.h"
#include "core/index/vectors/vector_index.h"
#include "core/index/vectors/vector_snapshot.h"
#include "tests/bench/index_data.h"

namespace blip::bench {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kHits = 64;  // as many as a search judges at once

void answer(const nlohmann::json& object) {
  std::printf("%s\n", object.dump().c_str());
  std::fflush(stdout);
}

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

// Of what this process computes: time in which others had the core does not count.
double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

RowFilter first_ten_seconds() {
  RowFilter filter;
  filter.to = 10'000'000'000;
  return filter;
}

void serve(const fs::path& folder, int threads) {
  const IndexReader reader(folder / "index.db");
  const VectorIndex vectors(reader, threads);
  const auto queries = synthetic_queries();
  const RowFilter videos = one_video_in_a_hundred(vectors.state().rows);
  std::size_t next = 0;
  const auto search = [&](const RowFilter& filter) {
    return [&, filter] { vectors.search(queries[next++ % queries.size()], kHits, filter); };
  };
  const std::map<std::string, std::function<void()>> workloads = {
      {"all", search({})},
      {"videos", search(videos)},
      {"time", search(first_ten_seconds())},
      {"together", [&] { vectors.search(std::span(queries).first(16), kHits); }},
  };
  nlohmann::json names = nlohmann::json::array({"ids"});
  for (const auto& [name, work] : workloads) names.push_back(name);
  answer({{"workloads", names}, {"version", name_of(dot_isas().back())}, {"rows", vectors.state().rows}});
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string name;
    double wanted = 0;
    words >> name >> wanted;
    if (name == "ids") {  // of the rows that are found, counted from 0, as peers count them
      std::vector<std::vector<std::int64_t>> ids;
      for (std::size_t q = 0; q < 20; ++q) {
        ids.emplace_back();
        for (const VectorHit& hit : vectors.search(queries[q], kHits)) ids.back().push_back(hit.segment - 1);
      }
      answer({{"ids", ids}});
      continue;
    }
    const auto& work = workloads.at(name);
    work();
    std::vector<double> times, processor;
    for (double spent = 0; times.size() < 3 || spent < wanted; spent += times.back()) {
      const double before = processor_seconds();
      times.push_back(seconds_of(work));
      processor.push_back(processor_seconds() - before);
    }
    answer({{"seconds", times}, {"processor", processor}});
  }
}

void start(const fs::path& folder, bool search) {
  std::unique_ptr<IndexReader> reader;
  std::unique_ptr<VectorIndex> vectors;
  const double opening = seconds_of([&] { reader = std::make_unique<IndexReader>(folder / "index.db"); });
  const double mapping = seconds_of([&] { vectors = std::make_unique<VectorIndex>(*reader); });
  double searching = 0;
  if (search) {
    const auto query = synthetic_queries().front();
    searching = seconds_of([&] { vectors->search(query, kHits); });
  }
  answer({{"rows", vectors->state().rows}, {"index", opening}, {"vectors", mapping}, {"search", searching}});
}

void follow(const fs::path& folder) {
  const fs::path own = folder / "follow", copy = own / "index.db";
  fs::remove_all(own);
  fs::create_directories(own);
  fs::copy_file(folder / "index.db", copy);
  const IndexReader reader(copy);
  std::unique_ptr<VectorIndex> vectors;
  nlohmann::json found;
  found["from the index"] = seconds_of([&] { vectors = std::make_unique<VectorIndex>(reader); });
  const std::int64_t rows = vectors->state().rows, videos = rows / kSegmentsAVideo;
  found["rows"] = rows;
  found["nothing new"] = seconds_of([&] { vectors->refresh(reader); });
  IndexWriter writer(copy);
  SyntheticRows source;
  add_synthetic_videos(writer, source, videos, videos + 5);
  found["1000 new rows"] = seconds_of([&] { vectors->refresh(reader); });
  const auto briefs = reader.video_briefs();
  for (std::size_t i = 0; i < 5; ++i) writer.remove_video(briefs[i].id);
  found["1000 removed rows"] = seconds_of([&] { vectors->refresh(reader); });
  found["open"] = seconds_of([&] { VectorIndex again(reader); });
  const std::int64_t tenth = videos / 10 + 10;
  add_synthetic_videos(writer, source, videos + 5, videos + 5 + tenth);
  found["a tenth more"] = seconds_of([&] { vectors->refresh(reader); });
  found["rebuilt"] = vectors->state().rebuilt;
  fs::remove_all(own);
  answer(found);
}

void grow(const fs::path& folder, std::int64_t millions) {
  const fs::path file = folder / "grow.vectors";
  const std::int64_t rows = millions * 1'000'000;
  {
    // Rows begin anywhere in a pool: as good as any for the time that they take.
    SyntheticRows source;
    std::vector<Half> pool;
    for (int i = 0; i < 2000; ++i) {
      const auto halves = to_halves(source.next());
      pool.insert(pool.end(), halves.begin(), halves.end());
    }
    VectorFileWriter writer(file, kIndexSize);
    std::uint64_t state = 1;
    for (std::int64_t row = 0; row < rows; ++row) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      const auto from = static_cast<std::size_t>(state >> 33) % (pool.size() - kIndexSize);
      const std::int64_t start = row % kSegmentsAVideo * kSegmentDuration;
      writer.add(row + 1, 1 + row / kSegmentsAVideo, start, start + kSegmentDuration,
                 std::span(pool).subspan(from, kIndexSize));
    }
    writer.finish({});
  }
  nlohmann::json found = {{"rows", rows}};
  std::unique_ptr<VectorSnapshot> snapshot;
  found["open"] = seconds_of([&] { snapshot = std::make_unique<VectorSnapshot>(std::make_shared<VectorFile>(file)); });
  const auto queries = synthetic_queries();
  const auto once = [&](const RowFilter& filter, int threads) {
    return seconds_of([&] { snapshot->search(std::span(queries).first(1), kHits, filter, threads); });
  };
  const auto often = [&](const RowFilter& filter, int threads) {
    std::vector<double> times;
    for (int i = 0; i < 15; ++i) times.push_back(once(filter, threads));
    return median(times);
  };
  found["first"] = once({}, 1);
  found["one thread"] = often({}, 1);
  found["two threads"] = often({}, 2);
  found["videos"] = often(one_video_in_a_hundred(rows), 1);
  found["time"] = often(first_ten_seconds(), 1);
  fs::remove(file);
  answer(found);
}

int run(const std::vector<std::string>& arguments) {
  const std::string command = arguments.size() < 2 ? "" : arguments[0];
  const fs::path folder = arguments.size() < 2 ? "" : arguments[1];
  if (command == "prepare" && arguments.size() == 3) {
    prepare_index(folder, std::stoll(arguments[2]));
  } else if (command == "serve" && arguments.size() == 3) {
    serve(folder, std::stoi(arguments[2]));
  } else if (command == "start" && arguments.size() == 3) {
    start(folder, arguments[2] == "search");
  } else if (command == "follow" && arguments.size() == 2) {
    follow(folder);
  } else if (command == "grow" && arguments.size() == 3) {
    grow(folder, std::stoll(arguments[2]));
  } else {
    std::fprintf(stderr,
                 "usage: index_bench prepare FOLDER ROWS | serve FOLDER THREADS | start FOLDER open|search | "
                 "follow FOLDER | grow FOLDER MILLIONS\n");
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace blip::bench

int main(int argc, char** argv) try {
  return blip::bench::run({argv + 1, argv + argc});
} catch (const std::exception& error) {
  std::fprintf(stderr, "index_bench: %s\n", error.what());
  return 1;
}
