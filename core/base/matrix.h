#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace blip {

// A row-major [rows, columns] float matrix that owns its numbers.
struct Matrix {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<float> values;  // rows x columns

  Matrix() = default;
  Matrix(std::int64_t row_count, std::int64_t column_count)
      : rows(row_count), columns(column_count), values(static_cast<std::size_t>(row_count * column_count)) {}

  // The numbers are kept where the size stays, and unspecified otherwise.
  void resize(std::int64_t row_count, std::int64_t column_count) {
    rows = row_count;
    columns = column_count;
    values.resize(static_cast<std::size_t>(row_count * column_count));
  }

  std::span<float> row(std::int64_t r) { return {values.data() + r * columns, static_cast<std::size_t>(columns)}; }
  std::span<const float> row(std::int64_t r) const {
    return {values.data() + r * columns, static_cast<std::size_t>(columns)};
  }
};

}  // namespace blip
