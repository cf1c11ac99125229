# cython: language_level=3
"""Large pages for Python's objects, in a process that is the program's own.

Python keeps its objects in arenas of a MiB. A post of some MB takes so many that handing them out and clearing them in
small pages costs more than reading the post.
"""

cdef extern from *:
    """
    #include <sys/mman.h>
    #ifdef MADV_HUGEPAGE
    #define NEWSINGEST_LARGE_PAGES 1
    #else
    #define NEWSINGEST_LARGE_PAGES 0
    #define MADV_HUGEPAGE 0
    #endif
    """
    int PROT_READ, PROT_WRITE, MAP_PRIVATE, MAP_ANONYMOUS
    void *MAP_FAILED
    void *mmap(void *start, size_t size, int protection, int flags, int file, long offset) noexcept
    int munmap(void *start, size_t size) noexcept
    int madvise(void *start, size_t size, int advice) noexcept
    int MADV_HUGEPAGE
    bint HAS_LARGE_PAGES "NEWSINGEST_LARGE_PAGES"

cdef extern from "Python.h":
    ctypedef struct PyObjectArenaAllocator:
        void *ctx
        void *(*alloc)(void *ctx, size_t size) noexcept
        void (*free)(void *ctx, void *start, size_t size) noexcept
    void PyObject_GetArenaAllocator(PyObjectArenaAllocator *allocator) noexcept
    void PyObject_SetArenaAllocator(PyObjectArenaAllocator *allocator) noexcept

cdef enum:
    LARGE_PAGE = 1 << 21
    MAPPED = 1 << 24  # at a time; what is not used of it takes no memory

cdef PyObjectArenaAllocator _before
cdef char *_at = NULL  # what is mapped already
cdef size_t _left = 0


cdef void *_make(void *ctx, size_t size) noexcept:
    """Make an arena. It is taken back as any other: what is mapped may be given back in parts."""
    global _at, _left
    if size > MAPPED or (_left < size and not _map()):
        return _before.alloc(ctx, size)
    _at += size
    _left -= size
    return _at - size


cdef bint _map() noexcept:
    """Map memory where large pages begin and end; what is left of before stays unused."""
    global _at, _left
    cdef size_t above
    cdef char *start = <char *>mmap(
        NULL, MAPPED + LARGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0
    )
    if start == <char *>MAP_FAILED:
        return False
    above = LARGE_PAGE - <size_t>start % LARGE_PAGE
    munmap(start, above)
    if above < LARGE_PAGE:
        munmap(start + above + MAPPED, LARGE_PAGE - above)
    madvise(start + above, MAPPED, MADV_HUGEPAGE)
    _at, _left = start + above, MAPPED
    return True


def use_large_pages():
    """Make arenas in large pages from now on, where the system has any."""
    cdef PyObjectArenaAllocator ours
    global _before
    if HAS_LARGE_PAGES and _before.alloc == NULL:
        PyObject_GetArenaAllocator(&_before)
        ours.ctx = _before.ctx
        ours.alloc = _make
        ours.free = _before.free
        PyObject_SetArenaAllocator(&ours)
