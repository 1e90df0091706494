#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace blip::test {

struct ProgramResult {
  int exit_code = -1;  // 128 + the signal's number when one ended it
  std::string out;     // stdout
  std::string err;     // stderr, or what a terminal got in its place

  std::vector<std::string> out_lines() const;
  std::vector<std::string> err_lines() const;
};

struct ProgramOptions {
  std::map<std::string, std::string> environment;  // added to this process's; an empty value takes a variable away
  bool terminal = false;                           // stderr is a terminal of 100 columns
  // Called whenever stdout has grown, with what came so far and the process's id.
  std::function<void(const std::string& out, int process)> on_output;
  std::string input = {};   // what stdin holds, less than 64 KiB
  bool open_input = false;  // stdin does not end behind it
  std::string directory;    // to run in; empty = this process's
};

// Runs a program to its end; after two minutes it is killed. Throws std::runtime_error when it cannot be started.
ProgramResult run_program(const std::vector<std::string>& command, const ProgramOptions& options = {});

}  // namespace blip::test
