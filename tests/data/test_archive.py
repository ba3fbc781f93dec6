from __future__ import annotations

import gzip
import io
import lzma
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from fer_keras.data import archive
from fer_keras.data.archive import read_csv_bytes, unpacked_folder
from fer_keras.errors import InputError

CONTENT = b"emotion,pixels,Usage\n" + bytes(range(48, 58)) * 500


def make_tar(path: Path, members: dict[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def make_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


@pytest.mark.parametrize("form", ["csv", "gz", "xz", "zip", "tar.gz", "tar", "tar.xz"])
def test_the_table_is_read_in_every_packing(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"fer2013.{form}"
    if form == "csv":
        path.write_bytes(CONTENT)
    elif form == "gz":
        path.write_bytes(gzip.compress(CONTENT))
    elif form == "xz":
        path.write_bytes(lzma.compress(CONTENT))
    elif form == "zip":
        make_zip(path, {"fer2013.csv": CONTENT})
    else:
        members = {"fer2013/README": b"read me", "fer2013/fer2013.csv": CONTENT}
        make_tar(path, members, {"tar": "w", "tar.gz": "w:gz", "tar.xz": "w:xz"}[form])
    assert read_csv_bytes(path) == CONTENT


def test_the_packing_is_known_by_its_bytes_not_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_bytes(gzip.compress(CONTENT))
    assert read_csv_bytes(path) == CONTENT


def test_of_several_tables_the_known_name_is_taken(tmp_path: Path) -> None:
    members = {"train.csv": b"1", "icml_face_data.csv": CONTENT, "test.csv": b"2"}
    assert read_csv_bytes(make_zip(tmp_path / "challenge.zip", members)) == CONTENT
    del members["icml_face_data.csv"]
    with pytest.raises(InputError, match="several CSV files"):
        read_csv_bytes(make_zip(tmp_path / "other.zip", members))


def test_an_archive_of_images_holds_no_table(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "faces.zip", {"a/1.png": b"x", "b/2.png": b"yy"})
    assert read_csv_bytes(path) is None
    with unpacked_folder(path) as folder:
        files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.png")}
    assert files == {"a/1.png": b"x", "b/2.png": b"yy"}
    assert not folder.exists()


@pytest.mark.parametrize("suffix", ["gz", "xz", "zip", "tar.gz"])
@pytest.mark.parametrize("harm", ["cut", "changed"])
def test_a_damaged_archive_is_said_to_be_one(suffix: str, harm: str, tmp_path: Path) -> None:
    content = CONTENT + os.urandom(20_000)
    path = tmp_path / f"fer2013.csv.{suffix}"
    if suffix == "gz":
        path.write_bytes(gzip.compress(content))
    elif suffix == "xz":
        path.write_bytes(lzma.compress(content))
    elif suffix == "zip":
        make_zip(path, {"fer2013.csv": content})
    else:
        make_tar(path, {"fer2013.csv": content})
    packed = bytearray(path.read_bytes())
    if harm == "cut":
        del packed[len(packed) // 2 :]
    else:
        for position in range(len(packed) // 2, len(packed) // 2 + 40):
            packed[position] ^= 0xFF
    path.write_bytes(packed)
    with pytest.raises(InputError, match="damaged") as error:
        read_csv_bytes(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


EVIL = ["../evil.csv", "/tmp/evil.csv", "a/../../evil.png", "..\\evil.csv", "C:/evil.png"]


@pytest.mark.parametrize("name", EVIL)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_member_that_would_land_outside_is_refused(name: str, kind: str, tmp_path: Path) -> None:
    members = {"fer2013.csv": CONTENT, name: b"x"}
    make = make_zip if kind == "zip" else make_tar
    path = make(tmp_path / f"bad.{kind}", members)
    with pytest.raises(InputError, match="outside its folder"):
        read_csv_bytes(path)


@pytest.mark.parametrize("name", [name for name in EVIL if name.endswith("png")])
def test_unpacking_writes_nothing_outside(name: str, tmp_path: Path) -> None:
    path = make_tar(tmp_path / "bad.tar.gz", {name: b"x"})
    with pytest.raises(InputError, match="outside its folder"), unpacked_folder(path):
        pass
    assert list(tmp_path.iterdir()) == [path]


def test_links_are_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "links.tar"
    with tarfile.open(path, "w") as tar:
        link = tarfile.TarInfo("a/1.png")
        link.type = tarfile.SYMTYPE
        link.linkname = "/etc/passwd"
        tar.addfile(link)
        real = tarfile.TarInfo("a/2.png")
        real.size = 1
        tar.addfile(real, io.BytesIO(b"x"))
    with unpacked_folder(path) as folder:
        assert [p.name for p in folder.rglob("*.png")] == ["2.png"]


@pytest.mark.parametrize("kind", ["gz", "xz", "zip", "tar.gz"])
def test_a_decompression_bomb_is_stopped(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGEST_TABLE", 5_000_000)
    monkeypatch.setattr(archive, "LARGEST_FOLDER", 5_000_000)
    bomb = bytes(20_000_000)
    path = tmp_path / f"bomb.{kind}"
    if kind == "gz":
        path.write_bytes(gzip.compress(bomb))
    elif kind == "xz":
        path.write_bytes(lzma.compress(bomb))
    elif kind == "zip":
        make_zip(path, {"fer2013.csv": bomb})
    else:
        make_tar(path, {"fer2013.csv": bomb})
    with pytest.raises(InputError, match="decompression bomb"):
        read_csv_bytes(path)


def test_a_folder_s_worth_of_images_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGEST_FOLDER", 3_000_000)
    path = make_zip(tmp_path / "b.zip", {f"a/{n}.png": bytes(1_000_000) for n in range(5)})
    with pytest.raises(InputError, match="decompression bomb"), unpacked_folder(path):
        pass
    many = make_zip(tmp_path / "m.zip", {f"a/{n}.png": b"" for n in range(800)})
    with pytest.raises(InputError, match="decompression bomb"), unpacked_folder(many):
        pass


def test_an_encrypted_member_is_told_as_such(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "locked.zip", {"fer2013.csv": CONTENT})
    packed = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(signature) + offset] |= 1
    path.write_bytes(packed)
    with pytest.raises(InputError, match=r"fer2013.csv: .*encrypted.*unpack it yourself"):
        read_csv_bytes(path)


def test_no_file_an_empty_file_and_a_useless_archive(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_csv_bytes(tmp_path / "nothing.csv")
    (tmp_path / "empty.csv").touch()
    with pytest.raises(InputError, match="is empty"):
        read_csv_bytes(tmp_path / "empty.csv")
    with pytest.raises(InputError, match="neither a CSV file nor images"):
        read_csv_bytes(make_zip(tmp_path / "text.zip", {"readme.txt": b"hello"}))


def test_versions_and_links_that_no_one_can_read_are_one_line(tmp_path: Path) -> None:

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("fer2013.csv", "emotion")
    odd = bytearray(packed.getvalue())
    odd[odd.index(b"PK\x01\x02") + 6] = 165  # the version that is needed
    (tmp_path / "odd.zip").write_bytes(odd)
    linked = io.BytesIO()
    with tarfile.open(fileobj=linked, mode="w") as tar:
        member = tarfile.TarInfo("fer2013.csv")
        member.type, member.linkname = tarfile.SYMTYPE, "fer2013.csv"
        tar.addfile(member)
    (tmp_path / "linked.tar").write_bytes(linked.getvalue())
    for name in ("odd.zip", "linked.tar"):
        with pytest.raises(InputError, match=name):
            read_csv_bytes(tmp_path / name)


def test_a_full_temporary_folder_is_not_called_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("train/happy/1.png", b"content")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    message = r"can't be unpacked into .*No space left"
    with pytest.raises(InputError, match=message), unpacked_folder(tmp_path / "a.zip"):
        pass
