#include "training/metrics/ptb_tokenizer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/golden.h"
#include "tests/support/json_lines.h"

namespace blip {
namespace {

struct Case {
  const char* caption;
  const char* words;
};

void expect_all(std::initializer_list<Case> cases) {
  for (const Case& one : cases) EXPECT_EQ(ptb_words(one.caption), one.words) << one.caption;
}

TEST(PtbTokenizer, LowersCaseAndLeavesMarksOut) {
  expect_all(
      {{"A red circle, a  BLUE star.", "a red circle a blue star"},
       {"\"Quotes\" 'single' `back` “curly” ‘too’ «so»", "quotes single back curly too so"},
       {"one -- two – three — four... five… six - seven; eight: nine?", "one two three four five six seven eight nine"},
       {" .,!", ""},
       {"", ""}});
}

// The removal list has single marks; runs of ! and ? are other words, and so are brackets.
TEST(PtbTokenizer, SomeMarksStay) {
  expect_all({{"wow!! ok?? yes?!", "wow !! ok ?? yes ?!"},
              {"(a) [b] {c}", "-lrb- a -rrb- -lsb- b -rsb- -lcb- c -rcb-"},
              {"----- a", "----- a"},
              {"10% & 5 = 5 * ** @ #1 ~ ^", "10 % & 5 = 5 * ** @ # 1 ~ ^"},
              {":) ;-D ^_^ a:Dog", ":-rrb- ;-d ^_^ a dog"}});
}

TEST(PtbTokenizer, ContractionsAreSplit) {
  expect_all({{"can't won't isn’t don'ts", "ca n't wo n't is n't do n'ts"},
              {"the man's dog they're I'd've we'll", "the man 's dog they 're i 'd 've we 'll"},
              {"cannot gonna gotta wanna 'tis 'twas cannots", "can not gon na got ta wan na 't is 't was cannots"},
              {"dogs' toys 1990's", "dogs toys 1990 's"}});
}

TEST(PtbTokenizer, SomeApostrophesBelongToTheirWord) {
  expect_all({{"rock 'n' roll o'clock ma'am", "rock 'n' roll o'clock ma'am"},
              {"the '90s '80 cars", "the '90s '80 cars"},
              {"y'all O'Brien d'art B'day b'day", "y' all o'brien d'art b'day b day"},
              {"'em 'til c'mon", "'em 'til c'mon"}});
}

TEST(PtbTokenizer, AFullStopBelongsToAbbreviations) {
  expect_all({{"Mr. Smith of the U.S. Navy at 10 a.m.", "mr. smith of the u.s. navy at 10 a.m."},
              {"cats, dogs, etc.", "cats dogs etc."},
              {"No. 5 is no. Fig. 3 and a fig.", "no. 5 is no fig. 3 and a fig"},
              {"Pa. and pa. of the man., yes", "pa. and pa of the man. yes"},
              {"plan B. The dog and plan C. dogs", "plan b the dog and plan c. dogs"},
              {"a dog.A cat", "a dog.a cat"}});
}

TEST(PtbTokenizer, NumbersAndMoney) {
  expect_all({{"$3.50 US$5 £5 €5 5¢", "$ 3.50 us$ 5 # 5 $ 5 5 cents"},
              {"1/2 3 1/2 ½ cup", "1/2 3\u00a01/2 1/2 cup"},
              {"2,000,000.50 at 10:30pm 5pm -5 5th", "2,000,000.50 at 10:30 pm 5pm -5 5th"},
              {"10/12/2014 2014-10-12 555-123-4567", "10/12/2014 2014-10-12 555-123-4567"},
              {"(555) 123-4567", "-lrb-555-rrb-\u00a0123-4567"},
              {"5'10\" x² H₂O 25°C", "5 10 x ² h ₂ o 25 ° c"}});
}

TEST(PtbTokenizer, HyphensAndSlashesJoinWords) {
  expect_all({{"black-and-white T-shirt state-of-the-art", "black-and-white t-shirt state-of-the-art"},
              {"10-year-old 1,000-foot U.S.-based 5-10", "10-year-old 1,000-foot u.s.-based 5-10"},
              {"and/or he/she/it 24/7 km/h café/bar café-bar", "and/or he/she/it 24/7 km/h café / bar café-bar"},
              {"AT&T at&t R&B a_b _c", "at&t at & t r&b a_b _ c"}});
}

TEST(PtbTokenizer, AddressesAndMarkupAreWords) {
  expect_all({{"http://x.com/a?b=c. www.foo.com, bar.org", "http://x.com/a?b=c www.foo.com bar.org"},
              {"me@x.com. @user #tag", "me@x.com @user #tag"},
              {"<b>bold</b> a < b <3", "<b> bold </b> a < b < 3"},
              {"&amp; &lt; it&apos;s &quot;a&quot;&nbsp;b", "& < it 's a b"}});
}

TEST(PtbTokenizer, OtherScriptsAndSigns) {
  expect_all({{"Café Москва 日本 Ünï", "café москва 日本 ünï"},
              {"😀 happy 😀😀 ☺ © ™", "happy ☺ © ™"},
              {"soft\u00adhyphen no\u00a0break", "softhyphen no break"}});
}

TEST(PtbTokenizer, TakesAnyBytes) {
  EXPECT_EQ(ptb_words("a \xFF\xC3 b"), "a b");
  std::string bytes;
  for (int i = 0; i < 20000; ++i) bytes += static_cast<char>(i * 7 + i / 256);
  EXPECT_NO_THROW(ptb_words(bytes));
  EXPECT_EQ(ptb_words(std::string(100000, 'a')).size(), 100000U);
  EXPECT_NO_THROW(ptb_words(std::string(20000, '<') + std::string(20000, '(')));
  std::string list = "a";
  for (int i = 0; i < 20000; ++i) list += ",a";
  EXPECT_EQ(ptb_words(list).size(), 40001U);
}

TEST(PtbTokenizerGolden, AgreesWithStanfordsTokenizer) {
  const auto file = test::read_json(test::golden_dir() / "metrics" / "caption_metrics.json");
  int captions = 0;
  for (const auto& [id, caption] : file.at("candidates").items()) {
    EXPECT_EQ(ptb_words(caption.get<std::string>()), file.at("ptb").at("candidates").at(id).get<std::string>())
        << caption;
    ++captions;
  }
  for (const auto& [id, references] : file.at("references").items()) {
    const auto& expected = file.at("ptb").at("references").at(id);
    ASSERT_EQ(references.size(), expected.size());
    for (std::size_t i = 0; i < references.size(); ++i)
      EXPECT_EQ(ptb_words(references[i].get<std::string>()), expected[i].get<std::string>()) << references[i];
  }
  EXPECT_GT(captions, 0);
}

}  // namespace
}  // namespace blip
