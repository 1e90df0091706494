#pragma once

#include <string>
#include <string_view>

namespace blip {

// An answer with its nouns in the singular and its verbs in their base form, as LAVIS brings generated answers to
// OK-VQA's, which are stemmed: "surfing" is "surf", "two dogs" is "two dog". LAVIS asks spaCy for the parts of speech;
// this looks at endings and a list of exceptions, so that it may take an adjective ("striped") for a verb.
std::string lemmatized(std::string_view answer);

// Of one word in lower case.
std::string lemma_of(std::string_view word);

}  // namespace blip
