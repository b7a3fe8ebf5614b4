// Before .NET starts: its types are unpacked into memory that takes three page faults then, not 1,300, and the threads of one
// command share one heap of malloc's instead of reserving 64 MiB each. Nothing depends on it: where the kernel knows no huge pages, or
// gives none, only time is lost.
#include <malloc.h>
#include <sys/mman.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

// hydrated.ld puts .NET's unpacked types between them, each on a boundary of 2 MiB.
extern char hydrated_start[] __attribute__((visibility("hidden"))), hydrated_end[] __attribute__((visibility("hidden")));

__attribute__((constructor)) static void start(void)
{
#ifdef M_ARENA_MAX // musl has no arenas
    mallopt(M_ARENA_MAX, 1);
#endif
    madvise(hydrated_start, hydrated_end - hydrated_start, MADV_HUGEPAGE);
    madvise(hydrated_start, hydrated_end - hydrated_start, MADV_POPULATE_WRITE);
}
