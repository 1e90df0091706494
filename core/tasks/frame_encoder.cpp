#include "core/tasks/frame_encoder.h"

#include "core/vision/image_preprocess.h"

namespace blip {

std::vector<std::shared_ptr<const ImageFeatures>> encode_frames(LoadedModel& model, std::span<const ImageView> images) {
  const std::int64_t side = model.checkpoint.config.vision.image_size;
  const std::int64_t size = 3 * side * side;
  std::vector<float> pixels(images.size() * static_cast<std::size_t>(size));
  ColorConverter converter;
  for (std::size_t i = 0; i < images.size(); ++i) preprocess(images[i], side, pixels.data() + i * size, converter);
  return model.backend->encode_images({pixels.data(), static_cast<std::int64_t>(images.size()), side});
}

}  // namespace blip
