"""Emotions over time: capture, tracking, decisions over frames, and what is shown and written."""
