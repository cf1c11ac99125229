"""What pyproject.toml cannot say of the build: the walk over bodies is compiled where there is a C compiler.

Without one, the same walk in Python does the work, slower. Everything else stands in pyproject.toml.
"""

from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension(f"newsingest.{name}", [f"src/newsingest/{name}.pyx"], optional=True) for name in ("_walk", "_sieve")
    ]
)
