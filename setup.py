"""What pyproject.toml cannot say of the build: the hot spots are compiled where there is a C compiler.

Without one, the same in Python does the work, slower. Everything else stands in pyproject.toml.
"""

from setuptools import Extension, setup

_FOLDER = "src/newsingest"
_PARTS = {
    "_markup": (),
    "_json": ("_structs.pxi",),
    "_header": (),
    "_numbering": ("_structs.pxi",),
    "_walk": (
        "_text.pxi",
        "_machine.pxi",
        "_lines.pxi",
        "_memory.pxi",
        "_pictures.pxi",
        "_tags.pxi",
        "_measures.pxi",
        "_reader.pxi",
    ),
    "_sieve": ("_looks.pxi", "_table.pxi"),
}

setup(
    ext_modules=[
        Extension(
            f"newsingest.{name}",
            [f"{_FOLDER}/{name}.pyx"],
            depends=[f"{_FOLDER}/{part}" for part in parts],
            optional=True,
        )
        for name, parts in _PARTS.items()
    ]
)
