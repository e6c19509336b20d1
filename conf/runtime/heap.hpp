#pragma once

#include <malloc.h>

namespace boxgate::runtime {

/// Memory of large buffers goes back to the system as soon as they are freed. glibc would otherwise learn from the
/// first ones that are freed to keep their like in its heap, where small objects that live on hold hundreds of KiB for
/// each session that has moved a file. To be called once, before there are threads.
inline void return_large_buffers() {
    constexpr int from = 128 * 1024;  // glibc's own first value; that it is set is what keeps it
    ::mallopt(M_MMAP_THRESHOLD, from);
}

}  // namespace boxgate::runtime
