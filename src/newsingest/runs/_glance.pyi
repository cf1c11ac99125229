from collections.abc import Sequence

from newsingest.runs.glance import Glance

def glances(folder: int, names: Sequence[bytes]) -> list[Glance | None]: ...
