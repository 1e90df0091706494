#include "training/data/dataset_source.h"

#include <utility>

#include "core/base/error.h"
#include "training/data/annotation_dataset.h"
#include "training/data/frame_text_dataset.h"
#include "training/data/image_folder.h"
#include "training/data/prompt_dataset.h"
#include "training/data/shard_dataset.h"

namespace blip {
namespace {

template <class Data, class... Arguments>
std::shared_ptr<const Dataset> make(const DatasetSource& source, Arguments&&... arguments) {
  auto data = std::make_shared<Data>(std::forward<Arguments>(arguments)...);
  if (source.verify) verify_pictures(data->pictures(), source.path.string());
  return data;
}

}  // namespace

std::shared_ptr<const Dataset> open_dataset(const DatasetSource& source) {
  const std::string& kind = source.kind;
  const auto root = source.root.empty() ? source.path.parent_path() : source.root;
  const std::string file = source.path.string();
  if (kind == "shards") return std::make_shared<ShardDataset>(source.path, text_kind_from_name(source.text));
  if (kind == "videos") {
    return std::make_shared<FrameTextDataset>(find_texted_videos(source.path), text_kind_from_name(source.text));
  }
  if (kind == "coco_caption" || kind == "coco_retrieval" || kind == "web")
    return make<CaptionDataset>(source, read_caption_annotations(source.path), root, file);
  if (kind == "vqa") {
    return make<VqaDataset>(source, read_vqa_annotations(source.path), root,
                            source.vg_root.empty() ? root : source.vg_root, file);
  }
  if (kind == "prompts") return make<PromptDataset>(source, source.path, root);
  if (kind == "nlvr2")
    return make<Nlvr2Dataset>(source, read_nlvr2_annotations(source.path), root, file, source.training);
  if (kind == "images") {
    ImageFolder folder = read_image_folder(source.path);
    return make<CaptionDataset>(source, std::move(folder.entries), source.path, file, std::move(folder.warnings));
  }
  throw Error(ErrorKind::kInvalidArgument,
              "there is no data of kind '" + kind +
                  "'; must be shards, coco_caption, coco_retrieval, web, vqa, nlvr2, images, videos or prompts");
}

}  // namespace blip
