"""Pages for people: what a run learned, in pictures and tables."""
