// Any bytes as a vocabulary: a tokenizer.json if they begin with '{', a vocab.txt else.
#include <string_view>

#include "core/text/vocabulary.h"
#include "tests/fuzz/fuzz_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  blip::fuzz::expect_value_or_error([&] {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const blip::Vocabulary vocabulary =
        text.starts_with('{') ? blip::Vocabulary::parse_tokenizer_json(text) : blip::Vocabulary::parse_vocab_txt(text);
    for (std::int64_t id = 0; id < vocabulary.size(); ++id) {
      if (vocabulary.find(vocabulary.token(id)) != id) std::abort();
    }
  });
  return 0;
}
