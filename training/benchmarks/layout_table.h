#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "training/benchmarks/layouts.h"

namespace blip {

// How an entry of an annotation file says what it is about.
struct EntryForm {
  std::string_view medium;     // field with the medium's name
  std::string_view text;       // field with the caption, the captions or the question; empty = it is in the other list
  std::string_view id = {};    // field that is unique; entries may lack it
  bool one_row_each = false;   // a medium has one entry, though its text is no list
  std::string_view part = {};  // the list is inside an object: "annotations", "data.dialogs"; "*" = no list but an
                               // object, whose names are the entries' ids
  std::string_view medium_name = {};  // the name where the field is a number: {split}, {id} of twelve digits,
                                      // {coco}: val2014, and test2015 for every test split
};

// All that is known of a data set's layout: the one place to add one.
struct LayoutRow {
  LayoutInfo info;
  std::string_view splits;         // "test val"; the first one where none is asked for
  std::string_view files;          // names of the annotation file, the first that is there is read; {split}
  std::string_view companion;      // a second file, which may be missing; {split}
  std::string_view media_folders;  // where pictures and videos lie in the folder; "." = in itself
  std::vector<EntryForm> forms;    // that entries may have
};

std::span<const LayoutRow> layout_rows();
const LayoutRow& layout_row(std::string_view name);  // a full name; throws what find_layout throws

// "test val" -> "test", "val"
std::vector<std::string> words_of_list(std::string_view list);

}  // namespace blip
