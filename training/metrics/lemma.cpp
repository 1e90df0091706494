#include "training/metrics/lemma.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "core/text/lower_case.h"
#include "training/metrics/ngrams.h"

namespace blip {
namespace {

using Words = std::vector<std::string>;

// "form=lemma" of what endings do not tell.
constexpr std::string_view kIrregular =
    "men=man women=woman children=child feet=foot teeth=tooth mice=mouse geese=goose oxen=ox policemen=policeman "
    "firemen=fireman snowmen=snowman fishermen=fisherman "
    "knives=knife wives=wife lives=life leaves=leaf loaves=loaf shelves=shelf wolves=wolf calves=calf halves=half "
    "scarves=scarf hooves=hoof elves=elf thieves=thief "
    "movies=movie cookies=cookie ties=tie pies=pie zombies=zombie brownies=brownie hoodies=hoodie selfies=selfie "
    "smoothies=smoothie veggies=veggie birdies=birdie "
    "shoes=shoe horseshoes=horseshoe toes=toe canoes=canoe buses=bus busses=bus axes=axe "
    "is=be are=be was=be were=be been=be am=be has=have had=have having=have does=do did=do done=do doing=do "
    "went=go gone=go goes=go ate=eat eaten=eat ran=run running=run sat=sit stood=stand wore=wear worn=wear rode=ride "
    "ridden=ride drove=drive driven=drive flew=fly flown=fly threw=throw thrown=throw caught=catch bought=buy "
    "brought=bring held=hold took=take taken=take swam=swim slept=sleep wrote=write written=write made=make hung=hang "
    "grew=grow grown=grow slid=slide "
    "dying=die lying=lie tying=tie died=die lied=lie tied=tie used=use using=use biking=bike hiking=hike "
    "skiing=ski skied=ski taxiing=taxi cooking=cook looking=look";

// Words that end like a plural, a participle or a past form and are none.
constexpr std::string_view kUnchanged =
    "news species series chess tennis christmas texas paris gas lens bus plus glass grass class dress cross kansas "
    "las los vegas james jesus canvas bias atlas iris always "
    "morning evening ceiling building wedding pudding railing clothing nothing something anything everything during "
    "earring herring darling dumpling sibling frosting lightning icing topping awning stuffing "
    "hundred naked wicked sacred speed seed weed need feed bleed breed reed deed red bed shed sled "
    "united interested";

std::map<std::string, std::string, std::less<>> make_irregular() {
  std::map<std::string, std::string, std::less<>> forms;
  for (const std::string& pair : split_words(kIrregular)) {
    const auto at = pair.find('=');
    forms[pair.substr(0, at)] = pair.substr(at + 1);
  }
  return forms;
}

std::set<std::string, std::less<>> make_unchanged() {
  const Words words = split_words(kUnchanged);
  return {words.begin(), words.end()};
}

bool is_vowel(char c) {
  return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

bool has_vowel(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return is_vowel(c) || c == 'y'; });
}

std::size_t vowel_groups(std::string_view text) {
  std::size_t groups = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (is_vowel(text[i]) && (i == 0 || !is_vowel(text[i - 1]))) ++groups;
  return groups;
}

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return text.ends_with(ending); });
}

// What is left of a verb without "ing" or "ed": "sitt" is "sit", "rid" is "ride", "danc" is "dance".
std::string base_of(std::string stem) {
  const std::size_t n = stem.size();
  const char last = stem[n - 1], before = n > 1 ? stem[n - 2] : 'a';
  if (last == before && !is_vowel(last))
    return ends_with_any(stem, {"ll", "ss", "zz", "ff"}) ? stem : stem.substr(0, n - 1);
  if (ends_with_any(stem, {"c", "v", "u", "dg", "rg", "iz", "ys"})) return stem + "e";
  const bool consonant_l = last == 'l' && !is_vowel(before) && before != 'r' && before != 'w';
  if (consonant_l && n > 2) return stem + "e";
  const bool closed =
      n > 2 && !is_vowel(last) && is_vowel(before) && !is_vowel(stem[n - 3]) && !ends_with_any(stem, {"w", "x", "y"});
  return closed && vowel_groups(stem) == 1 ? stem + "e" : stem;
}

std::string without_plural(const std::string& word) {
  const std::size_t n = word.size();
  if (ends_with_any(word, {"ss", "us", "is"})) return word;
  if (word.ends_with("ies")) return word.substr(0, n - 3) + "y";
  if (ends_with_any(word, {"ches", "shes", "sses", "xes", "zzes", "oes"})) return word.substr(0, n - 2);
  return word.substr(0, n - 1);
}

}  // namespace

std::string lemma_of(std::string_view word) {
  static const auto kForms = make_irregular();
  static const auto kKept = make_unchanged();
  std::string text(word);
  const std::size_t n = text.size();
  if (const auto known = kForms.find(text); known != kForms.end()) return known->second;
  const bool letters = std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (n < 4 || !letters || kKept.contains(text)) return text;
  if (text.ends_with("ing") && has_vowel(text.substr(0, n - 3))) return base_of(text.substr(0, n - 3));
  if (text.ends_with("ied")) return text.substr(0, n - 3) + "y";
  if (text.ends_with("ed") && !text.ends_with("eed") && has_vowel(text.substr(0, n - 2)))
    return base_of(text.substr(0, n - 2));
  return text.ends_with("s") ? without_plural(text) : text;
}

std::string lemmatized(std::string_view answer) {
  std::string text;
  for (const std::string& word : split_words(answer)) {
    if (!text.empty()) text += ' ';
    const std::string lower = lower_case(word);
    const std::string lemma = lemma_of(lower);
    text += lemma == lower ? word : lemma;
  }
  return text;
}

}  // namespace blip
