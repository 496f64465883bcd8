"""Verdicts on what was stored: expectations judged, near misses explained, coverage counted. Values in, values out."""
