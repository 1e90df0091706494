#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/yaml_reader.h"
#include "pipelines/runner/pipeline_variable.h"

namespace blip {

// One word of a launch line and the line of the file it comes from.
struct LaunchWord {
  std::string text;
  int line = 0;
};

// Words as GStreamer's launch lines have them, with "{name}" for a variable's value, "{{" and "}}" for braces.
// A variable stands alone ("{source} ! …"), in a property's value ("location={output}", "text=\"a {what}\""), or, where
// its value can only be a word such as a number, anywhere. A value never becomes more than it should: blanks, quotes
// and "!" in it stay part of it.
class LaunchTemplate {
 public:
  // Throws Error naming file and line: a quote or brace that is not closed.
  explicit LaunchTemplate(const YamlValue& launch);

  // In the order of their first use.
  std::vector<std::string> variables() const;
  int line_of(const std::string& variable) const;  // of its first use

  // Throws Error naming file and line for a variable in a place where its value cannot stand.
  std::vector<LaunchWord> fill(const std::function<VariableValue(const std::string& name)>& value_of) const;

 private:
  struct Piece {
    std::string text;  // literal, or a variable's name
    bool is_variable = false;
  };
  struct Word {
    std::vector<Piece> pieces;
    int line = 0;
    bool has_variables = false;
  };

  Word read_word(const std::string& text, int line) const;
  std::string fill_word(const Word& word, const std::function<VariableValue(const std::string& name)>& value_of) const;

  std::string fill_property(const Word& word,
                            const std::function<VariableValue(const std::string& name)>& value_of) const;

  YamlValue launch_;
  std::vector<Word> words_;
};

// The words with blanks between them.
std::string launch_line(const std::vector<LaunchWord>& words);

}  // namespace blip
