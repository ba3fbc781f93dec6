"""TFLite metadata: what clients such as MediaPipe read to feed a model and name its outputs.

The format is a flatbuffer of its own inside the model's (TensorFlow Lite's metadata_schema.fbs).
Only the fields that we set are written; each is at the position that it has in that schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import flatbuffers
from ai_edge_litert import schema_py_generated as schema

import fer_keras
from fer_keras.errors import InputError
from fer_keras.files import is_unicode

from .flatbuffer import pack, unpack

IDENTIFIER = b"M001"
ENTRY = "TFLITE_METADATA"
PARSER_VERSION = "1.3.0"
"""The oldest reader that knows all fields used here."""

_TENSOR_AXIS_LABELS = 2
_RGB, _GREYSCALE = 1, 2
_FEATURE_PROPERTIES, _IMAGE_PROPERTIES = 1, 2
_NORMALIZATION_OPTIONS = 1


@dataclass(frozen=True)
class Metadata:
    """What a file says about itself, in words; viewers of TFLite files and MediaPipe show it.

    Attributes:
        name: of the model; where it is empty, the start of the files' names.
        description: one paragraph.
        version: of the package that made it.
        author: of the model.
        licence: of the model's weights.
    """

    name: str = ""
    description: str = (
        "Names the emotion that a face shows. Input: one upright face, filling the picture, 48x48 "
        "pixels with values 0 to 255. Output: a probability for each label. What a face shows is "
        "not what a person feels."
    )
    version: str = fer_keras.__version__
    author: str = "fer-keras"
    licence: str = "Apache-2.0"

    def __post_init__(self) -> None:
        """Refuse what no file can hold."""
        for field, text in asdict(self).items():
            if not is_unicode(text):
                raise InputError(f"{field} {text}: holds bytes that are no letters", field)


def add_metadata(
    content: bytes, metadata: Metadata, label_locales: Mapping[str, str], *, channels: int
) -> bytes:
    """Put metadata into a model.

    Args:
        content: the model's flatbuffer.
        metadata: what it says about itself.
        label_locales: the names of its label files, and the locale of each.
        channels: of its pictures: 1 or 3.

    Returns:
        The new flatbuffer. The label files themselves are not in it.
    """
    model = unpack(content)
    model.description = metadata.description
    buffer = schema.BufferT()
    buffer.data = list(model_metadata(metadata, label_locales, channels=channels))
    model.buffers.append(buffer)
    entry = schema.MetadataT()
    entry.name = ENTRY
    entry.buffer = len(model.buffers) - 1
    model.metadata = [*(model.metadata or []), entry]
    return pack(model)


def model_metadata(metadata: Metadata, label_locales: Mapping[str, str], *, channels: int) -> bytes:
    """The metadata alone. Arguments as for `add_metadata`."""
    b = flatbuffers.Builder(1024)
    subgraph = _table(
        b,
        {
            2: _offsets(b, [_input(b, channels)]),
            3: _offsets(b, [_output(b, label_locales)]),
        },
    )
    table = _table(
        b,
        {
            0: b.CreateString(metadata.name),
            1: b.CreateString(metadata.description),
            2: b.CreateString(metadata.version),
            3: _offsets(b, [subgraph]),
            4: b.CreateString(metadata.author),
            5: b.CreateString(metadata.licence),
            7: b.CreateString(PARSER_VERSION),
        },
    )
    b.Finish(table, file_identifier=IDENTIFIER)
    return bytes(b.Output())


def _input(b: flatbuffers.Builder, channels: int) -> int:
    b.StartObject(2)
    b.PrependUint32Slot(0, 48, 0)
    b.PrependUint32Slot(1, 48, 0)
    size = b.EndObject()
    b.StartObject(2)
    b.PrependInt8Slot(0, _RGB if channels == 3 else _GREYSCALE, 0)
    b.PrependUOffsetTRelativeSlot(1, size, 0)
    image = b.EndObject()
    # Raw pixels: the model scales them itself.
    normalization = _table(b, {0: _floats(b, [0.0]), 1: _floats(b, [1.0])})
    unit = _union(b, _NORMALIZATION_OPTIONS, normalization)
    return _table(
        b,
        {
            0: b.CreateString("image"),
            1: b.CreateString("One face, 48x48 pixels, 0 to 255."),
            3: _union(b, _IMAGE_PROPERTIES, image),
            4: _offsets(b, [unit]),
            5: _table(b, {0: _floats(b, [255.0]), 1: _floats(b, [0.0])}),
        },
    )


def _output(b: flatbuffers.Builder, label_locales: Mapping[str, str]) -> int:
    files = []
    for name, locale in label_locales.items():
        strings = {0: b.CreateString(name), 1: b.CreateString("Names of the classes.")}
        if locale:
            strings[3] = b.CreateString(locale)
        b.StartObject(5)
        for slot, offset in strings.items():
            b.PrependUOffsetTRelativeSlot(slot, offset, 0)
        b.PrependInt8Slot(2, _TENSOR_AXIS_LABELS, 0)
        files.append(b.EndObject())
    return _table(
        b,
        {
            0: b.CreateString("probability"),
            1: b.CreateString("The probability of each class, 0 to 1."),
            3: _union(b, _FEATURE_PROPERTIES, _table(b, {})),
            5: _table(b, {0: _floats(b, [1.0]), 1: _floats(b, [0.0])}),
            6: _offsets(b, files),
        },
    )


def _union(b: flatbuffers.Builder, kind: int, value: int) -> int:
    b.StartObject(3)
    b.PrependUint8Slot(0, kind, 0)
    b.PrependUOffsetTRelativeSlot(1, value, 0)
    return int(b.EndObject())


def _table(b: flatbuffers.Builder, offsets: Mapping[int, int]) -> int:
    b.StartObject(8)
    for slot, offset in offsets.items():
        b.PrependUOffsetTRelativeSlot(slot, offset, 0)
    return int(b.EndObject())


def _offsets(b: flatbuffers.Builder, offsets: list[int]) -> int:
    b.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        b.PrependUOffsetTRelative(offset)
    return int(b.EndVector())


def _floats(b: flatbuffers.Builder, values: list[float]) -> int:
    b.StartVector(4, len(values), 4)
    for value in reversed(values):
        b.PrependFloat32(value)
    return int(b.EndVector())
