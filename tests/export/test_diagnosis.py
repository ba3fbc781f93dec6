from __future__ import annotations

from pathlib import Path

from fer_keras.data.face_data import FaceData
from fer_keras.export.calibration import Calibration
from fer_keras.export.diagnosis import draw_diagnosis, layer_noises, ranked


def test_every_layer_is_measured_by_its_keras_name(
    trained_model: Path, drawn_faces: FaceData
) -> None:
    noises = layer_noises(trained_model, drawn_faces, Calibration(30, ranges="fitted"))
    names = [noise.layer for noise in noises]
    assert names[-2:] == ["logits", "probabilities"]
    assert sum("conv2d" in name and "pool" not in name for name in names) == 3
    assert all(5 < noise.snr < 80 for noise in noises), noises
    assert len(draw_diagnosis(noises).axes[0].patches) == len(noises)


def test_a_layer_made_hard_to_quantise_is_found(
    trained_model: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    from fer_keras.models.keras_file import load_model, save_model

    model, labels = load_model(trained_model)
    _, middle, last = (layer for layer in model.layers if layer.name.startswith("conv2d"))
    # One channel a hundred times what it was, and a hundredth of it read: the same function, but
    # the one step of the middle layer's output must span that channel.
    kernel, bias = middle.get_weights()
    kernel[..., 0] *= 100
    bias[0] *= 100
    middle.set_weights([kernel, bias])
    kernel, bias = last.get_weights()
    kernel[:, :, 0] /= 100
    last.set_weights([kernel, bias])
    save_model(model, labels, tmp_path / "hard.keras")
    noises = layer_noises(tmp_path / "hard.keras", drawn_faces, Calibration(30, ranges="fitted"))
    plain = layer_noises(trained_model, drawn_faces, Calibration(30, ranges="fitted"))
    reader = [noise.layer for noise in noises].index(last.name)
    assert plain[reader].layer == last.name
    # The other channels drown in the step, which shows where they are read.
    assert noises[reader].added > 10 * plain[reader].added
    assert noises[reader] in ranked(noises)[:2]
    assert noises[-1].snr < plain[-1].snr - 3
