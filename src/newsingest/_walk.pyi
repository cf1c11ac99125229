from newsingest import lines
from newsingest.flow import Reader

class LineBuilder(lines.LineBuilder):
    def __init__(self, xml: str) -> None: ...

def walk(reader: Reader, xml: str) -> None: ...
