"""The operators that classifiers of pictures are made of, and how many tensors each reads.

All of them write one. What is not here (control flow, custom operators, several outputs) is refused
in a file from elsewhere: LiteRT's kernels don't check all of their operands.
"""

from __future__ import annotations

from ai_edge_litert import schema_py_generated as schema

_NAMES = {
    (1, 1): (
        *("ABS", "AVERAGE_POOL_2D", "CAST", "DEQUANTIZE", "ELU", "EXP", "GELU", "HARD_SWISH"),
        *("L2_NORMALIZATION", "LEAKY_RELU", "LOG", "LOGISTIC", "MAX_POOL_2D", "NEG", "QUANTIZE"),
        *("RELU", "RELU6", "RELU_N1_TO_1", "RSQRT", "SHAPE", "SOFTMAX", "SQRT", "SQUARE"),
        *("SQUEEZE", "TANH"),
    ),
    (1, 2): ("RESHAPE",),
    (2, 2): (
        *("ADD", "BATCH_MATMUL", "DIV", "EXPAND_DIMS", "MAXIMUM", "MEAN", "MINIMUM", "MIRROR_PAD"),
        *("MUL", "PAD", "POW", "PRELU", "REDUCE_MAX", "RESIZE_BILINEAR"),
        *("RESIZE_NEAREST_NEIGHBOR", "SQUARED_DIFFERENCE", "SUB", "SUM", "TRANSPOSE"),
    ),
    (2, 3): ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"),
    (3, 3): ("PADV2", "SLICE"),
    (4, 4): ("STRIDED_SLICE",),
    (1, 64): ("CONCATENATION", "PACK"),
}

READS: dict[int, tuple[int, int]] = {
    getattr(schema.BuiltinOperator, name): counts
    for counts, names in _NAMES.items()
    for name in names
}
"""By operator the smallest and the largest number of tensors that it reads."""
