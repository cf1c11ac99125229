"""Profiles: what is known of publishers' markup, as data."""
