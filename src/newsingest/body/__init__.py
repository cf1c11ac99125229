"""The HTML of one post: from markup to lines, pictures and players, and what each of them is for.

Three functions do it, one after the other. Pure: no files, no network.

1. ``tree.read_body`` writes the markup out as XML. (``libxml2`` tells the compiled reader what libxml2 makes of a tag.)
2. ``flow.read_flow`` walks it (``walk``) into items: lines (``lines``, ``row_marks``, ``tables``), pictures and players
   (``media``). What an element means is decided by a ``stylesheet`` of ``selectors``; ``css`` compiles those that no
   digest has compiled.
3. ``roles.read_roles`` decides what each item is for. Credits at the edges of a line with breaks become lines of their
   own (``rows``). Fields, bylines and boilerplate are taken out (``sorting``), in doubt by what is around them
   (``related``, ``prose``, ``lookalikes``), then what stands below the text (``ends``; ``left_boxes``, for an editor).
   ``captions`` and ``headings`` are told from what is left, some by their likeness (``caption_likeness``, ``series``);
   whole ``sentences`` are no headings. The result is a ``reading``.

What a profile says of whole lines is asked of ``line_patterns``, compiled by ``patterns``. There are hundreds, so
``needs`` finds out what each needs of a line, ``sieve`` lets through the few that a line may fit, and ``looks`` tells
at a glance which lines need no second look; ``sifting`` chooses the compiled form of the latter two.
``automaton`` finds patterns in addresses for the compiled walk.
"""
