"""How large a face is, for every stage: readers, models, the runtime."""

FACE_SIZE = 48
"""Height and width of a face in pixels, as in FER2013."""
