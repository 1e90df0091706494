#include "core/checkpoint/torch_pickle.h"

#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/core/checkpoint/pickle_text.h"

namespace blip {
namespace {

using ::testing::HasSubstr;
using namespace test;  // NOLINT(google-build-using-namespace): the opcodes are the vocabulary of this file

// A document and the bytes that its strings point into.
struct Ran {
  ByteView bytes;
  PickleDocument document;
  const PickleValue* root = nullptr;
};

Ran run(const std::string& text, const PickleLimits& limits = {}) {
  Ran ran{bytes_of(text), {}, nullptr};
  ran.document = read_pickle({ran.bytes.data, ran.bytes.size}, "x.pth", limits);
  ran.root = ran.document.root;
  return ran;
}

std::string error(const std::string& bytes, const PickleLimits& limits = {}) {
  return error_of([&] { run(bytes, limits); });
}

template <class T>
T result(const std::string& bytes) {
  const Ran ran = run(bytes);
  const T* value = ran.root->get_if<T>();
  EXPECT_NE(value, nullptr);
  return value == nullptr ? T{} : *value;
}

TEST(TorchPickle, ReadsScalars) {
  EXPECT_EQ(result<std::int64_t>(p_program("K\xff")), 255);
  EXPECT_EQ(result<std::int64_t>(p_program("M\x01\x02")), 0x0201);
  EXPECT_EQ(result<std::int64_t>(p_program(std::string("J\xfe\xff\xff\xff"))), -2);
  EXPECT_EQ(result<std::int64_t>(p_program(std::string("\x8a\x00", 2))), 0);
  EXPECT_EQ(result<std::int64_t>(p_program("\x8a\x01\xff")), -1);
  EXPECT_EQ(result<std::int64_t>(p_program(std::string("\x8a\x03\x00\x00\x01", 5))), 65536);
  EXPECT_EQ(result<std::int64_t>(p_program(std::string("\x8b\x02\x00\x00\x00\x00\x80", 7))), -32768);
  EXPECT_EQ(result<double>(p_program(std::string("G\x3f\xf8\x00\x00\x00\x00\x00\x00", 9))), 1.5);
  EXPECT_EQ(result<bool>(p_program("\x88")), true);
  EXPECT_EQ(result<bool>(p_program("\x89")), false);
  EXPECT_NO_THROW(result<std::monostate>(p_program("N")));
}

TEST(TorchPickle, ReadsTextOfEveryLength) {
  const auto text = [](const std::string& bytes) {
    const Ran ran = run(bytes);
    return std::string(*ran.root->get_if<std::string_view>());
  };
  EXPECT_EQ(text(p_program(p_text("abc"))), "abc");
  EXPECT_EQ(text(p_program("\x8c\x02hi")), "hi");
  EXPECT_EQ(text(p_program("U\x02hi")), "hi");
  EXPECT_EQ(text(p_program("T" + little_endian(2, 4) + "hi")), "hi");
  EXPECT_EQ(text(p_program("\x8d" + little_endian(2, 8) + "hi")), "hi");
}

TEST(TorchPickle, BuildsContainersAndMemo) {
  // {"a": [1, 2, (3,)], "b": the same list}
  const Ran ran = run(p_program("}(" + p_text("a") + "](K\x01K\x02K\x03\x85" + "eq\x05" + p_text("b") + "h\x05u"));
  const auto* dict = ran.root->get_if<PickleDict>();
  ASSERT_NE(dict, nullptr);
  const auto* list = find_key(*dict, "a")->get_if<PickleList>();
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->items.size(), 3u);
  EXPECT_EQ(*list->items[1]->get_if<std::int64_t>(), 2);
  EXPECT_EQ(list->items[2]->get_if<PickleTuple>()->items.size(), 1u);
  EXPECT_EQ(find_key(*dict, "b"), find_key(*dict, "a"));
  EXPECT_EQ(find_key(*dict, "c"), nullptr);
}

TEST(TorchPickle, TheLaterOfTwoEqualKeysCounts) {
  const Ran ran = run(p_program("}" + p_text("a") + "K\x01s" + p_text("a") + "K\x02s"));
  EXPECT_EQ(*find_key(*ran.root->get_if<PickleDict>(), "a")->get_if<std::int64_t>(), 2);
}

TEST(TorchPickle, ReadsProtocol4) {
  const std::string body =
      "\x80\x04\x95" + little_endian(30, 8) + "\x8c\x0b" + "collections\x94\x8c\x0bOrderedDict\x94\x93\x94)R\x94.";
  EXPECT_EQ(result<PickleDict>(body).items.size(), 0u);
}

TEST(TorchPickle, BuildsTensorsParametersAndOrderedDicts) {
  const TensorText text{
      .key = "7", .storage_class = "HalfStorage", .storage_size = 6, .offset = 1, .shape = {2}, .strides = {1}};
  const auto tensor = result<PickleTensor>(p_program(p_tensor(text)));
  EXPECT_EQ(tensor.storage.dtype, DType::kFloat16);
  EXPECT_EQ(tensor.storage.size, 6);
  EXPECT_EQ(tensor.offset, 1);
  EXPECT_EQ(tensor.shape, std::vector<std::int64_t>{2});

  const auto parameter =
      result<PickleTensor>(p_program(p_global("torch._utils", "_rebuild_parameter") + "(" + p_tensor(text) + "\x88" +
                                     p_global("collections", "OrderedDict") + ")RtR"));
  EXPECT_EQ(parameter.storage.size, 6);
}

TEST(TorchPickle, DropsTheAttributesOfAnOrderedDict) {
  EXPECT_EQ(result<PickleDict>(p_program(p_global("collections", "OrderedDict") + ")R}" + p_text("_metadata") + "Nsb"))
                .items.size(),
            0u);
  EXPECT_THAT(error(p_program("K\x01}b")), HasSubstr("attributes"));
}

TEST(TorchPickle, ConsumesUpToStopOnly) {
  const Ran ran = run(p_program("N") + "rest");
  EXPECT_EQ(ran.document.consumed, 4u);
}

TEST(TorchPickle, RefusesEveryForeignNameBeforeAnythingElse) {
  const auto refusal = [](const std::string& name) {
    return error(p_program(name + "(" + p_text("echo owned") + "tR"));
  };
  const auto refused = [](const std::string& module, const std::string& name) {
    return "refuses '" + module + "." + name + "'";
  };
  const auto short_text = [](const std::string& text) { return "\x8c" + little_endian(text.size(), 1) + text; };
  for (const auto& [module, name] :
       std::vector<std::pair<std::string, std::string>>{{"os", "system"},
                                                        {"posix", "system"},
                                                        {"builtins", "eval"},
                                                        {"__builtin__", "exec"},
                                                        {"subprocess", "Popen"},
                                                        {"torch", "load"},
                                                        {"torch.hub", "load"},
                                                        {"collections", "OrderedDict.__init__"},
                                                        {"collections.abc", "OrderedDict"},
                                                        {"torch._utils", "_rebuild_tensor_v2 "},
                                                        {"torch", "FloatStorage.from_file"},
                                                        {"numpy.core.multiarray", "_reconstruct"}}) {
    EXPECT_THAT(refusal(p_global(module, name)), HasSubstr(refused(module, name)));
    EXPECT_THAT(refusal(short_text(module) + short_text(name) + "\x93"), HasSubstr(refused(module, name)));
  }
}

TEST(TorchPickle, RefusesOpcodesThatMakeObjects) {
  for (const std::string body : {"(ios\nsystem\n", "(cos\nsystem\no", "\x82\x01", "\x83\x01\x02", "Pid\n", "\x8f",
                                 "C\x01x", "\x96", "I1\n", "S'x'\n", "Vx\n", "g0\n", "\xff"}) {
    const std::string message = error(p_program(body));
    EXPECT_THAT(message, HasSubstr("refuses")) << body;
  }
  EXPECT_THAT(error(p_program(p_global("collections", "OrderedDict") + ")\x81")), HasSubstr("refuses opcode 129"));
}

TEST(TorchPickle, RefusesCallsOfValuesAndWrongArguments) {
  EXPECT_THAT(error(p_program("K\x01)R")), HasSubstr("refuses to call"));
  EXPECT_THAT(error(p_program(p_text("os.system") + ")R")), HasSubstr("refuses to call"));
  EXPECT_THAT(error(p_program(p_global("collections", "OrderedDict") + "NR")), HasSubstr("refuses to call"));
  EXPECT_THAT(error(p_program(p_global("collections", "OrderedDict") + "(K\x01tR")), HasSubstr("refuses a call"));
  EXPECT_THAT(error(p_program(p_global("torch", "FloatStorage") + ")R")), HasSubstr("refuses a call"));
  EXPECT_THAT(error(p_program(p_global("torch._utils", "_rebuild_tensor_v2") + ")R")), HasSubstr("storage is missing"));
}

TEST(TorchPickle, RefusesPersistentIdsThatAreNoStorage) {
  EXPECT_THAT(error(p_program("K\x01Q")), HasSubstr("no tuple"));
  EXPECT_THAT(error(p_program("(" + p_text("module") + p_global("collections", "OrderedDict") + "tQ")),
              HasSubstr("kind 'module'"));
  EXPECT_THAT(error(p_program("(" + p_text("storage") + p_global("collections", "OrderedDict") + p_text("0") +
                              p_text("cpu") + "K\x01tQ")),
              HasSubstr("no storage"));
  EXPECT_THAT(error(p_program("(" + p_text("storage") + p_global("torch", "FloatStorage") + p_text("0") +
                              p_text("cpu") + p_int(-1) + "tQ")),
              HasSubstr("negative"));
  EXPECT_THAT(error(p_program(p_tensor({.shape = {1, 1}, .strides = {1}}))), HasSubstr("strides"));
}

TEST(TorchPickle, DeepNestingIsAnErrorOrHarmless) {
  EXPECT_THAT(error(p_program(std::string(2'000'000, '('))), HasSubstr("deep"));
  // Lists in lists without MARK: a million deep, which nothing here walks by recursion.
  const std::string body = std::string(1'000'000, ']') + std::string(999'999, 'a');
  EXPECT_NO_THROW(run(p_program(body)));
  // A tuple that holds itself through a list.
  EXPECT_NO_THROW(run(p_program("]q\x01h\x01\x85" + std::string("a"))));
}

TEST(TorchPickle, BombsMeetALimit) {
  EXPECT_THAT(error(p_program(std::string(3'000'000, 'N'))), HasSubstr("values"));
  EXPECT_THAT(error(p_program("N" + std::string(3'000'000, '2'))), HasSubstr("values on the stack"));
  std::string memo = "N";
  for (int i = 0; i < 20; ++i) memo += "r" + little_endian(static_cast<std::uint64_t>(i) * 1000, 4);
  EXPECT_THAT(error(p_program(memo), {.values = 10}), HasSubstr("memo entries"));
  // Billion laughs: 40 lists, each holding the one before ten times.
  std::string laughs = "]q\x01";
  for (int i = 0; i < 40; ++i)
    laughs += "0](" + std::string("h\x01h\x01h\x01h\x01h\x01h\x01h\x01h\x01h\x01h\x01") + "eq\x01";
  EXPECT_NO_THROW(run(p_program(laughs)));
  EXPECT_THAT(error(p_program(p_text(std::string(100, 'x'))), {.bytes = 50}), HasSubstr("truncated"));
}

TEST(TorchPickle, HugeLengthsAreNoAllocations) {
  EXPECT_THAT(error(p_program("X\xff\xff\xff\xff"
                              "a")),
              HasSubstr("truncated"));
  EXPECT_THAT(error(p_program("\x8d\xff\xff\xff\xff\xff\xff\xff\xff"
                              "a")),
              HasSubstr("truncated"));
  EXPECT_THAT(error(p_program("\x8b\xff\xff\xff\xff"
                              "a")),
              HasSubstr("truncated"));
}

TEST(TorchPickle, EveryMisuseOfTheStackIsAnError) {
  for (const std::string body : {"",
                                 "0",
                                 "1",
                                 "2",
                                 "t",
                                 "\x85",
                                 "N\x86",
                                 "e",
                                 "a",
                                 "Na",
                                 "u",
                                 "s",
                                 "NNs",
                                 "N(Nu",
                                 "l",
                                 "d",
                                 "(Nd",
                                 "R",
                                 "b",
                                 "Q",
                                 "q\x01",
                                 "h\x01",
                                 "j\x01\x01\x01\x01",
                                 "\x94",
                                 "\x93",
                                 "NN",
                                 "(N",
                                 "(0",
                                 "N(N0K\x01s",
                                 "K\x01K\x02\x93"}) {
    EXPECT_THAT(error(p_program(body)), HasSubstr("'x.pth'")) << body;
  }
  EXPECT_THAT(error("\x80\x09N."), HasSubstr("protocol 9"));
  EXPECT_THAT(error("N"), HasSubstr("truncated"));
  EXPECT_THAT(error(""), HasSubstr("truncated"));
}

}  // namespace
}  // namespace blip
