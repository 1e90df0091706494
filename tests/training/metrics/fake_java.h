#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/temp_dir.h"

namespace blip::test {

// A folder with empty jars in the places where the tools are looked for, and a program in the place of Java: a script
// that gets Java's arguments.
class FakeJava {
 public:
  explicit FakeJava(const std::string& script) {
    for (const char* name : {"meteor/meteor-1.5.jar", "spice/spice-1.0.jar", "spice/lib/stanford-corenlp-3.6.0.jar",
                             "spice/lib/stanford-corenlp-3.6.0-models.jar"}) {
      std::filesystem::create_directories((dir_.path() / name).parent_path());
      std::ofstream(dir_.path() / name) << "";
    }
    std::ofstream(dir_ / "java") << "#!/bin/sh\n" << script;
    std::filesystem::permissions(dir_ / "java", std::filesystem::perms::owner_all);
  }

  std::filesystem::path jars() const { return dir_.path(); }
  std::string java() const { return dir_ / "java"; }
  std::filesystem::path operator/(const std::string& name) const { return dir_ / name; }

 private:
  TempDir dir_;
};

}  // namespace blip::test
