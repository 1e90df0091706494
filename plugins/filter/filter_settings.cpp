#include "plugins/filter/filter_settings.h"

#include "plugins/support/window_settings.h"

namespace blip {
namespace {

constexpr double kMostScore = 1000;

GType mode_type() {
  static const GEnumValue kValues[] = {
      {static_cast<gint>(FilterMode::kTag), "Every frame passes", "tag"},
      {static_cast<gint>(FilterMode::kDrop), "Only frames that match pass; GAP events stand for the others", "drop"},
      {static_cast<gint>(FilterMode::kValve), "Frames pass from a match on, until hold after its end", "valve"},
      {0, nullptr, nullptr}};
  static const GType type = register_choices("GstBlipFilterMode", kValues);
  return type;
}

GType score_type() {
  static const GEnumValue kValues[] = {
      {static_cast<gint>(FilterScore::kItm), "Match probability, 0 to 1", "itm"},
      {static_cast<gint>(FilterScore::kItmItc), "ITM logit + ITC cosine, as in BLIP's video retrieval", "itm+itc"},
      {0, nullptr, nullptr}};
  static const GType type = register_choices("GstBlipFilterScore", kValues);
  return type;
}

GType token_type() {
  static const GEnumValue kValues[] = {
      {static_cast<gint>(FirstToken::kEncode), "[ENC], as BLIP was trained", "enc"},
      {static_cast<gint>(FirstToken::kCls), "[CLS], as BLIP's demo (blip_itm.py) and transformers have it", "cls"},
      {0, nullptr, nullptr}};
  static const GType type = register_choices("GstBlipItmToken", kValues);
  return type;
}

}  // namespace

const PropertyTable<FilterSettings>& filter_properties() {
  using T = PropertyTable<FilterSettings>;
  using W = WindowProperties<FilterSettings>;
  static const T table = {
      T::text(
          {"queries", "Queries",
           "Texts to look for, separated by ';'; '-' before a text makes it a negative one (default: those of "
           "blipencoder)"},
          kMutablePlaying, [](auto& s) -> auto& { return s.queries.queries; }),
      T::text(
          {"queries-file", "Queries file",
           "File with a query a line, '-' before negative ones; read again when it changes"},
          kMutablePlaying, [](auto& s) -> auto& { return s.queries.queries_file; }),
      T::real(
          {"itc-threshold", "ITC threshold", "Least cosine similarity (ITC) of a query that is matched (ITM) at all"},
          -1, 1, kControllable, [](auto& s) -> auto& { return s.itc_threshold; }),
      T::number(
          {"k", "K", "Most queries that are matched, by their ITC similarity (0 = all)"}, 0, G_MAXINT, kControllable,
          [](auto& s) -> auto& { return s.k; }),
      T::real(
          {"threshold", "Threshold", "Score from which on a query matches"}, -kMostScore, kMostScore, kControllable,
          [](auto& s) -> auto& { return s.thresholds.on; }),
      T::real(
          {"threshold-off", "Threshold off", "Score below which a match ends; at most threshold"}, -kMostScore,
          kMostScore, kControllable, [](auto& s) -> auto& { return s.thresholds.off; }),
      T::choice(
          {"mode", "Mode", "Which frames pass"}, mode_type, kMutableReady, [](auto& s) -> auto& { return s.mode; }),
      T::big_number(
          {"hold", "Hold", "mode=valve: how long frames go on passing after a match, in nanoseconds"}, kMutablePlaying,
          [](auto& s) -> auto& { return s.hold; }),
      T::choice(
          {"score", "Score", "What is compared with the thresholds"}, score_type, kMutablePlaying,
          [](auto& s) -> auto& { return s.score; }),
      T::choice(
          {"itm-token", "ITM token", "What stands at the first place of a text that is matched"}, token_type,
          kMutablePlaying, [](auto& s) -> auto& { return s.itm_token; }),
      W::frames(),
      W::window(),
      W::overlap(),
  };
  return table;
}

}  // namespace blip
