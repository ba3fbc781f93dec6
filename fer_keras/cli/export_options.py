"""The options by which `export` chooses what it writes."""

from __future__ import annotations

from typing import Annotated

import typer

Formats = Annotated[
    str, typer.Option(help="Some of float32,float16,dynamic,int8,onnx,onnx-int8,coreml.")
]
MaxDrop = Annotated[
    float | None,
    typer.Option(help="Reject files (exit 1) that may lose more points (95 %).", min=0),
]
Ranges = Annotated[
    str,
    typer.Option(
        help="int8's: each-face, measured while it runs; or fixed, for integers from end to end: "
        "minmax; percentile, without the oddest 1 % of faces; or fitted: that, logits cut."
    ),
]
