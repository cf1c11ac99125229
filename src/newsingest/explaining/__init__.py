"""Why a record is as it is, for people: on a terminal and as a page.

``explain.explain`` is the entry: it takes a post apart, names the rule that decided of each piece (``origins``) and the
line it stands on (``places``). ``view`` and ``page`` show that, with the same ``wording``.

``profile_check`` counts how often each rule of a profile fires.
"""
