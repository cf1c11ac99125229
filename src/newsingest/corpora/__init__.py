"""Corpora of records made earlier: converted, compared, checked, counted."""
