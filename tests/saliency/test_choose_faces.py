from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_keras.data.face_data import Split
from fer_keras.errors import InputError
from fer_keras.saliency.explain import choose_at_random, find_rows, label_number


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans())), st.integers(1, 9), st.integers(0, 99))
def test_a_choice_keeps_to_the_rules_and_to_its_seed(
    faces: list[tuple[int, bool]], n: int, seed: int
) -> None:
    labels = np.array([label for label, _ in faces], dtype=np.int64)
    among = np.array([allowed for _, allowed in faces], dtype=bool)
    chosen = choose_at_random(among, labels, 1, n, seed)
    fitting = [i for i, face in enumerate(faces) if face == (1, True)]
    assert set(chosen.tolist()) <= set(fitting)
    assert len(set(chosen.tolist())) == len(chosen) == min(n, len(fitting))
    np.testing.assert_array_equal(chosen, choose_at_random(among, labels, 1, n, seed))


def test_another_seed_chooses_others() -> None:
    labels, among = np.zeros(1000, np.int64), np.ones(1000, bool)
    assert set(choose_at_random(among, labels, 0, 8, 0)) != set(
        choose_at_random(among, labels, 0, 8, 1)
    )


def test_rows_are_those_of_the_source() -> None:
    split = Split(np.zeros((3, 48, 48, 1), np.uint8), np.zeros(3, np.int64), np.array([28, 30, 31]))
    assert find_rows(split, [31, 28], "validation").tolist() == [2, 0]
    with pytest.raises(InputError, match=r"row 29 is not in the validation split.*28 to 31"):
        find_rows(split, [28, 29], "validation")


def test_labels_are_found_in_other_spellings() -> None:
    labels = ("angry", "happy", "bored")
    assert label_number("happiness", labels) == 1
    assert label_number("bored", labels) == 2
    with pytest.raises(InputError, match="the data has angry, happy, bored"):
        label_number("sad", labels)
