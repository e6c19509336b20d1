#include "conf/runtime/heap.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

BOOST_AUTO_TEST_SUITE(heap)

// The sanitizers bring an allocator of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

BOOST_AUTO_TEST_CASE(large_buffers_are_mapped_whatever_was_freed_before) {
    boxgate::runtime::return_large_buffers();
    // Volatile: the compiler leaves out pairs of malloc and free that nobody can see.
    void* volatile buffer = std::malloc(4 * 1024 * 1024);
    std::free(buffer);  // glibc would learn from it
    const auto before = ::mallinfo2().hblks;
    buffer = std::malloc(512 * 1024);
    BOOST_TEST(::mallinfo2().hblks == before + 1);
    std::free(buffer);
    BOOST_TEST(::mallinfo2().hblks == before);
}

#else

BOOST_AUTO_TEST_CASE(large_buffers_are_the_sanitizer_s_affair) {
    BOOST_TEST(true);
}

#endif

BOOST_AUTO_TEST_SUITE_END()
