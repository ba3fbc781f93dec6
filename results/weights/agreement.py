"""How often students name faces as their teacher does, on faces that both learned from and others.

python results/weights/agreement.py DATA TEACHER STUDENT...      run folders; writes agreement.csv
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from fer_keras.data.source import open_data
from fer_keras.models import Classifier

HERE = Path(__file__).parent


def main(data: str, teacher: Path, students: list[Path]) -> None:
    """Write agreement.csv: a line for each student and split."""
    faces = open_data(data)
    lines = []
    for name in ("train", "validation"):
        split = faces.split(name)
        answers = {
            run.name: Classifier(run).probabilities(split.images, faces.labels).argmax(1)
            for run in (teacher, *students)
        }
        for student in students:
            found = answers[student.name]
            lines.append(
                {
                    "student": student.name,
                    "split": name,
                    "agreement": (found == answers[teacher.name]).mean(),
                    "accuracy": (found == split.labels).mean(),
                    "teacher's accuracy": (answers[teacher.name] == split.labels).mean(),
                }
            )
    pd.DataFrame(lines).round(4).to_csv(HERE / "agreement.csv", index=False)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), [Path(run) for run in sys.argv[3:]])
