"""Benchmarks of newsingest: a generated corpus, comparisons in one run, cost against size. See docs/benchmarks.md."""
