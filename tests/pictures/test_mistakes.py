from __future__ import annotations

import numpy as np

from fer_keras.pictures.mistakes import draw_faces, mistake_captions, most_confident_mistakes

PROBABILITIES = np.array([[0.6, 0.4], [0.9, 0.1], [0.2, 0.8], [0.3, 0.7]])
LABELS = np.array([1, 0, 0, 0])


def test_the_surest_mistake_comes_first_and_what_is_right_is_left_out() -> None:
    assert most_confident_mistakes(PROBABILITIES, LABELS).tolist() == [2, 3, 0]
    assert most_confident_mistakes(PROBABILITIES, LABELS, top=1).tolist() == [2]
    assert not len(most_confident_mistakes(PROBABILITIES[1:2], LABELS[1:2]))


def test_captions_say_what_it_is_and_what_it_was_named() -> None:
    captions = mistake_captions(PROBABILITIES[2:], LABELS[2:], ("happy", "sad"))
    assert captions == ["happy\n→ sad 80%", "happy\n→ sad 70%"]


def test_faces_stand_in_lines_of_eight() -> None:
    images = np.arange(10, dtype=np.uint8)[:, None, None, None].repeat(48, 1).repeat(48, 2)
    figure = draw_faces(images, [str(number) for number in range(10)])
    assert [axes.images[0].get_array()[0, 0] for axes in figure.axes] == list(range(10))
    tops = [axes.get_position().y1 for axes in figure.axes]
    assert len(set(np.round(tops, 6))) == 2
    assert min(axes.get_position().y0 for axes in figure.axes) >= -1e-9
