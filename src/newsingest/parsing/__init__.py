"""The bytes of one post to its record: pure, without files, clock or network."""
