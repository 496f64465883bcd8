"""Spaces: isolation with no change to the application (CONTROL-API.md, Spaces)."""
