#include "training/trainer/event_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <map>
#include <sstream>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"
#include "training/trainer/crc32c.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::FloatEq;
using testing::Pair;

template <class Integer>
Integer little_endian(std::string_view bytes) {
  Integer value = 0;
  for (std::size_t i = sizeof value; i-- > 0;)
    value = static_cast<Integer>(value << 8 | static_cast<unsigned char>(bytes[i]));
  return value;
}

// A reader of the protocol buffers' wire format: field number -> raw values, numbers as 8 bytes.
struct Message {
  explicit Message(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::uint64_t key = varint(bytes);
      std::string_view& value = fields.emplace(static_cast<int>(key >> 3), std::string_view())->second;
      const auto take = [&](std::size_t size) {
        if (size > bytes.size()) throw std::out_of_range("field");
        value = bytes.substr(0, size);
        bytes.remove_prefix(size);
      };
      switch (key & 7) {
        case 0: {
          const std::string_view before = bytes;
          varint(bytes);
          value = before.substr(0, before.size() - bytes.size());
          break;
        }
        case 1:
          take(8);
          break;
        case 2:
          take(varint(bytes));
          break;
        case 5:
          take(4);
          break;
        default:
          throw std::out_of_range("wire type");
      }
    }
  }

  static std::uint64_t varint(std::string_view& bytes) {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes.at(0));
      bytes.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
  }
  std::uint64_t integer(int field) const {
    std::string_view bytes = fields.find(field)->second;
    return varint(bytes);
  }

  std::multimap<int, std::string_view> fields;
};

fs::path only_file(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  EXPECT_EQ(files.size(), 1u);
  return files.at(0);
}

// The records of a TFRecord file, checksums checked.
std::vector<std::string> records(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  const std::string bytes = text.str();
  std::vector<std::string> all;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto length = little_endian<std::uint64_t>(std::string_view(bytes).substr(at, 8));
    EXPECT_EQ(little_endian<std::uint32_t>(std::string_view(bytes).substr(at + 8, 4)), masked_crc32c({&bytes[at], 8}));
    all.push_back(bytes.substr(at + 12, length));
    EXPECT_EQ(little_endian<std::uint32_t>(std::string_view(bytes).substr(at + 12 + length, 4)),
              masked_crc32c(all.back()));
    at += 16 + length;
  }
  return all;
}

TEST(EventFile, HoldsFramedEventsWithTagsAndValues) {
  const test::TempDir folder;
  EventFile(folder.path(), 0).add(300, {{"loss", 1.25}, {"lr", 1e-3}});
  const fs::path file = only_file(folder.path());
  EXPECT_EQ(file.filename().string().find("events.out.tfevents."), 0u);
  const auto all = records(file);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(Message(all[0]).fields.find(3)->second, "brain.Event:2");
  const Message event(all[1]);
  EXPECT_EQ(event.integer(2), 300u);
  EXPECT_GT(std::bit_cast<double>(little_endian<std::uint64_t>(event.fields.find(1)->second)), 1.7e9);
  std::map<std::string, float> values;
  const Message summary(event.fields.find(5)->second);
  for (const auto& [field, bytes] : summary.fields) {
    EXPECT_EQ(field, 1);
    const Message value(bytes);
    values[std::string(value.fields.find(1)->second)] =
        std::bit_cast<float>(little_endian<std::uint32_t>(value.fields.find(2)->second));
  }
  EXPECT_THAT(values, ElementsAre(Pair("loss", 1.25F), Pair("lr", FloatEq(1e-3F))));
}

TEST(EventFile, SaysFromWhichStepItGoesOn) {
  const test::TempDir folder;
  { EventFile file(folder.path(), 151); }
  const auto all = records(only_file(folder.path()));
  ASSERT_EQ(all.size(), 2u);
  const Message start(all[1]);
  EXPECT_EQ(start.integer(2), 151u);
  EXPECT_EQ(Message(start.fields.find(7)->second).integer(1), 1u);  // SessionLog.START
}

TEST(EventFile, NeverOverwritesAFormerOne) {
  const test::TempDir folder;
  for (int i = 0; i < 3; ++i) EventFile(folder.path(), 0).add(i, {{"x", i}});
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 3);
  EXPECT_THROW(EventFile(folder / "nowhere", 0), Error);
}

}  // namespace
}  // namespace blip
