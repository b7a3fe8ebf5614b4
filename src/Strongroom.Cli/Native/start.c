// Before .NET starts: its types are unpacked into memory that takes three page faults then, not 1,300, and the threads of one
// command share one heap of malloc's instead of reserving 64 MiB each. Nothing depends on it: where the kernel has no huge
// pages, or gives none, only time is lost.
#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

// hydrated.ld puts .NET's unpacked types between them, each on a boundary of 2 MiB.
extern char hydrated_start[] __attribute__((visibility("hidden"))), hydrated_end[] __attribute__((visibility("hidden")));

// A descriptor that the caller closed would be the next file that is opened: a value would be printed into the audit's database.
static void fill_standard_streams(void)
{
    for (int stream = 0; stream <= 2; stream++)
        if (fcntl(stream, F_GETFD) == -1
            && open(stream == 0 ? "/dev/null" : "/dev/full", stream == 0 ? O_RDONLY : O_WRONLY) == -1)
            open("/dev/null", O_RDWR);
}

__attribute__((constructor)) static void start(void)
{
    fill_standard_streams();
#ifdef M_ARENA_MAX // musl has no arenas
    mallopt(M_ARENA_MAX, 1);
#endif
    madvise(hydrated_start, hydrated_end - hydrated_start, MADV_HUGEPAGE);
    madvise(hydrated_start, hydrated_end - hydrated_start, MADV_POPULATE_WRITE);
}
