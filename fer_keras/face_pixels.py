"""What the pixels of a face are, for every stage: readers, models, exported graphs."""

FACE_SIZE = 48
"""Height and width of a face in pixels, as in FER2013."""

GREY_WEIGHTS = (0.299, 0.587, 0.114)
"""ITU-R BT.601: how much red, green and blue make of grey, as in JPEG, Pillow and OpenCV."""
