"""From a converted graph to the file that ships: names of layers, metadata, label files behind."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from fer_keras.data.labels import EMOTIONS
from fer_keras.models.model_file import LABELS_MEMBER

from .metadata import Metadata, add_metadata
from .tensor_names import with_layer_names

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


_NO_DATE = (1980, 1, 1, 0, 0, 0)
"""The same model exports to the same bytes on every day."""


def packed(content: bytes, metadata: Metadata, labels: Sequence[str], *, channels: int) -> bytes:
    """The file of a model.

    Args:
        content: its flatbuffer.
        metadata: what it says about itself.
        labels: in the order of its outputs.
        channels: of its pictures: 1 or 3.

    Returns:
        The flatbuffer with metadata, and behind it a zip archive of the label files, which TFLite
        calls associated files. They are stored uncompressed, as its readers demand.
    """
    files = label_files(labels)
    locales = {name: locale for name, (locale, _) in files.items()}
    buffer = io.BytesIO(
        add_metadata(with_layer_names(content), metadata, locales, channels=channels)
    )
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_STORED) as archive:
        for name, (_, text) in files.items():
            archive.writestr(zipfile.ZipInfo(name, _NO_DATE), text)
    return buffer.getvalue()
