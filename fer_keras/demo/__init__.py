"""Serves the page for a phone's browser (`mobile_demo/`, built into `site/`)."""
