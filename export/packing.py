"""From a converted graph to the file that ships: names of layers, metadata, label files behind."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from .label_files import label_files
from .metadata import Metadata, add_metadata
from .tensor_names import with_layer_names

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
