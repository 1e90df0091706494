#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/index/index_writer.h"
#include "pipelines/options/model_settings.h"

namespace blip::test {

// What is in a shapes set's annotations.json.
nlohmann::json read_annotations(const std::filesystem::path& shapes);

// An index of a shapes set's clips: a segment for each shot, by its middle frame, its caption the annotation's second
// one. With features kept, or without.
void make_shapes_index(const std::filesystem::path& index, const std::filesystem::path& shapes,
                       const ModelSettings& model, bool keep_features);

}  // namespace blip::test
