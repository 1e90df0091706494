# blip_add_test(NAME SOURCES a_test.cpp … LIBS lib … [ENVIRONMENT VAR=VALUE …] [TIMEOUT seconds] [OWN_PCH])
# GoogleTest's headers are precompiled once, by the first such program; OWN_PCH: the program has another precompiled header.
# One GoogleTest program for one folder of tests. Its tests become single CTest tests; a suite whose name ends in "Golden" carries the
# label golden, one whose name ends in "Slow" the label slow.
function(blip_add_test name)
  cmake_parse_arguments(ARG "OWN_PCH" "TIMEOUT" "SOURCES;LIBS;ENVIRONMENT" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${name} PRIVATE BLIP_SOURCE_DIR="${PROJECT_SOURCE_DIR}" BLIP_BUILD_DIR="${PROJECT_BINARY_DIR}")
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} blip_warnings GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  if(NOT ARG_OWN_PCH)
    get_property(first GLOBAL PROPERTY BLIP_TEST_PCH)
    if(first)
      target_precompile_headers(${name} REUSE_FROM ${first})
    else()
      target_precompile_headers(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/gtest_pch.h)
      set_property(GLOBAL PROPERTY BLIP_TEST_PCH ${name})
    endif()
  endif()
  # GStreamer's flags hold -pthread; all have it, so that all can share the precompiled header.
  target_compile_options(${name} PRIVATE -pthread)
  # Optimising GoogleTest's templates takes long and gains nothing.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O0>)
  set(common TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 120 DISCOVERY_MODE PRE_TEST)
  set(environment OMP_WAIT_POLICY=PASSIVE ${ARG_ENVIRONMENT})
  if(BLIP_SANITIZE)
    # G_SLICE: memory that GLib recycles itself hides what the sanitizers look for.
    list(APPEND environment G_SLICE=always-malloc
                            ASAN_OPTIONS=fast_unwind_on_malloc=0
                            LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/lsan.supp:print_suppressions=0
                            TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/tsan.supp:ignore_noninstrumented_modules=1)
  endif()
  # CTest's property ENVIRONMENT loses all but the first of a list on its way through gtest_discover_tests.
  set_target_properties(${name} PROPERTIES CROSSCOMPILING_EMULATOR "env;${environment}")
  foreach(kind IN ITEMS plain golden slow)
    if(kind STREQUAL plain)
      set(filter "-*Golden.*:*Slow.*")
    elseif(kind STREQUAL golden)
      set(filter "*Golden.*")
    else()
      set(filter "*Slow.*")
    endif()
    set(disabled FALSE)
    if(kind STREQUAL slow AND NOT BLIP_SLOW_TESTS)
      set(disabled TRUE)
    endif()
    gtest_discover_tests(${name} ${common} TEST_FILTER ${filter} TEST_LIST ${name}_${kind}
                         PROPERTIES LABELS ${kind} DISABLED ${disabled} TIMEOUT ${ARG_TIMEOUT})
  endforeach()
endfunction()
