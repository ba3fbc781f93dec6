"""Runs a `.tflite` file over faces, on whichever processor this Python is for.

    python classify.py MODEL FACES.npy OUTPUTS.npy KERNELS

FACES is uint8 (n, 48, 48, 1); OUTPUTS is what the file gives, (n, classes), unchanged. KERNELS is
`xnnpack` (LiteRT's default), `builtin` or `reference`. Prints the processor and LiteRT's version as
JSON. Needs NumPy and ai-edge-litert alone, which is all that the emulated machine has.
"""

from __future__ import annotations

import json
import platform
import sys
from importlib.metadata import version

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

RESOLVERS = {
    "xnnpack": OpResolverType.AUTO,
    "builtin": OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    "reference": OpResolverType.BUILTIN_REF,
}


def main(model: str, faces: str, outputs: str, kernels: str) -> None:
    """Classify one face at a time, as a phone does."""
    interpreter = Interpreter(
        model_path=model, num_threads=1, experimental_op_resolver_type=RESOLVERS[kernels]
    )
    interpreter.allocate_tensors()
    entry, exit_ = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    given = []
    for face in np.load(faces):
        interpreter.set_tensor(entry["index"], face[np.newaxis].astype(entry["dtype"]))
        interpreter.invoke()
        given.append(interpreter.get_tensor(exit_["index"])[0])
    np.save(outputs, np.stack(given))
    print(json.dumps({"processor": platform.machine(), "litert": version("ai-edge-litert")}))


if __name__ == "__main__":
    main(*sys.argv[1:])
