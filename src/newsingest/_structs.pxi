"""The fields of structs, read where they stand in memory, for a fifth of what getting an attribute costs."""

from cpython.object cimport PyObject
from types import MemberDescriptorType

cdef extern from "structmember.h":
    int T_OBJECT_EX
    ctypedef struct PyMemberDef:
        int type
        Py_ssize_t offset
    ctypedef struct PyMemberDescrObject:
        PyMemberDef *d_member


cdef class _Field:
    """A field of a type of struct."""

    cdef str name
    cdef bytes key  # the same in JSON
    cdef object kind
    cdef Py_ssize_t offset

    def __cinit__(self, object kind, str name not None):
        cdef PyMemberDef *place
        member = getattr(kind, name)
        self.name = name
        self.key = f'"{name}"'.encode()
        if type(member) is MemberDescriptorType:
            place = (<PyMemberDescrObject *>member).d_member
            if place.type == T_OBJECT_EX:  # else its values are got as any attribute
                self.kind = kind
                self.offset = place.offset

    cdef inline object of(self, object struct):
        """Return the value that the field has in a struct, or in whatever has an attribute of its name."""
        cdef PyObject *value = NULL
        if type(struct) is self.kind:
            value = (<PyObject **>(<char *><void *>struct + self.offset))[0]
        return <object>value if value != NULL else getattr(struct, self.name)
