"""The bytes of one post to its record: pure, without files, clock or network.

``parser`` is the entry. A post goes through

1. ``decode``: bytes to text; ``decode_guess`` has a try at what is neither UTF-8 nor marked.
2. ``front_matter``: header and body apart, the header read by ``header_plain`` if it is as plain as most are, with
   ``header_mend`` for single values that are no YAML. Otherwise a ``post_handler`` asks ``header_yaml``, and
   ``header_repair`` where the header as a whole is none.
3. the package ``body``.
4. ``assemble``: the record; ``numbering`` hangs everything on the paragraphs, ``titles`` restores a damaged title.

``parse_options`` is what a user may say about all this, ``stepwise`` how many posts take each step together.
"""
