"""`fer-keras data`: look at a data set before trusting figures made with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fer_keras.cli import data_options
from fer_keras.cli.option_names import Commands

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console
    from rich.table import Table

    from fer_keras.data.audit import Audit

app = typer.Typer(cls=Commands, help="Inspect and audit data sets.", no_args_is_help=True)

Source = Annotated[
    str, typer.Argument(help="FER2013 (csv, packed or not), an image folder, or 'synthetic'.")
]


@app.command()
def inspect(
    path: Source,
    labels: data_options.Labels = data_options.DEFAULT_LABELS,
    ferplus: data_options.FerPlus = None,
    ferplus_mode: data_options.FerPlusMode = data_options.DEFAULT_FERPLUS_MODE,
    sizes: data_options.Sizes = None,
    out: Annotated[Path, typer.Option(help="Folder for the sheets.")] = Path("runs/inspect"),
) -> None:
    """Count the faces of each class and split; draw a contact sheet for each class.

    Example: `fer-keras data inspect fer2013.csv.gz --out sheets`
    """
    from rich.console import Console

    from fer_keras.data.inspect import class_counts, draw_contact_sheets

    console = Console()
    data = data_options.open_faces(path, labels, ferplus, ferplus_mode, sizes, _say(console))
    console.print(_class_table(class_counts(data), data.source))
    sheets = draw_contact_sheets(data, out)
    _say(console)(f"fingerprint {data.fingerprint}")
    _say(console)(f"drawn: {len(sheets)} contact sheets in {out}")


@app.command()
def audit(
    path: Source,
    ferplus: data_options.FerPlus = None,
    sizes: data_options.Sizes = None,
    out: Annotated[Path, typer.Option(help="Folder for the list and picture.")] = Path(
        "runs/audit"
    ),
) -> None:
    """Find exact and near copies within and across splits, contradicting labels, blank pictures.

    With FER+ also what its annotators took for no face. Leaves `findings.csv`, with a row for each
    pair or face, and, where there are findings, `audit.png` with examples.

    Example: `fer-keras data audit fer2013.csv.gz --ferplus fer2013new.csv`
    """
    from rich.console import Console
    from rich.progress import Progress

    from fer_keras.data.audit import audit as run_audit
    from fer_keras.data.audit_picture import draw_audit
    from fer_keras.data.contact_sheet import save_sheet
    from fer_keras.data.ferplus import not_faces

    console = Console()
    data = data_options.open_faces(path, sizes=sizes, report=_say(console))
    no_face = None if ferplus is None else not_faces(data, ferplus)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("comparing faces", total=1.0)
        found = run_audit(data, no_face, lambda share: bar.update(task, completed=share))
    console.print(_audit_table(found, data.source))
    _write_findings(found, out / "findings.csv")
    _say(console)(f"{len(found.findings):,} findings in {out / 'findings.csv'}")
    if len(found.findings):
        save_sheet(draw_audit(found, data), out / "audit.png")
        _say(console)(f"drawn: {out / 'audit.png'}")


def _say(console: Console) -> Callable[[str], None]:
    return lambda line: console.print(line, highlight=False, markup=False, soft_wrap=True)


def _class_table(counts: pd.DataFrame, title: str) -> Table:
    from rich.table import Table

    table = Table(title=title)
    table.add_column("class")
    for name in counts:
        table.add_column(str(name), justify="right")
    total = counts.sum()
    for label, row in counts.iterrows():
        table.add_row(
            str(label), *(f"{row[name]:,}  {_share(row[name], total[name])}" for name in counts)
        )
    table.add_section()
    table.add_row("all", *(f"{total[name]:,}  {'':>6}" for name in counts))
    return table


def _audit_table(found: Audit, title: str) -> Table:
    from rich.table import Table

    table = Table(title=title)
    table.add_column("faces that")
    for name, faces in found.faces.items():
        table.add_column(f"{name} ({faces:,})", justify="right")
    for question, row in found.counts.iterrows():
        table.add_row(
            str(question),
            *(f"{row[name]:,}  {_share(row[name], faces)}" for name, faces in found.faces.items()),
        )
    return table


def _share(count: int, total: int) -> str:
    return f"{count / max(total, 1):6.1%}"


def _write_findings(found: Audit, path: Path) -> None:
    """Without the columns that count faces through all splits: they mean nothing to a reader."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".partial-{path.name}")
    found.findings.drop(columns=["face", "of_face"]).to_csv(temporary, index=False)
    temporary.replace(path)
