"""From a detected face to what the classifier saw in training, and to what it says."""
