"""Readers of data sets, one file for each layout in which they circulate."""
