#include "pipelines/captioning/caption_writer.h"

#include "pipelines/captioning/json_writer.h"
#include "pipelines/captioning/srt_writer.h"
#include "pipelines/captioning/text_writer.h"
#include "pipelines/captioning/vtt_writer.h"

namespace blip {

std::unique_ptr<CaptionWriter> make_caption_writer(OutputFormat format, const WriterOptions& options) {
  switch (format) {
    case OutputFormat::kText:
      return std::make_unique<TextWriter>(options.show_source);
    case OutputFormat::kJson:
      return std::make_unique<JsonWriter>(options.token_ids);
    case OutputFormat::kSrt:
      return std::make_unique<SrtWriter>();
    case OutputFormat::kVtt:
      return std::make_unique<VttWriter>();
  }
  return nullptr;
}

}  // namespace blip
