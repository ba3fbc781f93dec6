"""Questions asked with many runs or files: the paper, ablations, searches, latency."""
