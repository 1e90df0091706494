#include "tests/layering/house_rules.h"

namespace blip::layering {

// docs/architecture.md draws these arrows. A new arrow is a decision: write it down in docs/decisions/.
Rules house_rules() {
  Rules rules;
  rules.code_folders = {"core", "plugins", "pipelines", "training", "tests"};
  rules.free_folders = {"tests"};
  rules.libraries = {
      {"Torch", {"torch/", "ATen/", "c10/", "caffe2/"}},
      {"GStreamer", {"gst/", "glib.h", "glib-object.h", "glib/", "gio/", "gmodule.h", "gobject/"}},
      {"FFmpeg", {"libav", "libsw"}},
      {"OpenCV", {"opencv2/"}},
      {"image files", {"jpeglib.h", "jerror.h", "png.h"}},
      {"oneDNN", {"dnnl", "oneapi/dnnl"}},
      {"xxHash", {"xxhash.h"}},
      {"JSON", {"nlohmann/"}},
      {"utf8proc", {"utf8proc.h"}},
      {"SentencePiece", {"sentencepiece_processor.h", "sentencepiece_trainer.h"}},
      {"command line", {"CLI/"}},
      {"log", {"spdlog/"}},
      {"YAML", {"yaml-cpp/"}},
      {"archives", {"archive.h", "archive_entry.h"}},
      {"SQLite", {"sqlite3.h"}},
      {"HTTP", {"httplib.h"}},
  };
  rules.rooms = {
      {"core/base", {}, {"YAML"}},
      {"core/text", {"core/base"}, {"utf8proc", "JSON", "SentencePiece"}},
      {"core/vision", {"core/base"}, {"FFmpeg", "OpenCV", "image files"}},
      {"core/media", {"core/base"}, {"FFmpeg"}},
      {"core/checkpoint", {"core/base"}, {"JSON"}},
      {"core/generate", {"core/base"}, {}},
      {"core/kernels", {"core/base"}, {"oneDNN"}},
      {"core/model", {"core/base", "core/checkpoint", "core/kernels/dense_matmul.h"}, {"Torch"}},
      {"core/engine",
       {"core/base", "core/checkpoint", "core/generate", "core/text", "core/engine/packed_backend/packed_backend.h"},
       {}},
      {"core/engine/torch_backend",
       {"core/base", "core/checkpoint", "core/generate", "core/engine", "core/model"},
       {"Torch"}},
      {"core/engine/packed_backend",
       {"core/base", "core/checkpoint", "core/generate", "core/engine", "core/kernels"},
       {"xxHash"}},
      {"core/tasks", {"core/base", "core/text", "core/vision", "core/checkpoint", "core/generate", "core/engine"}, {}},
      {"core/index", {"core/base", "core/checkpoint/float_values.h"}, {"SQLite", "xxHash"}},
      {"core/index/vectors", {"core/base", "core/checkpoint/float_values.h", "core/index"}, {"xxHash"}},
      {"plugins/meta", {}, {"GStreamer"}},
      {"plugins",
       {"core/base", "core/generate/clip.h", "core/generate/options.h", "core/tasks", "core/vision/picture_gate.h",
        "plugins/meta"},
       {"GStreamer", "JSON"}},
      {"pipelines",
       {"core/base", "core/text", "core/vision", "core/checkpoint", "core/engine/available_memory.h", "core/engine/backend.h", "core/engine/memory_need.h", "core/media", "core/tasks", "core/index", "plugins/meta",
        "plugins/support/engine_loader.h", "plugins/support/features_handle.h", "plugins/support/frame_view.h",
        "plugins/support/orientation_tag.h", "pipelines/terminal"},
       {"GStreamer", "JSON", "command line", "log", "YAML", "HTTP"}},
      {"pipelines/terminal", {"core/base"}, {}},
      {"training/config", {"core/base"}, {"YAML"}},
      {"training/data",
       {"core/base", "core/text", "core/vision", "core/media", "core/checkpoint"},
       {"OpenCV", "JSON", "archives"}},
      {"training/synth",
       {"core/base", "core/text", "core/vision", "core/media", "core/checkpoint", "training/data"},
       {"OpenCV", "JSON"}},
      {"training/losses", {"core/base", "core/model"}, {"Torch"}},
      {"training/optim", {"core/base", "core/model", "training/model/named_tensor.h"}, {"Torch"}},
      {"training/distributed", {"core/base", "core/model"}, {"Torch"}},
      {"training/model",
       {"core/base", "core/checkpoint", "core/model", "core/text", "training/data/batch.h", "training/losses",
        "training/optim", "training/distributed/communicator.h"},
       {"Torch"}},
      {"training/trainer",
       {"core/base", "core/checkpoint", "core/model", "core/text", "core/vision", "training/config", "training/data",
        "training/distributed", "training/model", "training/optim", "training/pages"},
       {"Torch", "JSON"}},
      {"training/pages", {}, {}},
      {"training/metrics", {"core/base", "core/text", "training/data/random_stream.h"}, {"JSON"}},
      {"training/results", {"core/base", "training/metrics", "training/data/random_stream.h"}, {"JSON"}},
      {"training/benchmarks", {"core/base", "core/text", "core/vision", "core/media", "training/data"}, {"JSON"}},
      {"training/eval",
       {"core", "training/benchmarks", "training/data", "training/distributed/communicator.h", "training/metrics",
        "training/model", "training/results", "training/synth", "training/trainer"},
       {"Torch", "FFmpeg", "JSON"}},
      {"training/capfilt", {"core", "training/data", "training/pages", "training/synth"}, {"JSON"}},
      {"training/apps", {"core", "pipelines/terminal", "training"}, {"Torch", "JSON", "command line"}},
  };
  rules.forbidden_folder_names = {"utils", "util", "misc", "helpers", "helper", "common"};
  for (const char* word : {"TODO", "FIXME"}) rules.forbidden_words[word] = "open ends belong in the issue tracker";
  for (const char* word :
       {"GMutex", "GCond", "GRecMutex", "GRWLock", "g_mutex_*", "g_cond_*", "g_rec_mutex_*", "g_rw_lock_*"})
    rules.forbidden_words[word] =
        "own locks are std::mutex and std::condition_variable, which the thread sanitizer sees";
  rules.source_lines = 500;
  rules.header_lines = 200;
  rules.may_hold_words = {{"tests/layering/", "names what it forbids"}};
  const std::string through_element =
      "glue of the element, seen only through it: tests/plugins/caption has a file for each of its sides";
  const std::string through_reader =
      "one side of the pair that torch_reader_test.cpp and checkpoint_writer_test.cpp write and read";
  const std::string through_filter = "the element and its parts, seen through it: tests/plugins/filter/filter_test.cpp";
  const std::string through_golden = "a step held against the original: tests/training/model/finetune_golden_test.cpp";
  const std::string through_program = "the commands, seen through the program: tests/training/apps/blip_eval_test.cpp";
  const std::string through_tokenizer =
      "a family of the tokenizer's rules, seen through it: tests/training/metrics/ptb_tokenizer_test.cpp";
  const std::string one_instruction_set = "vector_loops_test.cpp runs all that the CPU has";
  const std::string one_dot_set = "half_dot_test.cpp runs all that the CPU has";
  const std::string through_packed =
      "a part of the model: the goldens and contract tests of torch_backend run on the packed backend, too";
  const std::string through_index = "rows behind the writer and the reader: index_writer_test.cpp, index_reader_test.cpp";
  const std::string through_add = "a part of gst-blip index add, seen through the program: add_job_test.cpp";
  const std::string through_upkeep = "commands, seen through the program: upkeep_commands_test.cpp";
  const std::string through_searcher = "a part of a search, seen through it: searcher_test.cpp";
  const std::string through_search = "the command, seen through the program: search_job_test.cpp";
  const std::string through_calibrate = "the command, seen through the program: calibrate_job_test.cpp";
  const std::string through_blip2_job =
      "a part of the trainings of BLIP-2, seen through the program: tests/training/apps/blip2_job_test.cpp";
  rules.may_lack_a_test = {
      {"core/engine/loaded_model.cpp", "which tokenizer's ids count: model_registry_test.cpp"},
      {"core/index/generation_store.cpp", through_index},
      {"core/index/stored_rows.cpp", through_index},
      {"core/index/video_rows.cpp", through_index},
      {"core/index/video_store.cpp", through_index},
      {"core/index/sqlite_error.cpp", "what the connection throws: sqlite_database_test.cpp, index_faults_test.cpp"},
      {"core/engine/torch_backend/factory.cpp",
       "the library's C entry: every test that opens the engine goes through it"},
      {"core/engine/packed_backend/blip2/packed_opt.cpp", through_packed},
      {"core/engine/packed_backend/blip2/packed_qformer.cpp", through_packed},
      {"core/engine/packed_backend/blip2/text_attention.cpp", through_packed},
      {"core/engine/packed_backend/lm_head.cpp", through_packed},
      {"core/engine/packed_backend/packed_decoding.cpp", through_packed},
      {"core/engine/packed_backend/packed_features.cpp", through_packed},
      {"core/engine/packed_backend/packed_med.cpp", through_packed},
      {"core/engine/packed_backend/packed_vit.cpp", through_packed},
      {"core/engine/packed_backend/stored_key_values.cpp", through_packed},
      {"core/engine/packed_backend/weight_store.cpp", through_packed},
      {"core/kernels/stored_loops.cpp", "stored_linear_test.cpp runs once an instruction set"},
      {"core/kernels/stored_loops_avx2.cpp", "stored_linear_test.cpp runs once an instruction set"},
      {"core/kernels/stored_loops_avx512vnni.cpp", "stored_linear_test.cpp runs once an instruction set"},
      {"core/kernels/stored_loops_baseline.cpp", "stored_linear_test.cpp runs once an instruction set"},
      {"core/kernels/vector_loops_avx2.cpp", one_instruction_set},
      {"core/kernels/vector_loops_avx512.cpp", one_instruction_set},
      {"core/kernels/vector_loops_baseline.cpp", one_instruction_set},
      {"core/index/vectors/half_dot_avx2.cpp", one_dot_set},
      {"core/index/vectors/half_dot_avx512.cpp", one_dot_set},
      {"core/index/vectors/half_dot_baseline.cpp", one_dot_set},
      {"core/engine/torch_backend/torch_features.cpp", "wraps a tensor: every golden of the backend reads it"},
      {"core/engine/torch_backend/torch_blip2_backend.cpp", "the backend's goldens and contracts: blip2_backend_test.cpp"},
      {"core/engine/torch_backend/torch_med_decoding.cpp", "BLIP's decoder behind TorchDecoding: torch_decoding_test.cpp"},
      {"core/engine/torch_backend/torch_opt_decoding.cpp", "OPT behind TorchDecoding: blip2_decoding_test.cpp"},
      {"core/engine/torch_backend/torch_qformer_decoding.cpp", "the Q-Former behind TorchDecoding: blip2_decoding_test.cpp"},
      {"core/engine/torch_backend/torch_t5_decoding.cpp", "T5 behind TorchDecoding: blip2_decoding_test.cpp"},
      {"core/text/piece_module.cpp", "the library that piece_model.cpp opens: piece_model_test.cpp"},
      {"core/checkpoint/pickle_machine.cpp", "the state that torch_pickle_test.cpp drives opcode by opcode"},
      {"core/checkpoint/torch_globals.cpp",
       "the table that torch_pickle_test.cpp and torch_storages_test.cpp look names up in"},
      {"core/checkpoint/torch_legacy_reader.cpp", through_reader},
      {"core/checkpoint/torch_zip_reader.cpp", through_reader},
      {"core/checkpoint/pickle_writer.cpp", through_reader},
      {"core/checkpoint/torch_zip_writer.cpp", through_reader},
      {"core/checkpoint/checkpoint_assembly.cpp", "the second half of open_checkpoint: checkpoint_test.cpp"},
      {"core/checkpoint/blip2_names.cpp", "what open_checkpoint does first: blip2_checkpoint_test.cpp"},
      {"core/checkpoint/blip2_sizes.cpp", "what open_checkpoint does next: blip2_checkpoint_test.cpp"},
      {"core/checkpoint/size_reader.cpp", "the words of model_sizes.h's errors: model_sizes_test.cpp"},
      {"core/checkpoint/checkpoint_part.cpp", "what both writers write: checkpoint_writer_test.cpp"},
      {"pipelines/elements/run_messages.cpp", "half of RecordPipeline: record_pipeline_test.cpp"},
      {"pipelines/indexing/add_command.cpp", through_add},
      {"pipelines/indexing/frame_analysis.cpp", through_add},
      {"pipelines/indexing/index_command.cpp", through_upkeep},
      {"pipelines/indexing/index_run.cpp", through_add},
      {"pipelines/indexing/indexing_models.cpp", through_add},
      {"pipelines/indexing/upkeep_jobs.cpp", through_upkeep},
      {"pipelines/indexing/video_indexer.cpp", through_add},
      {"pipelines/searching/calibrate_command.cpp", through_calibrate},
      {"pipelines/searching/candidate_source.cpp", through_searcher},
      {"pipelines/searching/caption_export_command.cpp", "the command, seen through the program: caption_export_job_test.cpp"},
      {"pipelines/searching/relevance_figure.cpp", through_calibrate},
      {"pipelines/searching/relevance_study.cpp", through_calibrate},
      {"pipelines/searching/result_output.cpp", through_search},
      {"pipelines/searching/search_command.cpp", through_search},
      {"pipelines/searching/search_model.cpp", through_searcher},
      {"pipelines/searching/search_plan.cpp", through_searcher},
      {"pipelines/searching/search_run.cpp", through_searcher},
      {"pipelines/searching/segment_judge.cpp", through_searcher},
      {"pipelines/serve/http/request_stream.cpp", "one request's side of the server: http_server_test.cpp"},
      {"pipelines/checkpoints/report_format.cpp", "the printing half of model_report.h: model_report_test.cpp"},
      {"training/model/blip_caption.cpp", through_golden},
      {"training/model/blip_nlvr.cpp", through_golden},
      {"training/model/blip_retrieval.cpp", through_golden},
      {"training/model/blip_vqa.cpp", through_golden},
      {"training/metrics/ptb_addresses.cpp", through_tokenizer},
      {"training/metrics/ptb_numbers.cpp", through_tokenizer},
      {"training/metrics/ptb_rules.cpp", through_tokenizer},
      {"training/metrics/ptb_signs.cpp", through_tokenizer},
      {"training/metrics/ptb_stops.cpp", through_tokenizer},
      {"training/metrics/ptb_words.cpp", through_tokenizer},
      {"training/eval/retrieval_result.cpp",
       "what retrieval_protocol_test.cpp and shapes_retrieval_golden_test.cpp read"},
      {"training/trainer/blip2_exporter.cpp", through_blip2_job},
      {"training/trainer/half_tensors.cpp", through_blip2_job},
      {"training/trainer/language_model_exporter.cpp", through_blip2_job},
      {"training/trainer/picture_states.cpp", through_blip2_job},
      {"training/apps/blip2_parts.cpp", through_blip2_job},
      {"training/apps/blip2_setup.cpp", through_blip2_job},
      {"training/apps/frozen_parts.cpp", through_blip2_job},
      {"training/apps/language_model_setup.cpp", through_blip2_job},
      {"training/apps/recipe_places.cpp", "paths and devices of recipes: train_job_test.cpp, blip2_job_test.cpp"},
      {"training/apps/training_setup.cpp", "BLIP's trainings, seen through the program: train_job_test.cpp"},
      {"training/apps/eval_commands.cpp", through_program},
      {"training/apps/eval_job.cpp", through_program},
      {"training/apps/eval_results_commands.cpp", through_program},
      {"plugins/plugin.cpp", "registers the elements; tests/plugins/caption loads the built plug-in"},
      {"plugins/caption/", through_element},
      {"plugins/decoder/", "an element and its parts, seen through it: tests/plugins/decoder/decoder_test.cpp"},
      {"plugins/encoder/", "an element and its parts, seen through it: tests/plugins/encoder/encoder_test.cpp"},
      {"plugins/filter/filter_analysis.cpp", through_filter},
      {"plugins/filter/filter_settings.cpp", through_filter},
      {"plugins/filter/gst_blip_filter.cpp", through_filter},
      {"plugins/support/base_analysis.cpp", through_element},
      {"plugins/support/base_events.cpp", through_element},
      {"plugins/support/base_model.cpp", through_element},
      {"plugins/support/base_queries.cpp", through_element},
      {"plugins/support/base_sampling.cpp", through_element},
      {"plugins/support/base_settings.cpp", through_element},
      {"plugins/support/base_streaming.cpp", through_element},
      {"plugins/support/element_messages.cpp", through_element},
      {"plugins/support/gst_blip_base.cpp", through_element},
      {"plugins/support/text_pad.cpp", through_element},
  };
  return rules;
}

}  // namespace blip::layering
