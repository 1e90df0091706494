#include "core/index/standing_queries.h"

#include "core/base/error.h"
#include "core/index/index_schema.h"
#include "core/index/sqlite_database.h"

namespace blip {

class StandingQueries::Impl {
 public:
  explicit Impl(const std::filesystem::path& index) : database(open_index(index)) {}

  std::unique_ptr<SqliteDatabase> database;
};

StandingQueries::StandingQueries(const std::filesystem::path& index) : impl_(std::make_unique<Impl>(index)) {}

StandingQueries::~StandingQueries() = default;

StandingQueries::StandingQueries(StandingQueries&&) noexcept = default;

StandingQueries& StandingQueries::operator=(StandingQueries&&) noexcept = default;

std::int64_t StandingQueries::add(const StandingQuery& query) {
  if (query.text.find_first_not_of(" \t\r\n") == std::string::npos)
    throw Error(ErrorKind::kInvalidArgument, "a standing query needs a text");
  if (!(query.threshold >= 0 && query.threshold <= 1))
    throw Error(ErrorKind::kInvalidArgument, "threshold " + std::to_string(query.threshold) +
                                                 " of the standing query '" + query.text + "' is not from 0 to 1");
  impl_->database->prepare("INSERT INTO standing_queries(text, threshold, webhook) VALUES (?1, ?2, ?3)")
      .bind(query.text, query.threshold, query.webhook)
      .run();
  return impl_->database->last_insert_id();
}

std::vector<StandingQuery> StandingQueries::list() const {
  auto row = impl_->database->prepare("SELECT id, text, threshold, webhook FROM standing_queries ORDER BY id");
  std::vector<StandingQuery> queries;
  while (row.step()) queries.push_back({row.integer(0), row.text(1), row.real(2), row.text(3)});
  return queries;
}

bool StandingQueries::remove(std::int64_t id) {
  impl_->database->prepare("DELETE FROM standing_queries WHERE id = ?1").bind(id).run();
  return impl_->database->changes() > 0;
}

}  // namespace blip
