# cmake -DOUTPUT=embedded_files.cpp -DROOT=folder -DFILES="a;b" -P embed_files.cmake
# Writes a source that holds these files' bytes, by their names below ROOT.
set(arrays "")
set(table "")
set(number 0)
foreach(file IN LISTS FILES)
  file(READ ${file} hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  file(RELATIVE_PATH name ${ROOT} ${file})
  string(APPEND arrays "constexpr unsigned char kFile${number}[] = {${bytes}0};\n")
  string(APPEND table "    {\"${name}\", {reinterpret_cast<const char*>(kFile${number}), ${size}}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT}.new "#include \"pipelines/serve/embedded_files.h\"

namespace blip {
namespace {
${arrays}}  // namespace

const EmbeddedFile kEmbeddedFiles[] = {
${table}    {\"\", \"\"}};
const std::size_t kEmbeddedFileCount = ${number};

}  // namespace blip
")
file(COPY_FILE ${OUTPUT}.new ${OUTPUT} ONLY_IF_DIFFERENT)
file(REMOVE ${OUTPUT}.new)
