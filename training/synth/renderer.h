#pragma once

#include <vector>

#include "core/vision/rgb_image.h"
#include "training/synth/paint.h"
#include "training/synth/scene.h"

namespace blip::synth {

// Draws a scene: the background once, then its objects for every moment. Equal scenes give equal pixels.
class SceneRenderer {
 public:
  explicit SceneRenderer(const Scene& scene);  // the scene must outlive the renderer

  // moment: 0 at the start of the shot, 1 at its end.
  void draw(double moment, RgbImage& image) const;

 private:
  struct Look {
    Fill fill;
    float edge = 0;  // width of a darker edge, as a part of the radius; 0 = none
  };
  void draw_object(const SceneObject& object, const Look& look, double moment, RgbImage& image) const;

  const Scene& scene_;
  RgbImage backdrop_;
  std::vector<Look> looks_;  // one a group
  Point shadow_{};           // how far shadows lie from their objects
  float shadow_depth_ = 0;   // 0 = none
};

}  // namespace blip::synth
