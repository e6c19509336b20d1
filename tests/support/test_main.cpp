#define BOOST_TEST_MODULE boxgate
#include <boost/test/unit_test.hpp>
