#include "pipelines/serve/serve_command.h"

#include <CLI/CLI.hpp>

#include "pipelines/options/model_options.h"

namespace blip {
namespace {

constexpr const char* kExamples = R"(Examples:
  gst-blip serve                                   the page at http://127.0.0.1:8080/, for this machine only
  gst-blip serve --index films.db --port 0         at any free port, which is told
  gst-blip serve --add ~/Videos                    index them meanwhile; what is done can be found
  openssl rand -hex 24 > token.txt
  gst-blip serve --host 0.0.0.0 --token-file token.txt      for others, who log in with the token
  gst-blip serve --host 0.0.0.0 --token-file read.txt --admin-token-file admin.txt

Videos come into the index with gst-blip index add, also while the server runs. The interface for programs is
described at /openapi.yaml. On 127.0.0.1, ::1 and localhost no token is needed; everywhere else one is.
One token alone allows everything; beside an administrator's token it allows reading. Ctrl-C or SIGTERM stops it.
Exit code: 0 stopped by SIGTERM, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C.)";

}  // namespace

std::shared_ptr<ServeSettings> add_serve_command(CLI::App& app) {
  auto settings = std::make_shared<ServeSettings>();
  CLI::App& command = *app.add_subcommand("serve", "Search, watch and ask in a browser, and through HTTP");
  command.footer(kExamples);
  add_index_option(command, *settings);
  const auto add = [&](const char* name, auto& value, const char* text, const char* kind, const char* group) {
    return command.add_option(name, value, text)->option_text(kind)->group(group);
  };
  add("--host", settings->host, "address to listen on (default: 127.0.0.1, this machine only)", "ADDRESS", "Server");
  add("--port", settings->port, "port to listen on, 0 = any free one (default: 8080)", "N", "Server")
      ->check(CLI::Range(0, 65535));
  add("--token-file", settings->token_file, "file with the token that clients need (default: $GST_BLIP_TOKEN)", "FILE",
      "Server");
  add("--admin-token-file", settings->admin_token_file,
      "file with the token of those who may delete videos and add streams", "FILE", "Server");
  command.add_option("--add", settings->add, "files and folders to index meanwhile, in a process of its own")
      ->option_text("PATH…")
      ->group("Index");
  add("--clips", settings->clips, "folder for clips of alerts (default: INDEX.alerts)", "DIR", "Alerts");
  command
      .add_option("--webhook-allow", settings->webhook_origins,
                  "where alerts of standing queries may be posted to; can be repeated (default: nowhere)")
      ->option_text("https://HOST")
      ->allow_extra_args(false)
      ->group("Alerts");
  add("--web-root", settings->web_root, "folder to read the page from instead of the one built in", "DIR", "Server");
  add_model_options(command, *settings);
  add("--answer-model", settings->answer_model,
      "VQA checkpoint that answers questions (default: the small one that comes with gst-blip)", "PATH", "Model");
  return settings;
}

}  // namespace blip
