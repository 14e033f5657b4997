"""Pictures made ready: their bytes, their kind, their words."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from picture_samples import GIF, JPEG, PNG, WEBP

from publisher.errors import MediaError, MissingTranslation
from publisher.model import Picture
from publisher.render.media import prepare

KINDS = {"image/jpeg": JPEG, "image/png": PNG, "image/gif": GIF, "image/webp": WEBP}


def picture(path: Path, content: bytes = PNG, **alt: str) -> Picture:
    path.write_bytes(content)
    return Picture(path=path, alt=alt or {"pl": "Mapa na stole."})


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_is_read_from_the_first_bytes_and_not_from_the_name(tmp_path: Path, kind: str) -> None:
    media = prepare(picture(tmp_path / "photo.txt", KINDS[kind]), language="pl")

    assert media.content_type == kind
    assert media.size == len(KINDS[kind])
    assert media.sha256 == hashlib.sha256(KINDS[kind]).hexdigest()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<svg xmlns=", b"RIFF\x00\x00\x00\x00WAVEfmt "])
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(MediaError, match=r"no picture that can be posted. → Save it as JPEG, PNG, GIF or WebP"):
        prepare(picture(tmp_path / "photo.png", content), language="pl")


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"There is no picture “.*nowhere\.jpg”.* capitals included"):
        prepare(Picture(path=tmp_path / "nowhere.jpg", alt={"*": "x"}), language="pl")
    with pytest.raises(MediaError, match="can't be read"):
        prepare(Picture(path=tmp_path, alt={"*": "x"}), language="pl")


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("zdjęcia\\sala.jpg", "write “/” between folders"),
        ("C:\\Users\\Anna\\sala.jpg", "beside the schedule file"),
        ("https://example.org/sala.jpg", "Pictures are files"),
    ],
)
def test_a_path_of_windows_and_an_address_are_told_what_a_picture_is(tmp_path: Path, written: str, mend: str) -> None:
    with pytest.raises(MediaError, match=mend):
        prepare(Picture(path=tmp_path / written, alt={"*": "x"}), language="pl")


def test_the_description_is_one_line_in_the_language(tmp_path: Path) -> None:
    described = picture(tmp_path / "a.png", pl="Mapa\n  na stole.\n", en="A map.")

    assert prepare(described, language="pl").alt == "Mapa na stole."
    assert prepare(described, language="en").alt == "A map."
    assert prepare(described, language="fi", fallback="en").alt == "A map."


@pytest.mark.parametrize("alt", [{"pl": " \n "}, {"en": "A map."}])
def test_a_picture_without_a_description_says_so(tmp_path: Path, alt: dict[str, str]) -> None:
    with pytest.raises(
        MissingTranslation, match=r"picture a\.png has no description \(alt\) in Polish. → Add  pl: …  under alt"
    ):
        prepare(picture(tmp_path / "a.png", **alt), language="pl")


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    described = picture(tmp_path / "a.png")
    before = prepare(described, language="pl")

    described.path.write_bytes(KINDS["image/gif"])
    os.utime(described.path, ns=(1, 1))

    assert prepare(described, language="pl").content_type == "image/gif"
    assert before.content_type == "image/png"
