#pragma once
// The rooms' precompiled header and Boost.Test, for every test program.
#include "server/cmake/pch.hpp"

#include <boost/test/unit_test.hpp>
