"""`fer-keras data`: look at a data set before trusting figures made with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fer_keras.cli import data_options
from fer_keras.cli.command import Command
from fer_keras.cli.option_names import Commands
from fer_keras.files import write_text

if TYPE_CHECKING:
    from fer_keras.data.audit import Audit

app = typer.Typer(cls=Commands, help="Inspect and audit data sets.", no_args_is_help=True)

LISTING = ".audit.json"
"""Which files of an audit's folder are ours."""

Source = Annotated[
    str, typer.Argument(help="'synthetic', or the file or folder of a data set, packed or not.")
]


@app.command(cls=Command)
def inspect(
    path: Source,
    labels: data_options.Labels = data_options.DEFAULT_LABELS,
    ferplus: data_options.FerPlus = None,
    ferplus_mode: data_options.FerPlusMode = data_options.DEFAULT_FERPLUS_MODE,
    sizes: data_options.Sizes = None,
    class_order: data_options.ClassOrder = None,
    out: Annotated[Path, typer.Option(help="Folder for the sheets.")] = Path("runs/inspect"),
) -> None:
    """Count the faces of each class and split; draw a contact sheet for each class.

    Example: `fer-keras data inspect fer2013.csv.gz --out sheets`
    """
    from fer_keras.cli.printing import print_table, printer
    from fer_keras.data.inspect import class_table, draw_contact_sheets

    say, _ = printer()
    data = data_options.open_faces(path, labels, ferplus, ferplus_mode, sizes, say, class_order)
    print_table(class_table(data))
    sheets = draw_contact_sheets(data, out)
    say(f"fingerprint {data.fingerprint}")
    say(f"drawn: {len(sheets)} contact sheets in {out}")


@app.command(cls=Command)
def audit(
    path: Source,
    ferplus: data_options.FerPlus = None,
    sizes: data_options.Sizes = None,
    class_order: data_options.ClassOrder = None,
    out: Annotated[Path, typer.Option(help="Folder for the list and picture.")] = Path(
        "runs/audit"
    ),
) -> None:
    """Find exact and near copies within and across splits, contradicting labels, blank pictures.

    With FER+ also what its annotators took for no face. Leaves `findings.csv`, with a row for each
    pair or face, and, where there are findings, `audit.png` with examples.

    Example: `fer-keras data audit fer2013.csv.gz --ferplus fer2013new.csv`
    """
    from rich.progress import Progress

    from fer_keras.cli.printing import print_table, printer
    from fer_keras.data.audit import audit as run_audit
    from fer_keras.data.audit import audit_table, draw_audit
    from fer_keras.data.ferplus import not_faces
    from fer_keras.picture_file import write_picture
    from fer_keras.replaced_outputs import replacing

    say, console = printer()
    data = data_options.open_faces(path, sizes=sizes, report=say, class_order=class_order)
    no_face = None if ferplus is None else not_faces(data, ferplus)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("comparing faces", total=1.0)
        found = run_audit(data, no_face, lambda share: bar.update(task, completed=share))
    print_table(audit_table(found, data.source))
    picture = out / "audit.png"
    with replacing(out, ["findings.csv", *([picture.name] * bool(len(found.findings)))], LISTING):
        _write_findings(found, out / "findings.csv")
        if len(found.findings):
            write_picture(draw_audit(found, data), picture)
    say(f"{len(found.findings):,} findings in {out / 'findings.csv'}")
    if len(found.findings):
        say(f"drawn: {picture}")


def _write_findings(found: Audit, path: Path) -> None:
    """Without the columns that count faces through all splits: they mean nothing to a reader."""
    write_text(path, found.findings.drop(columns=["face", "of_face"]).to_csv(index=False))
