"""Corpora of records made earlier: read, converted, compared, checked, counted."""
