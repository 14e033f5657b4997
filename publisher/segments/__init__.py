"""Segments: a condition on the readers of a list, as people write it: ``language is fi and tags has press``."""
