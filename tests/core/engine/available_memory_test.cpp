#include "core/engine/available_memory.h"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>

#include "tests/support/temp_dir.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

class AvailableMemoryTest : public ::testing::Test {
 protected:
  void put(const std::string& name, const std::string& text) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << text;
  }
  std::uint64_t available() { return available_memory(root_.path()); }
  test::TempDir root_;
};

TEST_F(AvailableMemoryTest, IsWhatTheMachineHasLeft) {
  EXPECT_EQ(available(), std::numeric_limits<std::uint64_t>::max()) << "nothing is known";
  put("proc/meminfo", "MemTotal:  9000 kB\nMemAvailable:    1000 kB\n");
  EXPECT_EQ(available(), 1000u * 1024);
}

TEST_F(AvailableMemoryTest, AControlGroupMayAllowLess) {
  put("proc/meminfo", "MemAvailable: 1000000 kB\n");
  put("proc/self/cgroup", "0::/a/b\n");
  put("sys/fs/cgroup/a/b/memory.max", "max\n");
  EXPECT_EQ(available(), 1000000u * 1024);
  put("sys/fs/cgroup/a/memory.max", "5000\n");
  put("sys/fs/cgroup/a/memory.current", "3000\n");
  EXPECT_EQ(available(), 2000u) << "the group above limits it, too";
  put("sys/fs/cgroup/a/memory.stat", "anon 2000\ninactive_file 700\n");
  EXPECT_EQ(available(), 2700u) << "pages of files are given back";
  put("sys/fs/cgroup/memory.max", "3500\n");
  put("sys/fs/cgroup/memory.current", "3400\n");
  EXPECT_EQ(available(), 100u);
  put("sys/fs/cgroup/memory.current", "9000\n");
  EXPECT_EQ(available(), 0u);
}

TEST_F(AvailableMemoryTest, KnowsTheOlderControlGroups) {
  put("proc/meminfo", "MemAvailable: 1000000 kB\n");
  put("proc/self/cgroup", "5:cpu:/x\n4:hugetlb,memory:/box\n");
  put("sys/fs/cgroup/memory/box/memory.limit_in_bytes", "8000\n");
  put("sys/fs/cgroup/memory/box/memory.usage_in_bytes", "1000\n");
  EXPECT_EQ(available(), 7000u);
}

TEST_F(AvailableMemoryTest, UnreadableLinesAreNotBelieved) {
  put("proc/meminfo", "MemAvailable: many\n");
  put("proc/self/cgroup", "nonsense\n0::\n:\n0::/../../etc\n");
  EXPECT_EQ(available(), std::numeric_limits<std::uint64_t>::max());
}

TEST(AvailableMemory, ThisMachineHasSome) {
  EXPECT_GT(available_memory(), 0u);
}

}  // namespace
}  // namespace blip
