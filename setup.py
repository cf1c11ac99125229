"""The part of the build that pyproject.toml cannot say: a walk over bodies that is compiled where there is a C compiler.

Without one, the same walk in Python does the work, slower. Everything else stands in pyproject.toml.
"""

from setuptools import Extension, setup

setup(ext_modules=[Extension("newsingest._walk", ["src/newsingest/_walk.pyx"], optional=True)])
