"""The commands, a module each: options, what is said, and the exit status; the work is done elsewhere.

``newsingest --help`` imports all of them, so what takes long to import stands inside the functions that need it.
"""
