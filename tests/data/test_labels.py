from __future__ import annotations

import pytest

from fer_keras.data.labels import EMOTIONS, canonical_emotion, label_order, match_labels


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
        ("Contempt", "contempt"),
    ],
)
def test_spellings_in_use(spelling: str, emotion: str) -> None:
    assert canonical_emotion(spelling) == emotion


def test_other_words_are_no_emotion() -> None:
    assert canonical_emotion("tired") is None
    assert canonical_emotion("") is None


def test_emotions_in_any_spelling_get_the_order_of_fer2013_and_no_more_classes() -> None:
    labels, index = label_order(["Surprised", "anger", "happiness"])
    assert labels == ("angry", "happy", "surprise")
    assert index == {"Surprised": 2, "anger": 0, "happiness": 1}
    assert label_order(reversed(EMOTIONS))[0] == EMOTIONS


def test_two_spellings_of_one_class_are_one() -> None:
    labels, index = label_order(["angry", "Anger", "sad"])
    assert labels == ("angry", "sad")
    assert index == {"angry": 0, "Anger": 0, "sad": 1}
    labels, index = label_order(["Cat", "cat", "Caf\u00e9", "cafe\u0301"])
    assert labels == ("Café", "Cat")
    assert index == {"Cat": 1, "cat": 1, "Caf\u00e9": 0, "cafe\u0301": 0}


def test_one_other_name_makes_them_all_names_of_their_own() -> None:
    labels, index = label_order(["sad", "tired", "Anger"])
    assert labels == ("Anger", "sad", "tired")
    assert index == {"Anger": 0, "sad": 1, "tired": 2}


def test_labels_match_by_what_they_mean() -> None:
    matched = match_labels(["Happiness", "contempt", "ANGER", "Cat"], ["angry", "happy", "cat"])
    assert matched == {"Happiness": "happy", "contempt": None, "ANGER": "angry", "Cat": "cat"}
