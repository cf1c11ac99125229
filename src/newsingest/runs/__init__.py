"""Runs: folders walked, posts read by workers, records written, and what is remembered of it."""
