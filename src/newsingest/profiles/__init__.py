"""Profiles: what is known of publishers' markup, as data.

``choice.profile_set`` is the entry: of the built-in profiles and the user's, the one that a post is read with.
``profile`` has the types of a profile's file and the compiled profile. ``file`` reads such a file, and ``rules`` looks
for faults in it; ``store`` finds the user's. A ``digest`` spares each run the reading of the built-in ones.
"""
