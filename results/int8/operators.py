"""Where an int8 file's time goes: the file cut after each operator, all cuts timed in turn.

    python results/int8/operators.py [NAME...]       NAME: of a shipped model

An operator's time is that of the cut after it less that of the cut before it: the lowest tenth of
`ROUNDS` rounds each, since other work on the machine only ever adds. LiteRT has no profiler for
Python. Operators are summed by what they are. Writes operators.csv, beside this.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ai_edge_litert.interpreter import Interpreter

from fer_keras.export.flatbuffer import operator_name, pack, unpack
from fer_keras.models import find_model

ROUNDS = 300


def cut_after(content: bytes, last: int) -> bytes:
    """The file's first operators; what they leave unread is its output."""
    model = unpack(content)
    graph = model.subgraphs[0]
    graph.operators = graph.operators[:last]
    made = {int(index) for operator in graph.operators for index in operator.outputs}
    read = {int(index) for operator in graph.operators for index in operator.inputs}
    graph.outputs = np.array(sorted(made - read), np.int32)
    model.signatureDefs = None
    return pack(model)


def milliseconds(contents: list[bytes]) -> list[float]:
    """Of one inference of each file."""
    interpreters = []
    for content in contents:
        interpreter = Interpreter(model_content=content, num_threads=1)
        interpreter.allocate_tensors()
        taken = interpreter.get_input_details()[0]
        pixels = np.random.default_rng(0).integers(0, 256, taken["shape"])
        interpreter.set_tensor(taken["index"], pixels.astype(taken["dtype"]))
        interpreter.invoke()
        interpreters.append(interpreter)
    times, order = np.empty((ROUNDS, len(interpreters))), np.random.default_rng(1)
    for times_of_round in times:
        for index in order.permutation(len(interpreters)):
            start = time.perf_counter()
            interpreters[index].invoke()
            times_of_round[index] = 1000 * (time.perf_counter() - start)
    return [float(value) for value in np.quantile(times, 0.1, axis=0)]


def kind(model: Any, operator: Any) -> tuple[str, int]:
    """What an operator is, and its multiply-accumulates."""
    graph, name = model.subgraphs[0], operator_name(model.operatorCodes[operator.opcodeIndex])
    if name != "CONV_2D":
        return {"ADD": "sums"}.get(name, "bytes in and out, mean, last layer"), 0
    shape = graph.tensors[operator.inputs[1]].shape
    _, height, width, _ = graph.tensors[operator.outputs[0]].shape
    products = int(np.prod(shape)) * int(height) * int(width)
    if shape[3] == 1:
        return "first convolution", products
    return f"{shape[1]}x{shape[2]} convolutions at {height}x{width}", products


def main() -> None:
    """Measure and write."""
    rows = []
    for name in sys.argv[1:] or ["mobile-s", "mobile-m"]:
        content = find_model(f"{name}-int8").read_bytes()
        model = unpack(content)
        operators = model.subgraphs[0].operators
        cuts = milliseconds([cut_after(content, last + 1) for last in range(len(operators))])
        found: dict[str, list[float]] = {}
        for operator, own in zip(operators, np.diff([0.0, *cuts]), strict=True):
            what, products = kind(model, operator)
            sums = found.setdefault(what, [0.0, 0.0])
            sums[0] += own
            sums[1] += products
        total = sum(products for _, products in found.values())
        for what, (own, products) in found.items():
            rows.append(
                {
                    "model": name,
                    "operators": what,
                    "time": f"{own / cuts[-1]:.1%}",
                    "of all multiply-accumulates": f"{products / total:.1%}",
                    "billions of them a second": f"{products / own / 1e6:.0f}" if products else "",
                }
            )
    table = pd.DataFrame(rows)
    table.to_csv(Path(__file__).with_name("operators.csv"), index=False)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
