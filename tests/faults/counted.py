"""What was tried, a row for each command and fault, for `results/faults/`."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

FAULTS = {
    "test_a_disk_that_fills_leaves_whole_files_and_one_line": "disk that fills",
    "test_what_was_there_before_is_not_lost_on_a_full_disk": "full disk, files of before on it",
    "test_a_protected_disk_is_one_line_and_stays_as_it_is": "protected disk",
    "test_a_training_on_a_full_disk_goes_on_where_there_is_room_again": "disk that fills",
    "test_killed_over_what_an_earlier_call_has_written": "kill, files of before in the folder",
    "test_killed_at_every_moment": "kill before every change",
    "test_killed_while_it_writes_what_took_it_long": "kill before some changes",
    "test_a_killed_training_goes_on": "kill before some changes",
}
"""What each test does to a command."""


class Counted:
    """The row of one test in FER_KERAS_FAULTS_TABLE; without that nothing is written.

    Args:
        test: whose row it is: the command is its parameter.
    """

    def __init__(self, test: pytest.Function) -> None:
        table = os.environ.get("FER_KERAS_FAULTS_TABLE")
        self._table = Path(table) if table else None
        command = test.callspec.params["name"] if hasattr(test, "callspec") else "train"
        self._row = [str(command), FAULTS[test.originalname or test.name]]

    def is_there(self) -> bool:
        """Whether another call has tried it: a run that was cut off goes on."""
        if self._table is None or not self._table.is_file():
            return False
        with self._table.open(newline="", encoding="utf-8") as file:
            return any(row[:2] == self._row for row in csv.reader(file))

    def check(self, tried: int, lost: list[str]) -> None:
        """Write the row, and fail if anything was lost.

        Args:
            tried: disks, or kills.
            lost: files that were cut off, changed or gone, and temporary ones that stayed.
        """
        assert tried
        assert not lost
        if self._table is not None:
            commit = os.environ["FER_KERAS_FAULTS_COMMIT"]
            with self._table.open("a", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow([*self._row, tried, len(lost), commit])
