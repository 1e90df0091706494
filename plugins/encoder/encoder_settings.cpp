#include "plugins/encoder/encoder_settings.h"

namespace blip {

const PropertyTable<EncoderSettings>& encoder_properties() {
  using T = PropertyTable<EncoderSettings>;
  static const T table = {
      T::text(
          {"queries", "Queries",
           "Texts to compare frames with, separated by ';'; '-' before a text makes it a negative one"},
          kMutablePlaying, [](auto& s) -> auto& { return s.queries.queries; }),
      T::text(
          {"queries-file", "Queries file",
           "File with a query a line, '-' before negative ones; read again when it changes"},
          kMutablePlaying, [](auto& s) -> auto& { return s.queries.queries_file; }),
      T::text(
          {"embeddings-file", "Embeddings file",
           "File of JSON lines {\"text\", \"embedding\"}: queries whose embeddings are known; read again when it "
           "changes"},
          kMutablePlaying, [](auto& s) -> auto& { return s.queries.embeddings_file; }),
      T::text(
          {"query-template", "Query template",
           "What a query is put into in the place of {}, for example 'a photo of {}'; of several, separated by ';', "
           "the mean is taken"},
          kMutablePlaying, [](auto& s) -> auto& { return s.query_template; }),
      T::real(
          {"threshold", "Threshold", "Least cosine similarity of a query that counts"}, -1, 1, kControllable,
          [](auto& s) -> auto& { return s.threshold; }),
      T::number(
          {"top-k", "Top k", "Most queries told of a frame, best first (0 = all)"}, 0, G_MAXINT, kControllable,
          [](auto& s) -> auto& { return s.top_k; }),
      T::number(
          {"clip-frames", "Clip frames", "Newest sampled frames that the clip embedding is made of (1 = none is made)"},
          1, 1024, kMutablePlaying, [](auto& s) -> auto& { return s.clip_frames; }),
      T::big_number(
          {"clip-duration", "Clip duration",
           "Longest time that the frames of a clip embedding may span, in nanoseconds (0 = any)"},
          kMutablePlaying, [](auto& s) -> auto& { return s.clip_duration; }),
      T::flag(
          {"features", "Features",
           "Give the frames' patch features to elements downstream; without, they have the embedding only"},
          kMutablePlaying, [](auto& s) -> auto& { return s.features; }),
  };
  return table;
}

}  // namespace blip
