#include "core/text/byte_alphabet.h"

#include <gtest/gtest.h>

#include <set>

namespace blip {
namespace {

TEST(ByteAlphabet, PrintableBytesAreThemselvesTheOthersFollowLatin1) {
  EXPECT_EQ(byte_character('a'), U'a');
  EXPECT_EQ(byte_character('~'), U'~');
  EXPECT_EQ(byte_character(0xA1), char32_t{0xA1});
  EXPECT_EQ(byte_character(0), char32_t{0x100});
  EXPECT_EQ(byte_character('\n'), char32_t{0x10A});
  EXPECT_EQ(byte_character(' '), char32_t{0x120});
  EXPECT_EQ(byte_character(0x7F), char32_t{0x121});
  EXPECT_EQ(byte_character(0xAD), char32_t{0x143});  // the last of the 68
}

TEST(ByteAlphabet, EveryByteHasACharacterOfItsOwnAndTheWayBack) {
  std::set<char32_t> characters;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char32_t character = byte_character(static_cast<unsigned char>(byte));
    EXPECT_EQ(character_byte(character), static_cast<unsigned char>(byte));
    characters.insert(character);
  }
  EXPECT_EQ(characters.size(), 256u);
  EXPECT_EQ(character_byte(0x144), std::nullopt);
  EXPECT_EQ(character_byte(U' '), std::nullopt);
  EXPECT_EQ(character_byte(0xAD), std::nullopt);
}

TEST(ByteAlphabet, TextsOfBytesGoThereAndBack) {
  EXPECT_EQ(to_byte_characters(" a\xC3"),
            "\xC4\xA0"
            "a\xC3\x83");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(from_byte_characters(to_byte_characters(all)), all);
}

TEST(ByteAlphabet, WhatIsOutsideStandsForItself) {
  EXPECT_EQ(from_byte_characters("\xC4\xA0\xE6\x97\xA5"), " \xE6\x97\xA5");
}

}  // namespace
}  // namespace blip
