"""The commands, a module each: options, what is said, and the exit status; the work is done elsewhere.

``parse`` has four more modules, ``parse_run``, ``parse_usage``, ``parse_target`` and ``parse_check``. What several
commands share is in ``options`` and their ``values``, ``config`` (options kept in a file), ``output`` and ``exits``.

``newsingest --help`` imports all commands, so what takes long to import stands inside the functions that need it.
"""
