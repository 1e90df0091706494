#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipelines/indexing/index_options.h"
#include "pipelines/options/model_settings.h"

namespace blip {

// What "gst-blip serve" was asked to do. Defaults live here and nowhere else.
struct ServeSettings : IndexSettings, ModelSettings {
  std::string host = "127.0.0.1";
  int port = 8080;               // 0 = any
  std::string token_file;        // empty: $GST_BLIP_TOKEN, else none
  std::string admin_token_file;  // empty: the token is the administrator's, too
  std::string answer_model;      // empty: the shipped one
  std::string web_root;          // empty: the page that is built in
  std::string clips;             // folder for clips of alerts; empty: beside the index, INDEX.alerts

  std::vector<std::string> add;              // files and folders to index meanwhile
  std::vector<std::string> webhook_origins;  // that alerts may be posted to: "https://host"

  struct Tokens {
    std::string read, admin;
  };
  // Throws UsageError when the address can be reached from other machines and there is no token, Error for a file that
  // holds none.
  Tokens tokens() const;
  std::filesystem::path clip_directory() const;
  // "index add …" for what is to be indexed.
  std::vector<std::string> add_arguments() const;
};

}  // namespace blip
