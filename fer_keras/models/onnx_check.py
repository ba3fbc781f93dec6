"""An `.onnx` file read without being run: its labels, and what its graph must not hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fer_keras.errors import InputError

LABELS = "labels"
"""Key of the labels among the file's metadata: one a line, in the order of its outputs."""


def read_onnx_labels(path: Path) -> tuple[str, ...]:
    """The labels in an `.onnx` file.

    Raises:
        InputError: if it is damaged, or holds none.
    """
    said = {entry.key: entry.value for entry in read_onnx(path).metadata_props}
    text = said.get(LABELS, "")
    labels = tuple(line for line in text.splitlines() if line)
    if not labels:
        raise InputError(
            f"{path}: its metadata has no {LABELS}; only models made by fer-keras say what their "
            "outputs mean"
        )
    return labels


def read_onnx(path: Path) -> Any:
    """The `onnx.ModelProto` in a file, checked; no other file is opened, nothing is run.

    Loops and branches are refused, for a loop need not end, and so are weights in other files: a
    classifier of faces needs neither.

    Args:
        path: of an `.onnx` file.

    Raises:
        InputError: if the `onnx` package is missing, the file is damaged, or it holds either.
    """
    try:
        import onnx
    except ImportError as error:
        raise missing_extra(path) from error
    try:
        # The format is named: otherwise the last letters of the name choose among readers of text.
        model = onnx.load(str(path), format="protobuf", load_external_data=False)
    except Exception as error:  # protobuf's, and the system's
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: not a readable ONNX model ({reason[:200]})") from error
    problem = _problem(model)
    if problem:
        raise InputError(f"{path}: {problem}; name a file that fer-keras exported")
    return model


def missing_extra(path: Path) -> InputError:
    """What to say where the `[onnx]` extra is not installed."""
    return InputError(f'{path}: needs ONNX Runtime; install it with pip install "fer-keras[onnx]"')


def _problem(model: Any) -> str | None:
    graph = model.graph
    if model.functions:
        return f"holds functions of its own ({model.functions[0].name[:50]!r})"
    for node in graph.node:
        if any(one.HasField("g") or len(one.graphs) for one in node.attribute):
            return f"holds a {node.op_type[:50]!r} with a graph of its own, which need not end"
    if any(tensor.data_location or len(tensor.external_data) for tensor in _tensors(graph)):
        return "its weights lie in another file"
    return None


def _tensors(graph: Any) -> Iterator[Any]:
    yield from graph.initializer
    sparse = [*graph.sparse_initializer]
    for node in graph.node:
        for one in node.attribute:
            yield one.t
            yield from one.tensors
            sparse += [one.sparse_tensor, *one.sparse_tensors]
    for tensor in sparse:
        yield tensor.values
        yield tensor.indices
