"""What grey is, for every stage: readers, the graph of RGB models, the runtime."""

GREY_WEIGHTS = (0.299, 0.587, 0.114)
"""ITU-R BT.601: how much red, green and blue make of grey, as in JPEG, Pillow and OpenCV."""
