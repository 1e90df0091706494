#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace blip {

// What a run knows of its samples so far: a JSON object for each, by a key that is unique in the run ("video7020",
// "question 17"). Protocols ask for a key before they compute and append what they computed.
class SampleRecords {
 public:
  virtual ~SampleRecords() = default;
  // Null when the sample is not known. Valid until the next append.
  virtual const nlohmann::json* find(const std::string& key) const = 0;
  // index: the sample's place in the data set, the order in which records are read back. Throws
  // Error(kInvalidArgument) for a key that is known, kFailed when it cannot be kept.
  virtual void append(std::int64_t index, const std::string& key, const nlohmann::json& record) = 0;
};

// Kept in memory alone.
class MemoryRecords final : public SampleRecords {
 public:
  const nlohmann::json* find(const std::string& key) const override {
    const auto found = records_.find(key);
    return found == records_.end() ? nullptr : &found->second;
  }
  void append(std::int64_t, const std::string& key, const nlohmann::json& record) override {
    records_.emplace(key, record);
  }
  const std::map<std::string, nlohmann::json>& all() const { return records_; }

 private:
  std::map<std::string, nlohmann::json> records_;
};

}  // namespace blip
