# How this project compiles: warnings, sanitizers, ccache, and boxgate_library(), by which each room declares itself.

add_library(boxgate_flags INTERFACE)
target_compile_options(boxgate_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${BOXGATE_WERROR}>:-Werror>)
target_include_directories(boxgate_flags INTERFACE ${PROJECT_SOURCE_DIR})

if(BOXGATE_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(BOXGATE_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -Wno-tsan)
  add_link_options(-fsanitize=thread)
elseif(BOXGATE_SANITIZE STREQUAL "fuzzer")
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(BOXGATE_SANITIZE)
  message(FATAL_ERROR "BOXGATE_SANITIZE is '${BOXGATE_SANITIZE}'; it may be empty, address, thread or fuzzer")
endif()

# Of code that it has inlined (Boost's coroutine frames, std::string) g++ 12 reports at -O2 what is not so, here one day and
# there the next. The sanitizer builds watch for the real thing.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-maybe-uninitialized -Wno-mismatched-new-delete -Wno-array-bounds -Wno-stringop-overflow
    -Wno-stringop-overread -Wno-restrict)
endif()

# Presets that are built whole compile several files as one unit: the templates of Boost.Asio are worked out once for all of
# them, in a third of the time. `dev` compiles each by itself: quicker after a change, and it shows a missing #include.
# An anonymous namespace is then in an included file, which is no fault.
if(CMAKE_UNITY_BUILD)
  add_compile_options(-Wno-subobject-linkage)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # With precompiled headers ccache needs to be told what it may ignore, and g++ to keep the PCH in its preprocessed text.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  endif()
endif()

# boxgate_library(name SOURCES file... LINKS target...): one room. LINKS are the rooms and libraries its headers use.
function(boxgate_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ${ARG_LINKS} boxgate_boost PRIVATE boxgate_flags ${ARG_PRIVATE_LINKS})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_precompile_headers(${name} REUSE_FROM boxgate_pch)
endfunction()
