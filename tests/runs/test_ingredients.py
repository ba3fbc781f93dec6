"""Every ingredient of a recipe reaches the training: each test fails where its is unplugged."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from fer_keras.architectures.registry import build
from fer_keras.data.drawn import synthetic_data
from fer_keras.data.face_data import FaceData
from fer_keras.models.keras_file import load_model, save_model
from fer_keras.runs import loop
from fer_keras.runs.loop import fit_run
from fer_keras.runs.run_folder import RunFolder
from fer_keras.training.device import prepare_device
from fer_keras.training.optimizer import ConvMuon
from fer_keras.training.recipe import Recipe

TINY = Recipe(
    arch="mobile-s",
    options={"stem": 4, "blocks": [[4, 2], [6, 2]], "dropout": 0.5},
    epochs=1,
    batch_size=16,
    learning_rate=0.01,
)


class SeenError(Exception):
    """The batches have been looked at: training on them would only take time."""


class Watch(keras.callbacks.Callback):
    """Keeps what a training was fitted with."""

    def on_train_begin(self, logs: object = None) -> None:
        self.optimizer = self.model.optimizer

    def on_train_end(self, logs: object = None) -> None:
        self.weights = self.model.get_weights()


@pytest.fixture(scope="module")
def data() -> FaceData:
    data = synthetic_data(train=64, validation=21, test=1)
    random = np.random.default_rng(0)
    votes = random.integers(0, 11, (64, 7)).astype(np.float32)
    train = dataclasses.replace(data.split("train"), votes=votes)
    return dataclasses.replace(data, splits={**data.splits, "train": train})


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the loop would give to `fit`: faces and targets. Nothing is trained."""
    seen: dict[str, Any] = {}
    monkeypatch.setattr(loop, "feed", _collector(seen))
    return seen


def fit(data: FaceData, folder: Path, teacher: Any = None, **changes: Any) -> Watch:
    watch = Watch()
    folder.mkdir(exist_ok=True)
    recipe = dataclasses.replace(TINY, **changes)
    with suppress(SeenError):
        fit_run(
            recipe,
            data,
            RunFolder(folder),
            seed=1,
            device=prepare_device(),
            teacher=teacher,
            callbacks=[watch],
        )
    return watch


def kept(folder: Path) -> keras.Model:
    return load_model(folder / "best.keras")[0]


def test_the_mean_of_the_weights_is_kept(data: FaceData, tmp_path: Path) -> None:
    """Four steps: the mean lags behind the weights that are trained."""
    plain = fit(data, tmp_path / "plain")
    for own, saved in zip(plain.weights, kept(tmp_path / "plain").get_weights(), strict=True):
        np.testing.assert_array_equal(own, saved)
    mean = fit(data, tmp_path / "mean", ema_decay=0.99)
    stem, saved = mean.weights[0], kept(tmp_path / "mean").get_weights()[0]
    np.testing.assert_array_equal(stem, plain.weights[0])  # it trains as without
    assert np.abs(stem - saved).max() > 1e-3


def test_batch_norm_is_measured_on_unchanged_faces_without_dropout(
    data: FaceData, tmp_path: Path
) -> None:
    watch = fit(data, tmp_path / "run", precise_bn=64)
    model = kept(tmp_path / "run")
    norm = next(layer for layer in model.layers if "BatchNorm" in type(layer).__name__)
    images = data.split("train").images.astype(np.float32)
    before = keras.Model(model.inputs, norm.input).predict(images, verbose=0)
    np.testing.assert_allclose(norm.moving_mean, before.mean((0, 1, 2)), rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(norm.moving_variance, before.var((0, 1, 2)), rtol=1e-2, atol=1e-5)
    place = [v.path for v in model.weights].index(norm.moving_mean.path)
    assert np.abs(watch.weights[place] - np.asarray(norm.moving_mean)).max() > 1e-4


def test_batch_norm_trains_by_tensorflows_kernel(
    data: FaceData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fused: list[str] = []
    monkeypatch.setattr(loop, "fuse_batch_norm", lambda model: fused.append(model.name))
    fit(data, tmp_path)
    assert fused == [TINY.arch.replace("-", "_")]


def test_mixup_blends_faces_and_targets(
    data: FaceData, batches: dict[str, Any], tmp_path: Path
) -> None:
    fit(data, tmp_path, mixup=1.0)
    assert (batches["targets"].max(axis=1) < 0.999).mean() > 0.3


def test_balance_draws_rare_classes_more_often(
    data: FaceData, batches: dict[str, Any], tmp_path: Path
) -> None:
    train = data.split("train")
    labels = np.zeros_like(train.labels)
    labels[:4] = 3
    rare = dataclasses.replace(
        data, splits={**data.splits, "train": dataclasses.replace(train, labels=labels)}
    )
    fit(rare, tmp_path / "plain")
    assert (batches["targets"].argmax(1) == 3).sum() == 4
    fit(rare, tmp_path / "balanced", balance=1.0)
    assert (batches["targets"].argmax(1) == 3).sum() == 32


def test_votes_teacher_and_smoothing_are_in_the_targets(
    data: FaceData, batches: dict[str, Any], tmp_path: Path
) -> None:
    fit(data, tmp_path / "plain")
    plain = batches["targets"]
    assert set(np.unique(plain)) == {0.0, 1.0}
    fit(data, tmp_path / "smooth", label_smoothing=0.14)
    np.testing.assert_allclose(batches["targets"], 0.86 * plain + 0.02, atol=1e-6)
    teacher = np.full((64, 7), 1 / 7, np.float32)
    fit(data, tmp_path / "taught", teacher, teacher_weight=0.7)
    np.testing.assert_allclose(batches["targets"], 0.3 * plain + 0.1, atol=1e-6)
    fit(data, tmp_path / "seen", lambda epoch: teacher, teacher_weight=0.7, teacher_view="same")
    np.testing.assert_allclose(batches["targets"], 0.3 * plain + 0.1, atol=1e-6)
    fit(data, tmp_path / "votes", votes_weight=0.5)
    assert (batches["targets"] != plain).mean() > 0


def test_augmentation_and_the_alternating_mirror_change_faces(
    data: FaceData, batches: dict[str, Any], tmp_path: Path
) -> None:
    fit(data, tmp_path / "plain")
    plain = batches["faces"]
    fit(data, tmp_path / "changed", augmentation={"rotation": 10.0})
    assert (batches["faces"] != plain).any(axis=(1, 2, 3)).mean() > 0.9

    # And in no other way than the recipe names.
    fit(data, tmp_path / "mirror", augmentation={"flip": 0.5}, mirror="alternating", epochs=2)
    sums = batches["faces"].reshape(2, 64, 48, 48)
    both = [{epoch[i].round(2).tobytes() for i in range(64)} for epoch in sums]
    turned = {epoch[:, ::-1].round(2).tobytes() for epoch in sums[1]}
    assert not both[0] & both[1], "a face was shown the same way twice"
    assert both[0] == turned


def test_the_rate_warms_up_and_decay_spares_offsets(data: FaceData, tmp_path: Path) -> None:
    warm = {"schedule": "cosine", "warmup_epochs": 1.0, "epochs": 2}
    watch = fit(data, tmp_path / "warm", **warm)
    rate = watch.optimizer._learning_rate
    assert [float(rate(step)) for step in (0, 2, 4)] == pytest.approx([0.0, 0.005, 0.01])

    decayed = fit(data, tmp_path / "decay", optimizer="adamw", weight_decay=0.1)
    assert decayed.optimizer.weight_decay == 0.1
    spared = {
        v.name
        for v in decayed.optimizer._trainable_variables
        if not decayed.optimizer._use_weight_decay(v)
    }
    assert spared == {"bias", "beta", "gamma"}


def test_muon_steps_where_the_recipe_says_so(data: FaceData, tmp_path: Path) -> None:
    watch = fit(data, tmp_path / "muon", optimizer="muon")
    assert isinstance(watch.optimizer, ConvMuon)
    assert not isinstance(fit(data, tmp_path / "adam").optimizer, ConvMuon)


def test_the_teacher_is_asked_about_the_very_faces_that_the_student_sees(
    data: FaceData, batches: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fer_keras.runs import teacher as teachers
    from fer_keras.runs.loop import epoch_planner

    monkeypatch.setenv("FER_KERAS_CACHE", str(tmp_path / "cache"))
    keras.utils.set_random_seed(3)
    network = build("mobile-s", 7, TINY.options)
    save_model(network, data.labels, tmp_path / "teacher.keras")
    for mixup in (0.0, 0.8):
        recipe = dataclasses.replace(
            TINY,
            augmentation={"flip": 0.5},
            mixup=mixup,
            teacher_weight=1.0,
            teacher_view="same",
            epochs=2,
        )
        plan = epoch_planner(recipe, data.split("train").labels, 1)
        asked = (tmp_path / "teacher.keras", data, recipe, 1, plan, range(2), prepare_device())
        answers = teachers.same_view_answers(*asked)
        fit(
            data,
            tmp_path / f"student-{mixup}",
            answers,
            **{name: value for name, value in recipe.to_json().items() if name != "arch"},
        )
        expected = network.predict(batches["faces"], verbose=0)
        np.testing.assert_allclose(batches["targets"], expected, atol=2e-3)
        # Another student of the same seed finds the answers: nothing is asked again.
        other = dataclasses.replace(recipe, options={})
        with monkeypatch.context() as patch:
            patch.setattr(teachers, "load_model", None)
            again = teachers.same_view_answers(*asked[:2], other, *asked[3:])
        np.testing.assert_array_equal(again(1), answers(1))


def test_after_its_views_a_training_shows_the_first_again_and_asks_no_more(
    data: FaceData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fer_keras.runs import teacher as teachers
    from fer_keras.runs.loop import epoch_planner

    monkeypatch.setenv("FER_KERAS_CACHE", str(tmp_path / "cache"))
    save_model(build("mobile-s", 7, TINY.options), data.labels, tmp_path / "teacher.keras")
    recipe = dataclasses.replace(
        TINY, augmentation={"rotation": 20.0}, teacher_weight=1.0, teacher_view="same", views=2
    )
    plan = epoch_planner(recipe, data.split("train").labels, 1)
    asked = (tmp_path / "teacher.keras", data, recipe, 1, plan, range(5), prepare_device())
    answers = teachers.same_view_answers(*asked)
    assert len(list((tmp_path / "cache").rglob("epoch-*.npy"))) == 2
    np.testing.assert_array_equal(plan(3).uniform, plan(1).uniform)
    np.testing.assert_array_equal(answers(3), answers(1))
    assert not np.array_equal(answers(0), answers(1))


def _collector(seen: dict[str, Any]) -> Any:
    from fer_keras.training.faces_on_device import feed

    def collecting(*arguments: Any, **named: Any) -> Any:
        made = feed(*arguments, **named)
        pairs = [(np.asarray(faces), np.asarray(wanted)) for faces, wanted in made]
        seen["faces"] = np.concatenate([faces for faces, _ in pairs])
        seen["targets"] = np.concatenate([wanted for _, wanted in pairs])
        raise SeenError

    return collecting


def test_a_teacher_computes_in_the_precision_that_is_set(tmp_path: Path) -> None:
    from fer_keras.models.average import average_models
    from fer_keras.runs.teacher import _compute_in_the_precision_set

    for seed in (3, 4):
        file = tmp_path / f"{seed}.keras"
        save_model(build("mobile-s", 7, TINY.options), tuple("abcdefg"), file)
    files = [tmp_path / "3.keras", tmp_path / "4.keras"]
    model, _ = load_model(average_models(files, tmp_path / "mean.keras"))
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        _compute_in_the_precision_set(model)
    finally:
        keras.config.set_dtype_policy("float32")
    members = [layer for layer in model.layers if isinstance(layer, keras.Model)]
    stems = [member.get_layer("stem_conv") for member in members]
    assert [stem.compute_dtype for stem in stems] == ["bfloat16"] * 2
    faces = np.full((2, 48, 48, 1), 90, np.float32)
    np.testing.assert_allclose(model.predict(faces, verbose=0).sum(axis=1), 1, atol=1e-5)


def test_another_teacher_is_asked_anew(data: FaceData, tmp_path: Path) -> None:
    from fer_keras.runs.teacher import plain_answers

    answers = []
    for seed in (3, 4):
        keras.utils.set_random_seed(seed)
        save_model(build("mobile-s", 7, TINY.options), data.labels, tmp_path / "teacher.keras")
        answers.append(plain_answers(tmp_path / "teacher.keras", data))
    assert np.abs(answers[0] - answers[1]).max() > 1e-3
    np.testing.assert_allclose(answers[0].sum(axis=1), 1, atol=1e-5)


def test_what_is_judged_is_the_kept_model(data: FaceData, tmp_path: Path) -> None:
    fit(data, tmp_path, ema_decay=0.9, precise_bn=64)
    history = RunFolder(tmp_path).read_history()
    validation = data.split("validation")
    answers = kept(tmp_path).predict(validation.images.astype(np.float32), verbose=0)
    assert (answers.argmax(1) == validation.labels).mean() == pytest.approx(
        history["val_accuracy"][0]
    )
