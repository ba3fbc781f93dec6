from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fer_keras
from fer_keras.data.face_data import FaceData, fingerprint
from fer_keras.errors import InputError
from fer_keras.models import Classifier, find_model, model_file
from fer_keras.models.keras_file import load_model
from fer_keras.runs.run_folder import RunFolder
from fer_keras.shipping.class_scaling import ClassScaling, read_logits
from fer_keras.shipping.figures import chain, judge
from fer_keras.shipping.ship import _publish, _recipe, card, check_same_parts, ship
from fer_keras.training.recipe import Recipe


@pytest.fixture(scope="module")
def weights(
    trained_run: Path, drawn_faces: FaceData, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    ship(RunFolder(trained_run), "tiny-1", drawn_faces, folder)
    return folder


@pytest.fixture
def installed(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the weights where the package looks for them."""
    folder = tmp_path / "weights"
    shutil.copytree(weights, folder)
    monkeypatch.setattr(model_file, "PACKAGE_WEIGHTS", folder)
    return folder


def figures(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "tiny-1.json").read_text())  # type: ignore[no-any-return]


def test_all_files_are_there_and_nothing_else(weights: Path) -> None:
    assert sorted(file.name for file in weights.iterdir()) == [
        "hashes.json",
        "tiny-1-float16.tflite",
        "tiny-1-int8-rgb.tflite",
        "tiny-1-int8.tflite",
        "tiny-1.json",
        "tiny-1.keras",
        "tiny-1.md",
    ]


def test_hashes_and_sizes_are_the_files(weights: Path) -> None:
    hashes = json.loads((weights / "hashes.json").read_text())
    for name, entry in figures(weights)["files"].items():
        content = (weights / name).read_bytes()
        assert entry["bytes"] == len(content)
        assert entry["sha256"] == hashes[name] == hashlib.sha256(content).hexdigest()
    assert len(hashes) == 4


@pytest.mark.parametrize("part", ["validation", "test"])
def test_the_card_says_what_the_files_do(weights: Path, drawn_faces: FaceData, part: str) -> None:
    values = figures(weights)
    text = (weights / "tiny-1.md").read_text()
    assert text == card(values)
    split = drawn_faces.split(part)
    assert values["splits"][part]["faces"] == len(split)
    for name in ("tiny-1.keras", "tiny-1-int8.tflite"):
        named = Classifier(weights / name).probabilities(split.images).argmax(1)
        accuracy = float((named == split.labels).mean())
        found = values["files"][name]["splits"][part]["accuracy"]["value"]
        assert found == pytest.approx(accuracy)
        assert f"{100 * accuracy:.2f} %" in text


@pytest.mark.parametrize("part", ["validation", "test"])
def test_the_card_says_how_right_the_surest_answers_are(
    weights: Path, drawn_faces: FaceData, part: str
) -> None:
    values, split = figures(weights), drawn_faces.split(part)
    name = "tiny-1-int8.tflite"
    answers = Classifier(weights / name).probabilities(split.images)
    order = sorted(range(len(split)), key=lambda face: -answers[face].max())
    taken = order[: -(-len(split) * 4 // 5)]
    right = float((answers[taken].argmax(1) == split.labels[taken]).mean())
    assert values["files"][name]["splits"][part]["surest"]["value"] == pytest.approx(right)
    lines = (weights / "tiny-1.md").read_text().splitlines()
    (place,) = {
        line.split("|").index(" of the surest 80 % ")
        for line in lines
        if line.startswith("| file | size")
    }
    cells = [line.split("|")[place] for line in lines if line.startswith(f"| `{name}` | ")]
    assert f" {100 * right:.2f} % " in cells


def test_the_card_leads_with_the_test_split(weights: Path) -> None:
    text = (weights / "tiny-1.md").read_text()
    assert 0 < text.index("PrivateTest") < text.index("PublicTest")
    assert "Nothing was chosen by it" in text
    assert "The epoch and the calibration were chosen by it" in text


def two_part_run(trained_run: Path, data: FaceData, folder: Path, **config: Any) -> RunFolder:
    """A copy of the run as if it had never had a test split."""
    shutil.copytree(trained_run, folder)
    run = RunFolder(folder)
    parts = {name: split for name, split in data.splits.items() if name != "test"}
    run.write_config(
        {
            **run.read_config(),
            "faces": {name: len(split) for name, split in parts.items()},
            "fingerprint": fingerprint(data.labels, parts),
            **config,
        }
    )
    return run


def test_a_run_of_two_parts_is_judged_on_the_third(
    trained_run: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    run = two_part_run(trained_run, drawn_faces, tmp_path / "run")
    check_same_parts(run, run.read_config(), drawn_faces)
    train = drawn_faces.split("train")
    fewer = {**drawn_faces.splits, "train": train.take(slice(0, len(train) - 1))}
    other = dataclasses.replace(
        drawn_faces, splits=fewer, fingerprint=fingerprint(drawn_faces.labels, fewer)
    )
    with pytest.raises(InputError, match="not the data that"):
        check_same_parts(run, run.read_config(), other)


def test_the_chain_names_starts_and_teachers(
    trained_run: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    first = two_part_run(trained_run, drawn_faces, tmp_path / "first")
    start = two_part_run(
        trained_run, drawn_faces, tmp_path / "second", start=str(first.path), start_sha256="ab" * 32
    )
    config = {
        **start.read_config(),
        "start": str(start.best_model),
        "start_sha256": None,
        "teacher": str(tmp_path / "gone.keras"),
    }
    links = chain(config)
    found = [(link["role"], link["of"], link["name"], link["sha256"]) for link in links]
    hashed = hashlib.sha256(start.best_model.read_bytes()).hexdigest()
    assert found == [
        ("start", "", "second", hashed),
        ("teacher", "", "gone.keras", None),
        ("start", "second", "first", "ab" * 32),
    ]
    assert links[0]["epochs"] == 6
    # A chain that bites its tail ends there.
    start.write_config({**start.read_config(), "start": str(start.path)})
    assert len(chain(start.read_config())) == 2


def test_the_card_says_where_a_training_was_stopped_and_who_taught_whom(weights: Path) -> None:
    values = figures(weights)
    training = values["training"]
    assert training["epochs"] == training["recipe"]["epochs"] == 6
    assert "stopped after" not in card(values)
    link = {"role": "teacher", "sha256": "ab" * 32, "recipe": None, "epochs": None, "members": []}
    training["epochs"] = 4
    training["chain"] = [
        {**link, "of": "", "name": "first"},
        {**link, "role": "start", "of": "first", "name": "older"},
    ]
    text = card(values)
    assert "; stopped after 4 epochs." in text
    assert "It **was taught by** `first`" in text
    assert "`first` **began with** `older`" in text


def test_a_card_leaves_out_what_a_recipe_does_without() -> None:
    assert _recipe(Recipe(arch="final").to_json()) == (
        "`final`, 10 epochs, batches of 64, adam, peak rate 0.001 (constant)"
    )
    full = Recipe(optimizer="muon", teacher_weight=0.5, mirror="alternating").to_json()
    for field in ("adam share 0.2", "teacher weight 0.5", "teacher view plain", "mirror alternat"):
        assert field in _recipe(full)


def test_shares_of_annotators_are_judged_as_shares(
    weights: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    """As for FER+: accuracy against the majority, probabilities against the shares."""
    labels, random = drawn_faces.labels, np.random.default_rng(0)
    taught = {}
    for name, split in drawn_faces.splits.items():
        votes = random.multinomial(4, np.full(7, 1 / 7), len(split)).astype(np.float32)
        votes[np.arange(len(split)), split.labels] += 3
        taught[name] = dataclasses.replace(
            split, labels=votes.argmax(1), votes=votes, targets=votes / 7
        )
    shares = dataclasses.replace(drawn_faces, splits=taught)
    agreed = {
        name: split.take(split.votes.max(1) * 2 > 7)
        for name, split in taught.items()
        if split.votes is not None
    }
    majority = dataclasses.replace(drawn_faces, splits=agreed)
    rows = {name: len(split) + 5 for name, split in taught.items()}
    judged = judge(weights, "tiny-1", shares, majority, rows)

    test = agreed["test"]
    assert 0 < len(test) < len(taught["test"])
    assert judged["splits"]["test"]["faces"] == len(test)
    assert judged["splits"]["test"]["rows"] == 355
    answers = Classifier(weights / "tiny-1-int8.tflite").probabilities(taught["test"].images)
    found = judged["files"]["tiny-1-int8.tflite"]["splits"]["test"]
    named = Classifier(weights / "tiny-1-int8.tflite").probabilities(test.images).argmax(1)
    assert found["accuracy"]["value"] == pytest.approx((named == test.labels).mean())
    difference = np.abs(answers - taught["test"].targets).mean()
    assert found["votes"]["difference"] == pytest.approx(difference, abs=1e-6)

    values = {**figures(weights), **judged, "label_source": "ferplus"}
    values["calibration"]["to"] = "shares"
    text = card(values)
    assert "those of 355 on which a majority of\nannotators agrees" in text
    assert f"{difference:.3f}" in text
    assert labels[0] in text


def test_the_calibration_is_in_the_file(
    weights: Path, trained_run: Path, drawn_faces: FaceData
) -> None:
    split = drawn_faces.split("validation")
    values = figures(weights)["calibration"]
    model, labels = load_model(trained_run / "best.keras")
    scaling = ClassScaling(
        np.array([values["temperatures"][label] for label in labels]),
        np.array([values["offsets"][label] for label in labels]),
    )
    expected = scaling.probabilities(read_logits(model, split.images))
    found = Classifier(weights / "tiny-1.keras").probabilities(split.images)
    np.testing.assert_allclose(found, expected, atol=2e-3)  # kernels are of half precision
    before = Classifier(trained_run / "best.keras").probabilities(split.images)
    truth = (np.arange(len(split)), split.labels)
    assert np.log(found[truth]).mean() > np.log(before[truth]).mean()


def test_load_needs_no_network(
    installed: Path, drawn_faces: FaceData, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "socket", refuse)
    model, labels = fer_keras.load("tiny-1")
    assert labels == drawn_faces.labels
    faces = drawn_faces.split("validation").images[:3]
    expected = Classifier(installed / "tiny-1.keras").probabilities(faces)
    np.testing.assert_allclose(model.predict(faces.astype("float32"), verbose=0), expected)


def test_a_shipped_file_is_found_by_its_name(installed: Path) -> None:
    assert Classifier("tiny-1").labels == Classifier("tiny-1-int8-rgb").labels


@pytest.mark.parametrize("name", ["tiny-1.keras", "tiny-1-int8.tflite"])
def test_a_damaged_file_is_refused(installed: Path, name: str) -> None:
    content = bytearray((installed / name).read_bytes())
    content[len(content) // 2] ^= 1
    (installed / name).write_bytes(content)
    with pytest.raises(InputError, match="not the file that was shipped"):
        fer_keras.load("tiny-1") if name.endswith(".keras") else find_model("tiny-1")


def test_a_missing_model_is_answered_with_those_there_are(installed: Path) -> None:
    with pytest.raises(InputError, match="shipped: tiny-1"):
        fer_keras.load("mobile-xl")


def test_what_fails_leaves_nothing(
    trained_run: Path, drawn_faces: FaceData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="lower-case"):
        ship(RunFolder(trained_run), "../evil", drawn_faces, tmp_path)
    broken = tmp_path / "peer.tflite"
    broken.write_bytes(b"no model")
    out = tmp_path / "out"
    with pytest.raises(InputError, match=r"^peer .*peer\.tflite"):
        ship(RunFolder(trained_run), "tiny-1", drawn_faces, out, peer=broken)
    assert not out.exists()

    def no_card(values: object) -> str:
        raise InputError("at the very end")

    monkeypatch.setattr("fer_keras.shipping.ship.card", no_card)
    with pytest.raises(InputError, match="at the very end"):
        ship(RunFolder(trained_run), "tiny-1", drawn_faces, out)
    assert not list(out.iterdir())


def test_two_ships_at_once_lose_no_hash(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    works = []
    for number in range(8):
        works.append(tmp_path / f"work{number}")
        works[-1].mkdir()
        (works[-1] / f"m-{number}.keras").write_bytes(bytes([number]))
    threads = [threading.Thread(target=_publish, args=(work, out)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    hashes = json.loads((out / "hashes.json").read_text())
    assert sorted(hashes) == [f"m-{number}.keras" for number in range(8)]
    assert sorted(file.name for file in out.iterdir()) == ["hashes.json", *sorted(hashes)]


def test_a_full_disk_leaves_the_old_model_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextlib.contextmanager
    def full(path: Path) -> Iterator[Path]:
        raise InputError(f"{path}: can't be written (No space left on device)")
        yield path

    work, out = tmp_path / "work", tmp_path / "out"
    for folder, content in ((work, b"new"), (out, b"old")):
        folder.mkdir()
        (folder / "m.keras").write_bytes(content)
    (out / "hashes.json").write_text('{"m.keras": "0"}')
    with monkeypatch.context() as patch:
        patch.setattr("fer_keras.shipping.ship.whole_file", full)
        with pytest.raises(InputError, match="No space left"):
            _publish(work, out)
    assert (out / "m.keras").read_bytes() == b"old"
    (out / "hashes.json").write_text("[]")
    with pytest.raises(InputError, match="not the list of hashes"):
        _publish(work, out)
    assert (out / "m.keras").read_bytes() == b"old"
