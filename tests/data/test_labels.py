from __future__ import annotations

import pytest

from fer_keras.data.labels import FER2013_LABELS, canonical_emotion, label_order


@pytest.mark.parametrize(
    ("spelling", "emotion"),
    [
        ("anger", "angry"),
        ("Disgusted", "disgust"),
        ("FEARFUL", "fear"),
        ("afraid", "fear"),
        ("joy", "happy"),
        ("happiness", "happy"),
        ("sadness", "sad"),
        ("surprised", "surprise"),
        ("Neutral", "neutral"),
        ("0_angry", "angry"),
        ("3 - Happy", "happy"),
    ],
)
def test_spellings_in_use(spelling: str, emotion: str) -> None:
    assert canonical_emotion(spelling) == emotion


def test_other_words_are_no_emotion() -> None:
    assert canonical_emotion("contempt") is None
    assert canonical_emotion("") is None


def test_emotions_in_any_spelling_get_the_order_of_fer2013() -> None:
    labels, index = label_order(["Surprised", "anger", "happiness"])
    assert labels == FER2013_LABELS
    assert index == {"Surprised": 5, "anger": 0, "happiness": 3}


def test_two_spellings_of_one_emotion_are_one_class() -> None:
    labels, index = label_order(["angry", "Anger", "sad"])
    assert labels == FER2013_LABELS
    assert index == {"angry": 0, "Anger": 0, "sad": 4}


def test_one_other_name_makes_them_all_names_of_their_own() -> None:
    labels, index = label_order(["sad", "contempt", "Anger"])
    assert labels == ("Anger", "contempt", "sad")
    assert index == {"Anger": 0, "contempt": 1, "sad": 2}
