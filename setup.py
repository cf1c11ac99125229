"""What pyproject.toml cannot say of the build: the hot spots are compiled where there is a C compiler.

Without one, the same in Python does the work, slower. Everything else stands in pyproject.toml.
"""

from setuptools import Extension, setup

_FOLDER = "src/newsingest"
_ROOM = "_room.pxi"
_WALK = "text automaton lines memory pictures tags measures reader".split()
_PARTS = {
    "_json": [_ROOM, "_structs.pxi"],
    "body/_markup": [_ROOM, "body/_copy.pxi", "body/_attributes.pxi"],
    "body/_sieve": ["_structs.pxi", "body/_looks.pxi", "body/_table.pxi", "body/_phrases.pxi"],
    "body/_walk": [_ROOM, *(f"body/_{part}.pxi" for part in _WALK)],
    "parsing/_header": [],
    "parsing/_numbering": ["_structs.pxi"],
    "runs/_arenas": [],
    "runs/_glance": [],
}

setup(
    ext_modules=[
        Extension(
            f"newsingest.{name.replace('/', '.')}",
            [f"{_FOLDER}/{name}.pyx"],
            depends=[f"{_FOLDER}/{part}" for part in parts],
            optional=True,
        )
        for name, parts in _PARTS.items()
    ],
    options={"build_ext": {"parallel": True}},  # as many as there are cores
)
