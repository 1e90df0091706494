#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipelines/captioning/output_format.h"

namespace blip {

// What "gst-blip caption" was asked to do. Defaults live here and nowhere else.
struct CaptionSettings {
  std::vector<std::string> files;
  std::string output;  // -o: a file, or a directory (one that exists, or a name that ends in '/'); empty = stdout
  std::optional<OutputFormat> format;  // unset = by the output's name, else text
  bool token_ids = false;              // json: add the token ids
  bool auto_orient = false;            // turn still pictures by their EXIF orientation; videos always are turned

  std::string model;   // empty = the element's default: $GST_BLIP_MODEL, else the shipped one
  std::string vocab;   // empty = beside the model
  std::string config;  // empty = beside the model
  std::string device = "auto";
  std::string precision = "auto";
  int num_threads = 0;  // 0 = all cores

  double fps = 1;  // frames analysed in a second of video; 0 = every frame
  std::string prompt = "a picture of ";
  int num_beams = 3;       // 1 = greedy
  int min_length = 5;      // tokens, prompt included
  int max_length = 20;     // tokens, prompt included
  double top_p = 0;        // 0 = search; above = nucleus sampling
  int top_k = 50;          // 0 = off; sampling only
  double temperature = 1;  // sampling only
  std::uint64_t seed = 0;  // sampling only
  double repetition_penalty = 1;
  std::string beam_scoring = "auto";

  // Throws UsageError for values that do not go together.
  void validate() const;
  // What was set but has no effect, one line each.
  std::vector<std::string> warnings() const;
};

}  // namespace blip
