"""Room for what is written, of any size. The system is asked to give large amounts of it in large pages.

To hand out and clear a large page costs it a fifth of what as much memory in small pages does, and a body of some MB
is gone over so few times that this would be most of its price.
"""

from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF, Py_XDECREF
from libc.string cimport memcpy

cdef extern from *:
    """
    #ifdef __linux__
    #include <stdint.h>
    #include <sys/mman.h>
    #include <unistd.h>
    #endif
    /* Mere advice. The pages in which the room begins and ends are meant, too. */
    static void newsingest_in_large_pages(void *start, size_t size)
    {
    #ifdef MADV_HUGEPAGE
        const uintptr_t past = (uintptr_t)start % (uintptr_t)sysconf(_SC_PAGESIZE);
        (void)madvise((char *)start - past, size + past, MADV_HUGEPAGE);
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

cdef enum:
    LARGE = 1 << 22  # bytes; so much is copied here, as the system would let it grow in small pages


cdef void *_room(void *before, size_t kept, size_t size) except NULL:
    """Make room for ``size`` bytes, the first ``kept`` of them from before; a MemoryError leaves what was there."""
    cdef void *room = PyMem_Malloc(size) if size >= LARGE else PyMem_Realloc(before, size)
    if room == NULL:
        raise MemoryError
    if size >= LARGE:
        _in_large_pages(room, size)
        if kept:
            memcpy(room, before, kept)
        PyMem_Free(before)
    return room


cdef char *_room_in_bytes(PyObject **held, size_t kept, size_t size) except NULL:
    """Do the same in a ``bytes`` object that is held here and known to nobody else."""
    cdef PyObject *made
    if size < LARGE and held[0] != NULL:
        _resize_bytes(held, size)
    else:
        made = _new_bytes(NULL, size)
        if size >= LARGE:
            _in_large_pages(_chars_of(made), size)
        if kept:
            memcpy(_chars_of(made), _chars_of(held[0]), kept)
        Py_XDECREF(held[0])
        held[0] = made
    return _chars_of(held[0])


cdef bytes _taken(PyObject **held, size_t size):
    """Return the bytes that are held, as many as were written, and hold them no longer."""
    _resize_bytes(held, size)
    made = <bytes>held[0]
    held[0] = NULL
    Py_DECREF(made)
    return made
