#include "training/metrics/ptb_abbreviations.h"

#include <set>
#include <sstream>
#include <string>

#include "training/metrics/ptb_characters.h"

namespace blip::ptb {
namespace {

using WordSet = std::set<std::string, std::less<>>;

WordSet set_of(const char* words) {
  std::istringstream in(words);
  WordSet set;
  for (std::string word; in >> word;) set.insert(word);
  return set;
}

// In any case.
const char* const kAbbreviations =
    "adj adm adv al ala alex apr ariz assn assoc asst atty attys aug ave bancorp bhd bldg blvd brig bros calif capt cf "
    "cie cmdr co col colo comdr conn corp cos cpl ct dak dec dept det dr drs elec ens esq est etc ext feb fla fri ft "
    "ga "
    "gen gov govs hon inc ind insp intl invt jan jos jr jul jun kan kans ky lieut lt ltd maj mar md messrs mich minn "
    "mlle mme mo mon mont mr mrs ms msgr mt natl neb nev nov oct okla penn pfc ph plc pres prof profs pvt rd rep reps "
    "rev rt sen sens sep sept seq sfc sgt spc sq sr st ste supt supts sys tel tenn thu thurs treas tue tues univ va vs "
    "vt wed wis wisc wm wyo";
// States that are words too: capitalised alone.
const char* const kCapitalised = "ark az del ill la mass miss ore pa tex wash";
// Not in capitals.
const char* const kNotCapitals = "mfg mtg pte ptes pty ptys";
const char* const kBeforeNumbers = "art ca fig figs no nos op pp prop";
const char* const kSentenceBegins =
    "A About According Additionally After An As At But Earlier He Her Here However If In It Last Many More Now Once "
    "One "
    "Other Our She Since So Some Such That The Their Then There These They This We When While What Yet You Mr. Ms.";

std::string narrow(std::u32string_view word) {
  std::string text;
  for (const char32_t c : word) text += static_cast<char>(c);
  return text;
}

std::string lowered(std::u32string_view word) {
  std::string text;
  for (const char32_t c : word) text += static_cast<char>(ascii_lower(c));
  return text;
}

}  // namespace

bool is_abbreviation(std::u32string_view word, bool before_number) {
  static const WordSet kAlways = set_of(kAbbreviations), kTitleCase = set_of(kCapitalised),
                       kSmall = set_of(kNotCapitals), kNumbered = set_of(kBeforeNumbers);
  if (word.empty()) return false;
  const std::string lower = lowered(word);
  if (kAlways.contains(lower) || (before_number && kNumbered.contains(lower))) return true;
  const std::string as_is = narrow(word);
  if (kTitleCase.contains(lower)) return is_ascii_upper(word[0]) && as_is.substr(1) == lower.substr(1);
  return kSmall.contains(lower) && as_is.substr(1) == lower.substr(1);
}

bool begins_sentence(std::u32string_view word) {
  static const WordSet kBegins = set_of(kSentenceBegins);
  return kBegins.contains(narrow(word));
}

}  // namespace blip::ptb
