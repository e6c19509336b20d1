# What comes from Debian, and the two targets that keep Boost's compile time in one place.

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(OpenSSL 3 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(libssh REQUIRED IMPORTED_TARGET libssh)
pkg_check_modules(libcrypt REQUIRED IMPORTED_TARGET libxcrypt)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)

# Asio and Beast are header libraries; compiled once here, every other unit only declares them.
add_library(boxgate_boost STATIC ${PROJECT_SOURCE_DIR}/server/cmake/boost_sources.cpp)
target_compile_definitions(boxgate_boost PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_DISABLE_BOOST_ARRAY BOOST_ASIO_DISABLE_BOOST_BIND)
target_link_libraries(boxgate_boost PUBLIC Boost::headers Boost::json Boost::url OpenSSL::SSL OpenSSL::Crypto
  Threads::Threads)

# One precompiled header, made once and shared by every room.
add_library(boxgate_pch STATIC ${PROJECT_SOURCE_DIR}/server/cmake/pch.cpp)
target_link_libraries(boxgate_pch PUBLIC boxgate_boost PRIVATE boxgate_flags)
target_precompile_headers(boxgate_pch PRIVATE ${PROJECT_SOURCE_DIR}/server/cmake/pch.hpp)
