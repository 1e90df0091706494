#include "pipelines/records/record_writer.h"

#include "pipelines/records/json_writer.h"
#include "pipelines/records/srt_writer.h"
#include "pipelines/records/text_writer.h"
#include "pipelines/records/vtt_writer.h"

namespace blip {

std::unique_ptr<RecordWriter> make_record_writer(OutputFormat format, bool show_source) {
  switch (format) {
    case OutputFormat::kText:
      return std::make_unique<TextWriter>(show_source);
    case OutputFormat::kJson:
      return std::make_unique<JsonWriter>();
    case OutputFormat::kSrt:
      return std::make_unique<SrtWriter>();
    case OutputFormat::kVtt:
      return std::make_unique<VttWriter>();
  }
  return nullptr;
}

}  // namespace blip
