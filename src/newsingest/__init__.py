"""Turns folders of scraped news posts into a clean corpus."""

__version__ = "0.1.0"
