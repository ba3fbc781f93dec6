"""Judge the shipped models by one label a face and by what most of ten people said: figures.csv."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

import fer_keras as fk

MODELS = ("mobile-s", "mobile-s-plus", "mobile-m", "mobile-m-plus")


def main(data: str, ferplus: str) -> None:
    """Each model alone: those of FER+ know an emotion more than the others."""
    kinds = {
        "one label": fk.open_data(data),
        "most of ten people": fk.open_data(data, labels="ferplus", ferplus=Path(ferplus)),
    }
    lines = []
    for name in MODELS:
        for kind, faces in kinds.items():
            found = fk.evaluate(name, faces).iloc[0]
            lines.append(
                {
                    "model": name,
                    "judged by": kind,
                    "faces": int(found["faces"]),
                    "accuracy": round(float(found["accuracy"]), 4),
                }
            )
    table = pd.DataFrame(lines)
    table.to_csv(Path(__file__).with_name("figures.csv"), index=False)
    print(table)


if __name__ == "__main__":
    main(*sys.argv[1:])
