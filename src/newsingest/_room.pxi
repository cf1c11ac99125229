"""Room for what is written, of any size. The system is asked to give much of it in large pages.

It clears and hands out one large page for a fifth of what as much in small ones costs, and a body of some MB is gone
over so few times that this would be most of its price.
"""

from cpython.mem cimport PyMem_Realloc
from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF

cdef extern from *:
    """
    #ifdef __linux__
    #include <stdint.h>
    #include <sys/mman.h>
    #endif
    /* Advice: where it is not taken, nothing is different. Only pages that hold nothing else are meant. */
    static void newsingest_in_large_pages(void *start, size_t size)
    {
    #ifdef MADV_HUGEPAGE
        const uintptr_t page = (uintptr_t)1 << 21;
        const uintptr_t first = ((uintptr_t)start + page - 1) & ~(page - 1);
        const uintptr_t last = ((uintptr_t)start + size) & ~(page - 1);
        if (size >= 2 * page && first < last) (void)madvise((void *)first, last - first, MADV_HUGEPAGE);
    #else
        (void)start, (void)size;
    #endif
    }
    """
    void _in_large_pages "newsingest_in_large_pages" (void *start, size_t size) noexcept

cdef extern from "Python.h":
    PyObject *_new_bytes "PyBytes_FromStringAndSize" (const char *chars, Py_ssize_t size) except NULL
    int _resize_bytes "_PyBytes_Resize" (PyObject **held, Py_ssize_t size) except -1
    char *_chars_of "PyBytes_AS_STRING" (PyObject *held) noexcept


cdef void *_room(void *before, size_t size) except NULL:
    """Make room, or more of it; what was there before stays as it is if there is none."""
    cdef void *room = PyMem_Realloc(before, size)
    if room == NULL:
        raise MemoryError
    _in_large_pages(room, size)
    return room


cdef char *_room_in_bytes(PyObject **held, Py_ssize_t size) except NULL:
    """Make bytes to be written to, or give those that are held another size; none are held if there is no room."""
    if held[0] == NULL:
        held[0] = _new_bytes(NULL, size)
    else:
        _resize_bytes(held, size)
    _in_large_pages(_chars_of(held[0]), size)
    return _chars_of(held[0])


cdef bytes _taken(PyObject **held, Py_ssize_t size):
    """Return the bytes that are held, as many as were written, and hold them no longer."""
    _resize_bytes(held, size)
    made = <bytes>held[0]
    held[0] = NULL
    Py_DECREF(made)
    return made
