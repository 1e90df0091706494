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

}  // namespace blip
