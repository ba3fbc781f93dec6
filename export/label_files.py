"""The label files inside a `.tflite`: `labels.txt`, and emotions in other languages."""

from __future__ import annotations

from collections.abc import Sequence

from fer_keras.data.labels import EMOTIONS
from fer_keras.models.keras_file import LABELS_MEMBER

TRANSLATIONS = {
    "de": (
        *("wütend", "angeekelt", "ängstlich", "fröhlich"),
        *("traurig", "überrascht", "neutral", "verächtlich"),
    ),
    "es": ("enfado", "asco", "miedo", "alegría", "tristeza", "sorpresa", "neutral", "desprecio"),
    "fr": ("colère", "dégoût", "peur", "joie", "tristesse", "surprise", "neutre", "mépris"),
    "zh": ("愤怒", "厌恶", "恐惧", "高兴", "悲伤", "惊讶", "中性", "轻蔑"),
}
"""In the order of `EMOTIONS`."""


def label_files(labels: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The label files for a model.

    Args:
        labels: the model's, in the order of its outputs.

    Returns:
        For each file name its locale ("" for `labels.txt`) and its text, a label a line. Labels
        other than `EMOTIONS` stay untranslated.
    """
    files = {LABELS_MEMBER: ("", _lines(labels))}
    if set(labels) <= set(EMOTIONS):
        order = [EMOTIONS.index(label) for label in labels]
        for locale, words in TRANSLATIONS.items():
            files[f"labels-{locale}.txt"] = (locale, _lines([words[index] for index in order]))
    return files


def _lines(labels: Sequence[str]) -> str:
    return "".join(f"{label}\n" for label in labels)
