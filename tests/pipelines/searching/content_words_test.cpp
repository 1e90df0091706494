#include "pipelines/searching/content_words.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(ContentWords, AreThoseThatSaySomethingEachOnce) {
  EXPECT_EQ(content_words({"There is a Red circle on a red car", "with a dog's bone"}),
            "\"red\" OR \"circle\" OR \"car\" OR \"dog\" OR \"s\" OR \"bone\"");
}

TEST(ContentWords, WhatFts5WouldReadAsItsLanguageIsQuoted) {
  EXPECT_EQ(content_words({"cat AND \"hat\" NOT (mouse*)"}), "\"cat\" OR \"hat\" OR \"not\" OR \"mouse\"");
}

TEST(ContentWords, OtherScriptsStayWhole) {
  EXPECT_EQ(content_words({"ein großer Hund 犬"}), "\"ein\" OR \"großer\" OR \"hund\" OR \"犬\"");
}

TEST(ContentWords, MayBeNone) {
  EXPECT_EQ(content_words({"there is a", "?!", ""}), "");
  EXPECT_EQ(content_words({}), "");
}

}  // namespace
}  // namespace blip
