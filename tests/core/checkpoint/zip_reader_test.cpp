#include "core/checkpoint/zip_reader.h"

#include "core/checkpoint/crc32.h"
#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/core/checkpoint/pickle_text.h"

namespace blip {
namespace {

using test::bytes_of;
using test::error_of;
using test::little_endian;
using ::testing::HasSubstr;

std::string content(const ZipReader& zip, const std::string& name) {
  const ZipReader::Entry* entry = zip.find(name);
  EXPECT_NE(entry, nullptr) << name;
  return entry == nullptr ? "" : std::string(reinterpret_cast<const char*>(entry->bytes.data), entry->bytes.size);
}

std::string error(const std::string& archive) {
  return error_of([&] { ZipReader(bytes_of(archive), "x.pth"); });
}

TEST(ZipReader, FindsStoredEntriesInPlace) {
  const ByteView archive = bytes_of(test::zip_of({{"a/one", "first"}, {"a/two", ""}}));
  const ZipReader zip(archive, "x.pth");
  EXPECT_EQ(zip.entries().size(), 2u);
  EXPECT_EQ(content(zip, "a/one"), "first");
  EXPECT_EQ(content(zip, "a/two"), "");
  EXPECT_EQ(zip.find("a"), nullptr);
  EXPECT_GE(zip.find("a/one")->bytes.data, archive.data);
  EXPECT_LT(zip.find("a/one")->bytes.data, archive.data + archive.size);
}

TEST(ZipReader, AllowsACommentAtTheEnd) {
  std::string archive = test::zip_of({{"x", "1"}});
  archive.replace(archive.size() - 2, 2, little_endian(5, 2));
  EXPECT_EQ(content(ZipReader(bytes_of(archive + "hello"), "x.pth"), "x"), "1");
}

// The zip64 form of one entry "x" with content "12345", every 32-bit field moved to the extra field or the zip64 end
// record.
std::string zip64() {
  const std::string local =
      "PK\x03\x04" + std::string(22, '\0') + little_endian(1, 2) + little_endian(0, 2) + "x" + "12345";
  const std::string extra =
      little_endian(1, 2) + little_endian(24, 2) + little_endian(5, 8) + little_endian(5, 8) + little_endian(0, 8);
  const std::string central = "PK\x01\x02" + std::string(16, '\0') + little_endian(0xffffffff, 4) +
                              little_endian(0xffffffff, 4) + little_endian(1, 2) + little_endian(extra.size(), 2) +
                              little_endian(0, 2) + little_endian(0, 2) + little_endian(0, 2) + little_endian(0, 4) +
                              little_endian(0xffffffff, 4) + "x" + extra;
  const std::string end64 = "PK\x06\x06" + little_endian(44, 8) + std::string(12, '\0') + little_endian(1, 8) +
                            little_endian(1, 8) + little_endian(central.size(), 8) + little_endian(local.size(), 8);
  const std::string locator =
      "PK\x06\x07" + little_endian(0, 4) + little_endian(local.size() + central.size(), 8) + little_endian(1, 4);
  const std::string end =
      "PK\x05\x06" + little_endian(0, 4) + std::string(4, '\xff') + std::string(8, '\xff') + little_endian(0, 2);
  return local + central + end64 + locator + end;
}

TEST(ZipReader, ReadsZip64) {
  const ZipReader zip(bytes_of(zip64()), "x.pth");
  EXPECT_EQ(content(zip, "x"), "12345");
}

TEST(ZipReader, RefusesCompressionAndEncryption) {
  const std::string archive = test::zip_of({{"x", "1"}});
  const std::size_t central = archive.find("PK\x01\x02");
  std::string deflated = archive, encrypted = archive;
  deflated[central + 10] = 8;
  encrypted[central + 8] = 1;
  EXPECT_THAT(error(deflated), HasSubstr("entry 'x' of the zip archive is compressed"));
  EXPECT_THAT(error(encrypted), HasSubstr("encrypted"));
}

TEST(ZipReader, RefusesDamage) {
  const std::string archive = test::zip_of({{"x", "123"}, {"y", "45"}});
  EXPECT_THAT(error("PK"), HasSubstr("truncated"));
  EXPECT_THAT(error(std::string(100'000, 'P')), HasSubstr("no end record"));
  EXPECT_THAT(error(test::zip_of({{"x", "1"}, {"x", "2"}})), HasSubstr("twice"));
  std::string renamed = archive;
  renamed[30] = 'z';
  EXPECT_THAT(error(renamed), HasSubstr("another name"));
  for (const std::string& whole : {archive, zip64()}) {
    for (std::size_t size = 0; size < whole.size(); ++size) error(whole.substr(0, size));
  }
}

TEST(ZipReader, OffsetsThatLieAreErrors) {
  const std::string archive = test::zip_of({{"x", "123"}});
  const std::size_t central = archive.find("PK\x01\x02"), end = archive.find("PK\x05\x06");
  const auto with = [&](std::size_t at, const std::string& bytes) {
    return std::string(archive).replace(at, bytes.size(), bytes);
  };
  const std::string huge = little_endian(0xfffffffe, 4);
  error(with(central + 42, huge));                      // local header
  error(with(central + 20, huge + huge));               // both sizes
  error(with(central + 28, little_endian(0xffff, 2)));  // name length
  error(with(end + 10, little_endian(2, 2)));           // more entries than there are
  error(with(end + 12, huge));                          // directory size
  error(with(end + 16, huge));                          // directory offset
}

TEST(ZipReader, ChecksumsTellDamageFromData) {
  std::string archive = test::zip_of({{"x", "123456789"}});
  archive.replace(archive.find("PK\x01\x02") + 16, 4, little_endian(crc32("123456789", 9), 4));
  EXPECT_NO_THROW(ZipReader(bytes_of(archive), "x.pth").check_checksums());
  archive[archive.find("123456789")] = '0';
  EXPECT_THAT(error_of([&] { ZipReader(bytes_of(archive), "x.pth").check_checksums(); }), HasSubstr("entry 'x'"));
}

}  // namespace
}  // namespace blip
