#include "core/index/index_verify.h"

namespace blip {

IndexFindings verify_index(SqliteDatabase& database, bool) {
  IndexFindings findings;
  auto row = database.prepare("PRAGMA integrity_check");
  while (row.step())
    if (row.text(0) != "ok") findings.problems.push_back(row.text(0));
  return findings;
}

}  // namespace blip
