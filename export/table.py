"""The table that follows an export."""

from __future__ import annotations

from typing import Any

from fer_keras.tables import TextTable

COLUMNS = (
    "KB",
    "accuracy %",
    "drop (95 %)",
    "p",
    "agrees %",
    "worst class",
    "max Δp",
    "computes in",
)


def export_table(report: dict[str, Any]) -> TextTable:
    """Parity of each file, from what `export_model` returned."""
    data = report["data"]
    return TextTable(
        ["file", *COLUMNS],
        [_row(file) for file in report["files"]],
        title=(
            f"{report['model']}: {100 * data['keras_accuracy']:.2f} % in Keras on "
            f"{data['faces']:,} {data['split']} faces; files on {report['kernels']}"
        ),
    )


def _row(file: dict[str, Any]) -> list[str]:
    parity = file["parity"]
    if parity is None:  # Core ML
        said = ["structure only: it runs on Apple's systems", *[""] * (len(COLUMNS) - 2)]
        return [file["file"], f"{file['bytes'] / 1000:,.0f}", *said]
    low, high = (100 * end for end in parity["drop_interval"])
    return [
        file["file"],
        f"{file['bytes'] / 1000:,.0f}",
        f"{100 * parity['accuracy']:.2f}",
        f"{100 * parity['drop']:.2f} ({low:.2f} to {high:.2f})",
        f"{parity['mcnemar_p']:.2f}",
        f"{100 * parity['agreement']:.2f}",
        f"{parity['worst_class']} {100 * parity['worst_class_drop']:.1f}",
        f"{parity['largest_difference']:.1e}",
        _arithmetic(file),
    ]


def _arithmetic(file: dict[str, Any]) -> str:
    if file["format"] == "onnx-int8":
        return "integers"
    if file["format"] == "onnx" or (file["float_operators"] and not file["int8_weights"]):
        return "float"
    return "integers, sums in float" if file["float_operators"] else "integers"
