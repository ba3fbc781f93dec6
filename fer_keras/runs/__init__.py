"""A training as a folder: started, resumed, judged, described."""
