#include "training/synth/statement.h"

#include <algorithm>
#include <cctype>

namespace blip::synth {
namespace {

class Parser {
 public:
  explicit Parser(std::string_view text) {
    std::string token;
    const auto end_token = [&] {
      if (!token.empty()) tokens_.push_back(std::move(token));
      token.clear();
    };
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (std::isspace(byte) != 0) {
        end_token();
      } else if (c == ',' || c == ':' || c == '.') {
        end_token();
        tokens_.emplace_back(1, c);
      } else {
        token += static_cast<char>(std::tolower(byte));
      }
    }
    end_token();
    if (!tokens_.empty() && tokens_.back() == ".") tokens_.pop_back();
  }

  std::optional<Statement> parse() {
    Statement statement;
    parse_opening(statement);
    while (true) {
      const auto claim = parse_claim();
      if (!claim) return std::nullopt;
      statement.claims.push_back(*claim);
      if (at_end() || peek() == "on") break;
      std::optional<Relation> link;
      if (!parse_link(link)) return std::nullopt;
      statement.links.push_back(link);
    }
    if (!at_end() && !parse_background(statement)) return std::nullopt;
    return at_end() ? std::optional(statement) : std::nullopt;
  }

 private:
  bool at_end() const { return next_ >= tokens_.size(); }
  std::string_view peek(std::size_t ahead = 0) const {
    return next_ + ahead < tokens_.size() ? std::string_view(tokens_[next_ + ahead]) : std::string_view();
  }
  bool take(std::string_view token) {
    if (peek() != token) return false;
    ++next_;
    return true;
  }
  bool take_any(std::initializer_list<std::string_view> choices) {
    return std::any_of(choices.begin(), choices.end(), [&](std::string_view choice) { return take(choice); });
  }

  void parse_opening(Statement& statement) {
    const bool article = peek() == "a" || peek() == "an";
    if (article && (peek(1) == "picture" || peek(1) == "photo" || peek(1) == "image") && peek(2) == "of") {
      statement.opening = Statement::Opening::kPictureOf;
      next_ += 3;
    } else if (peek() == "there" && (peek(1) == "is" || peek(1) == "are")) {
      statement.opening = Statement::Opening::kThereIs;
      next_ += 2;
    }
    const auto number = number_of(peek());
    const bool lists = peek(2) == ":" || peek(2) == "a" || peek(2) == "an" || number_of(peek(2));
    if (number && peek(1) == "shapes" && lists) {
      statement.total = number;
      next_ += 2;
      take(":");
    }
  }

  std::optional<GroupClaim> parse_claim() {
    GroupClaim claim;
    if (!take_any({"a", "an"})) {
      const auto number = number_of(peek());
      if (!number) return std::nullopt;
      claim.count = *number;
      ++next_;
    }
    if ((claim.size = size_of(peek()))) ++next_;
    if ((claim.color = color_of(peek()))) ++next_;
    const bool many = claim.count > 1;
    claim.shape = many ? plural_shape_of(peek()) : shape_of(peek());
    if (claim.shape)
      ++next_;
    else if (!(many ? take_any({"shapes", "things"}) : take_any({"shape", "thing"})))
      return std::nullopt;
    return claim;
  }

  bool parse_link(std::optional<Relation>& link) {
    if (take(",")) {
      take("and");
      return true;
    }
    if (take("and")) return true;
    take_any({"is", "are"});
    if (peek() == "to" && peek(1) == "the") next_ += 2;
    if (take("above")) {
      link = Relation::kAbove;
    } else if (take("below")) {
      link = Relation::kBelow;
    } else if (peek(1) == "of" && (peek() == "left" || peek() == "right")) {
      link = peek() == "left" ? Relation::kLeftOf : Relation::kRightOf;
      next_ += 2;
    }
    return link.has_value();
  }

  bool parse_background(Statement& statement) {
    if (!take("on")) return false;
    take_any({"a", "the"});
    statement.background = background_of(peek());
    if (!statement.background) return false;
    ++next_;
    return take("background");
  }

  std::vector<std::string> tokens_;
  std::size_t next_ = 0;
};

void append(std::string& text, std::string_view more) {
  if (!text.empty()) text += ' ';
  text += more;
}

}  // namespace

std::string to_text(const GroupClaim& claim) {
  std::string text;
  if (claim.size) append(text, word(*claim.size));
  if (claim.color) append(text, word(*claim.color));
  const std::string_view noun = claim.shape ? word(*claim.shape) : std::string_view("shape");
  append(text, claim.count > 1 ? plural(noun) : std::string(noun));
  if (claim.count > 1) return std::string(kNumberWords[static_cast<std::size_t>(claim.count)]) + " " + text;
  return (text.starts_with("o") ? "an " : "a ") + text;
}

std::string to_text(const Statement& statement) {
  std::string text;
  if (statement.opening == Statement::Opening::kPictureOf) append(text, "a picture of");
  if (statement.opening == Statement::Opening::kThereIs)
    append(text, statement.claims.front().count > 1 ? "there are" : "there is");
  if (statement.total) {
    append(text, kNumberWords[static_cast<std::size_t>(*statement.total)]);
    append(text, "shapes :");
  }
  for (std::size_t i = 0; i < statement.claims.size(); ++i) {
    if (i > 0) {
      const auto& link = statement.links[i - 1];
      append(text, link ? phrase(*link) : i + 1 == statement.claims.size() ? "and" : ",");
    }
    append(text, to_text(statement.claims[i]));
  }
  if (statement.background) {
    append(text, "on a");
    append(text, word(*statement.background));
    append(text, "background");
  }
  return text;
}

std::optional<Statement> parse_statement(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace blip::synth
