"""Small `.onnx` classifiers of faces, and hostile ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

PLACES = 12 * 12 * 2


def model(nodes: Iterable[Any], constants: dict[str, Any], labels: str = "") -> Any:
    """A graph from `faces` (n, 48, 48, 1) to `named` (n, 7)."""
    from onnx import TensorProto, helper, numpy_helper

    def value(name: str, *shape: Any) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *shape])

    given = [numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items()]
    graph = helper.make_graph(nodes, "g", [value("faces", 48, 48, 1)], [value("named", 7)], given)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    made.ir_version = 8
    made.metadata_props.add(key="labels", value=labels or "\n".join("abcdefg"))
    return made


def constants() -> dict[str, Any]:
    chance = np.random.default_rng(0)
    return {
        "filter": chance.normal(0, 0.1, (2, 1, 3, 3)).astype(np.float32),
        "flat": np.array([-1, PLACES]),
        "weights": chance.normal(0, 0.001, (PLACES, 7)).astype(np.float32),
    }


def nodes(first: str = "faces") -> list[Any]:
    """A small CNN's, as exported ones have them."""
    from onnx import helper

    node = helper.make_node
    return [
        node("Transpose", [first], ["rows"], perm=[0, 3, 1, 2]),
        node("Conv", ["rows", "filter"], ["maps"], strides=[2, 2], pads=[1, 1, 1, 1]),
        node("Relu", ["maps"], ["lit"]),
        node("MaxPool", ["lit"], ["small"], kernel_shape=[2, 2], strides=[2, 2]),
        node("Reshape", ["small", "flat"], ["row"]),
        node("MatMul", ["row", "weights"], ["logits"]),
        node("Softmax", ["logits"], ["named"], axis=1),
    ]


def good() -> Any:
    return model(nodes(), constants())


def endless() -> Any:
    """A loop whose condition stays true."""
    from onnx import TensorProto, helper

    value = helper.make_tensor_value_info
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["on"])],
        "body",
        [value("turn", TensorProto.INT64, []), value("go", TensorProto.BOOL, [])],
        [value("on", TensorProto.BOOL, [])],
    )
    loop = helper.make_node("Loop", ["", "true"], [], body=body)
    return model([loop, *nodes()], {**constants(), "true": np.array(True)})


def outside() -> Any:
    """Weights that are said to lie in a file of the system."""
    made = good()
    tensor = made.graph.initializer[2]
    tensor.ClearField("raw_data")
    tensor.data_location = 1
    tensor.external_data.add(key="location", value="../../../../etc/passwd")
    return made


def enormous() -> Any:
    """400 GB of zeros, added to the faces."""
    from onnx import helper

    node = helper.make_node
    before = [
        node("ConstantOfShape", ["size"], ["zeros"]),
        node("ReduceSum", ["zeros"], ["sum"], keepdims=0),
        node("Add", ["faces", "sum"], ["same"]),
    ]
    return model([*before, *nodes("same")], {**constants(), "size": np.array([10**5, 10**6])})


def fails_on_some() -> Any:
    """Fails on faces that are not black: their sum becomes a size."""
    from onnx import TensorProto, helper

    node = helper.make_node
    before = [
        node("ReduceSum", ["faces"], ["sum"], keepdims=0),
        node("Cast", ["sum"], ["whole"], to=TensorProto.INT64),
        node("Add", ["whole", "places"], ["size"]),
        node("Concat", ["minus", "size"], ["shape"], axis=0),
        node("Reshape", ["faces", "shape"], ["turned"]),
        node("Reshape", ["turned", "picture"], ["same"]),
    ]
    more = {"places": np.array([48 * 48]), "minus": np.array([-1])}
    picture = {"picture": np.array([-1, 48, 48, 1])}
    return model([*before, *nodes("same")], {**constants(), **more, **picture})


def other_shape() -> Any:
    """Answers once, however many faces there are."""
    from onnx import helper

    last = helper.make_node("ReduceMax", ["logits"], ["most"], axes=[0], keepdims=1)
    softmax = helper.make_node("Softmax", ["most"], ["named"], axis=1)
    return model([*nodes()[:-1], last, softmax], constants())


def with_functions() -> Any:
    """An operator that the file itself defines."""
    from onnx import helper

    made = good()
    same = helper.make_node("Identity", ["a"], ["b"])
    opset = helper.make_opsetid("", 17)
    made.functions.append(helper.make_function("own", "own", ["a"], ["b"], [same], [opset]))
    return made


HOSTILE: dict[str, tuple[Callable[[], Any], str]] = {
    "endless": (endless, "holds a 'Loop' with a graph of its own, which need not end"),
    "outside": (outside, "its weights lie in another file"),
    "functions": (with_functions, "holds functions of its own \\('own'\\)"),
    "enormous": (enormous, "takes more than 8 GB of memory"),
    "fails": (fails_on_some, "ONNX Runtime can't run it \\("),
    "shape": (other_shape, "gives \\[1, 7\\] for 3 faces instead of \\[3, 7\\]"),
}
"""By name: how it is made, and what is said of it."""
