"""A `.keras` file whose kernels lie in the float16 file beside it, so that they ship once.

Nearly all of a network's bytes are kernels. The `.tflite` file of half precision holds each of them
already, multiplied by the scale of the batch norm behind it; this one holds the rest: the layers,
the batch norms, the biases in float32, and which tensor each kernel comes from. `load_model` puts
them together: kernels are as exact as half precision is (one part in 2,048), all else as trained.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.files import whole_file
from fer_keras.scratch_folder import scratch_folder

SHARED_KERNELS = "kernels.json"
"""Where the kernels are: the file's name and hash, and for each its place in both."""
WEIGHTS, CONFIG = "model.weights.h5", "config.json"
"""Keras's own members."""

SMALLEST_SCALE = 1e-4
"""Of a batch norm: what it multiplied by less can't be read back from half precision."""
TOLERANCE = 2**-10, 1e-7
"""Relative, of half precision's 11 bits; absolute, of its smallest numbers."""


def share_kernels(model: Path, float16: Path) -> list[str]:
    """Take out of a `.keras` file every kernel that can be read from a float16 file.

    Args:
        model: a `.keras` file, replaced whole or not; as it was where nothing is shared.
        float16: the `.tflite` that was exported from it in half precision, in the same folder.

    Returns:
        The layers whose kernels were taken out.
    """
    import h5py

    with zipfile.ZipFile(model) as archive:
        members = {one.filename: archive.read(one) for one in archive.infolist()}
    tensors = _half_tensors(float16.read_bytes())
    norms = _batch_norms(json.loads(members[CONFIG]))
    shared: dict[str, dict[str, Any]] = {}
    layers = []
    rest = io.BytesIO()
    with h5py.File(io.BytesIO(members[WEIGHTS]), "r") as full, h5py.File(rest, "w") as kept:
        groups = {group.attrs["name"]: group.name for group in _layers(full)}
        for name, place in groups.items():
            tensor = f"{name}/kernel"
            norm, epsilon = norms.get(name, (None, 0.0))
            source = {"tensor": tensor, "norm": groups.get(norm), "epsilon": epsilon}
            if tensor in tensors and _readable(full, f"{place}/0", tensors[tensor], source):
                shared[f"{place}/0"] = source
                layers.append(name)
        _copy_without(full, kept, set(shared))
    if not shared:
        return []
    members[WEIGHTS] = rest.getvalue()
    digest = hashlib.sha256(float16.read_bytes()).hexdigest()
    listing = {"file": float16.name, "sha256": digest, "kernels": shared}
    members[SHARED_KERNELS] = json.dumps(listing, indent=1).encode()
    with whole_file(model) as temporary:
        _write_zip(temporary, members)
    return layers


@contextmanager
def complete_file(path: Path) -> Iterator[Path]:
    """A copy of a `.keras` file that Keras can read, its kernels put in.

    Args:
        path: of a `.keras` file that has the member `SHARED_KERNELS`.

    Raises:
        InputError: if the file that its kernels lie in is not beside it, or another.
    """
    import h5py

    with zipfile.ZipFile(path) as archive:
        members = {one.filename: archive.read(one) for one in archive.infolist()}
    listing = json.loads(members.pop(SHARED_KERNELS))
    tensors = _half_tensors(_beside(path, listing))
    weights = io.BytesIO(members[WEIGHTS])
    with h5py.File(weights, "r+") as file:
        for place, source in listing["kernels"].items():
            file[place] = _kernel(file, tensors[source["tensor"]], source)
    members[WEIGHTS] = weights.getvalue()
    with scratch_folder() as folder:
        _write_zip(folder / path.name, members, zipfile.ZIP_STORED)
        yield folder / path.name


def _beside(path: Path, listing: dict[str, Any]) -> bytes:
    """The float16 file, if it is the one that the kernels were left out for."""
    name = str(listing["file"])
    other = path.with_name(Path(name).name)
    content = other.read_bytes() if other.is_file() else b""
    if hashlib.sha256(content).hexdigest() != listing["sha256"]:
        what = "is another file" if content else "is not there"
        raise InputError(
            f"{path}: its kernels lie in {other.name} beside it, which {what}; keep both together, "
            "as they were shipped"
        )
    return content


def _half_tensors(content: bytes) -> dict[str, NDArray[np.float16]]:
    """The constants of half precision in a `.tflite`, by name without the type behind it."""
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    found = {}
    for tensor in model.subgraphs[0].tensors:
        data = model.buffers[tensor.buffer].data
        if tensor.type == schema.TensorType.FLOAT16 and data is not None:
            values = np.asarray(data, np.uint8).view(np.float16).reshape(tensor.shape)
            found[tensor.name.decode().removesuffix("/float16")] = values
    return found


def _kernel(weights: Any, half: NDArray[np.float16], source: dict[str, Any]) -> NDArray[np.float32]:
    """The kernel as Keras has it: outputs last, and without the batch norm's scale."""
    kernel = np.moveaxis(half.astype(np.float32), 0, -1)
    if source["norm"] is None:
        return kernel
    return (kernel / _scale(weights, source)).astype(np.float32)


def _scale(weights: Any, source: dict[str, Any]) -> NDArray[np.float64]:
    """What a batch norm multiplies by: gamma, by the root of its variance."""
    gamma, _, _, variance = (np.asarray(weights[f"{source['norm']}/{n}"]) for n in range(4))
    return gamma.astype(np.float64) / np.sqrt(variance.astype(np.float64) + source["epsilon"])


def _readable(weights: Any, place: str, half: NDArray[np.float16], source: dict[str, Any]) -> bool:
    """Whether a kernel comes back from half precision as exactly as that is."""
    wanted = np.asarray(weights[place])
    if half.ndim != wanted.ndim or (half.shape[-1:] + half.shape[:1]) != wanted.shape[-2:]:
        return False
    scale: Any = 1.0 if source["norm"] is None else _scale(weights, source)
    if np.abs(scale).min() < SMALLEST_SCALE:
        return False
    found = _kernel(weights, half, source)
    relative, absolute = TOLERANCE
    return bool(np.allclose(found * scale, wanted * scale, rtol=relative, atol=absolute))


def _batch_norms(config: dict[str, Any]) -> dict[str, tuple[str, float]]:
    """For each layer before a batch norm that norm's name and epsilon."""
    found = {}
    for layer in config["config"].get("layers", []):
        if layer["class_name"] == "BatchNormalization":
            (node,) = layer["inbound_nodes"]
            before = node["args"][0]["config"]["keras_history"][0]
            found[before] = (layer["config"]["name"], layer["config"]["epsilon"])
    return found


def _layers(weights: Any) -> list[Any]:
    """The groups of the layers that have a kernel or the like."""
    layers = weights.get("layers", {})
    groups = [layers[name]["vars"] for name in layers if "vars" in layers[name]]
    return [group for group in groups if "0" in group]


def _copy_without(source: Any, target: Any, left_out: set[str]) -> None:
    """Copy a file of weights, but for some of its data sets."""
    import h5py

    target.attrs.update(source.attrs)
    for name, one in source.items():
        if isinstance(one, h5py.Group):
            _copy_without(one, target.create_group(name), left_out)
        elif one.name not in left_out:
            source.copy(one, target, name)


def _write_zip(
    path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED
) -> None:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            facts = zipfile.ZipInfo(name)
            archive.writestr(facts, content, compression)
