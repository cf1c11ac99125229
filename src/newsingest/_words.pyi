from newsingest import line_patterns

class WordFinder(line_patterns.WordFinder):
    def __init__(self, known: dict[str, int], always: int) -> None: ...
