"""Ways in which a file is damaged: random, but the same for a seed."""

from __future__ import annotations

import json
import random
from typing import Any

WORDS = (
    *(b"\0", b"\xff", b"-1", b"1e999", b"nan", b"\xc2\xb2", b"99999999999999999999", b'"', b","),
    *(b"\n", b"[" * 2000, b"{}", b"null", b"Training", b"emotion", b"\x7f\xff\xff\xff"),
)


def damage(content: bytes, chance: random.Random) -> bytes:
    """One to four damages: bits, a cut, a hole, a doubled part, a word that readers stumble on."""
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(content) + 1)
        # Headers stand at the start, lists of archives at the end.
        near = min(len(content), chance.choice((64, 512, len(content))))
        place = chance.choice((place, chance.randint(0, near), len(content) - near // 2))
        kind = chance.randrange(6)
        if kind == 0:
            content = content[:place] + bytes([chance.randrange(256)]) + content[place + 1 :]
        elif kind == 1:
            content = content[:place]
        elif kind == 2:
            content = content[:place] + content[place + chance.randrange(1, 200) :]
        elif kind == 3:
            content = content[:place] + content[place : place + 400] + content[place:]
        elif kind == 4:
            content = content[:place] + chance.choice(WORDS) + content[place:]
        else:
            word = chance.choice(WORDS)
            content = content[:place] + word + content[place + len(word) :]
    return content


VALUES = (
    *(None, True, False, 0, -1, 1.5, 10**30, "", "x", "\ud800", "1" * 5000, "²", "../..", "\0"),
    *([], {}, [[[]]], {"a": {"b": None}}, ["x", 1], "1e999", "-1e999", "NaN"),
)
"""What no reader expects; the last ones are written as numbers."""


def damage_json(content: bytes, chance: random.Random) -> bytes:
    """Damage as of any file, or a value that another takes the place of, or that is missing."""
    if chance.random() < 0.4 or content.startswith(b"[["):
        return damage(content, chance)
    root = {"": json.loads(content)}
    for _ in range(chance.randint(1, 3)):
        holder, key = chance.choice(_places(root))
        if chance.random() < 0.25 and holder is not root:
            del holder[key]
        else:
            holder[key] = chance.choice(VALUES)
    text = json.dumps(root[""])
    for number in ("1e999", "-1e999", "NaN"):
        text = text.replace(f'"{number}"', number)
    return text.encode()


def damage_onnx(content: bytes, chance: random.Random) -> bytes:
    """Damage as of any file, or a graph whose parts are not what they should be."""
    if chance.random() < 0.4:
        return damage(content, chance)
    import onnx

    model = onnx.load_from_string(content)
    for _ in range(chance.randint(1, 3)):
        _damage_graph(model.graph, chance)
    return bytes(model.SerializeToString())


NUMBERS = (0, -1, 1, 2, 7, 4096, 2**31 - 1, -(2**31), 2**40, -(2**63))
OPERATORS = ("Add", "Conv", "Gemm", "Expand", "Tile", "Identity", "TopK", "Gather", "Loop", "x")


def _damage_graph(graph: Any, chance: random.Random) -> None:
    nodes, constants = graph.node, graph.initializer
    kind = chance.randrange(8)
    node = chance.choice(nodes) if nodes else graph.node.add()
    tensor = chance.choice(constants) if constants else graph.initializer.add()
    names = [name for one in nodes for name in (*one.input, *one.output)] or [""]
    if kind == 0:
        node.op_type = chance.choice((*OPERATORS, *(one.op_type for one in nodes)))
    elif kind == 1 and node.input:
        node.input[chance.randrange(len(node.input))] = chance.choice((*names, "", "none"))
    elif kind == 2 and node.output:
        node.output[0] = chance.choice((*names, ""))
    elif kind == 3:
        nodes.remove(node)
    elif kind == 4 and node.attribute:
        one = chance.choice(node.attribute)
        one.i = chance.choice(NUMBERS)
        one.ints[:] = [chance.choice(NUMBERS) for _ in one.ints] + [1] * chance.randrange(2)
    elif kind == 5:
        tensor.dims[:] = [chance.choice((*NUMBERS, *tensor.dims)) for _ in tensor.dims]
    elif kind == 6:
        tensor.data_type = chance.randrange(25)
    else:
        values = chance.choice((graph.input, graph.output))
        for size in values[0].type.tensor_type.shape.dim[1:] if values else ():
            size.dim_value = chance.choice((*NUMBERS, size.dim_value))


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every holder and key below a value."""
    if not isinstance(value, dict | list):
        return []
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    below = [place for key in keys for place in _places(value[key])]
    return [*((value, key) for key in keys), *below]
