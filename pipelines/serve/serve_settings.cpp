#include "pipelines/serve/serve_settings.h"

#include <cstdlib>

#include "pipelines/serve/access_control.h"
#include "pipelines/serve/secret_text.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {

ServeSettings::Tokens ServeSettings::tokens() const {
  Tokens tokens;
  if (!token_file.empty()) {
    tokens.read = read_token_file(token_file);
  } else if (const char* token = std::getenv("GST_BLIP_TOKEN"); token != nullptr && *token != '\0') {
    tokens.read = check_token(token, "$GST_BLIP_TOKEN");
  }
  if (!admin_token_file.empty()) tokens.admin = read_token_file(admin_token_file);
  if (tokens.read.empty() && tokens.admin.empty() && !is_loopback(host))
    throw UsageError("--host " + host +
                     " lets other machines in, which needs a token: openssl rand -hex 24 > token.txt && gst-blip serve "
                     "--host " +
                     host + " --token-file token.txt");
  return tokens;
}

std::filesystem::path ServeSettings::clip_directory() const {
  return clips.empty() ? std::filesystem::path(index_path().string() + ".alerts") : std::filesystem::path(clips);
}

std::vector<std::string> ServeSettings::add_arguments() const {
  std::vector<std::string> arguments = {
      "index", "add",         "--index", index_path().string(), "--device",
      device,  "--precision", precision, "--num-threads",       std::to_string(num_threads)};
  const auto give = [&](const char* name, const std::string& value) {
    if (!value.empty()) arguments.insert(arguments.end(), {name, value});
  };
  give("--model", model);
  give("--vocab", vocab);
  give("--config", config);
  arguments.push_back("--");
  arguments.insert(arguments.end(), add.begin(), add.end());
  return arguments;
}

}  // namespace blip
