# blip_add_library(NAME SOURCES a.cpp … [PUBLIC lib …] [PRIVATE lib …])
# A static library of one folder of the house. Headers are included from the repository's root: "core/text/tokenizer.h".
function(blip_add_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE blip_warnings ${ARG_PRIVATE})
endfunction()
