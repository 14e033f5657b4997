"""Pictures as platforms take them: upright, small enough, and without what a camera noted."""

from __future__ import annotations

import hashlib
import struct
import zlib
from io import BytesIO

import pytest
from picture_samples import GIF, JPEG, PLACE, PNG, WEBP, as_file, flag, noise, padded, with_notes
from PIL import Image, ImageCms

from publisher.channels.email_mime import PICTURES as MAIL
from publisher.channels.facebook import PICTURES as FACEBOOK
from publisher.channels.twitter import PICTURES as X
from publisher.errors import MediaError
from publisher.pictures.fitting import fit
from publisher.pictures.original import examine
from publisher.pictures.rules import FittedPicture, PictureRules

PLATFORMS = [X, FACEBOOK, MAIL]
RED, BLUE = (200, 0, 0), (0, 0, 200)


def fitted(content: bytes, rules: PictureRules = X) -> FittedPicture:
    return fit(content, name="photo.jpg", rules=rules)


def opened(made: FittedPicture) -> Image.Image:
    image = Image.open(BytesIO(made.content))
    image.load()
    return image


def close(pixel: object, colour: tuple[int, int, int]) -> bool:
    return isinstance(pixel, tuple) and all(abs(a - b) < 25 for a, b in zip(pixel, colour, strict=False))


@pytest.mark.parametrize("rules", PLATFORMS, ids=lambda rules: rules.platform)
@pytest.mark.parametrize(
    "content",
    [
        JPEG,
        PNG,
        GIF,
        WEBP,
        padded(6_000_000),
        with_notes(flag(), orientation=6),
        with_notes(noise(2600, 2000)),
        as_file(noise(1400, 1300), "PNG"),
        as_file(noise(1400, 1300, "RGBA"), "PNG"),
        as_file(flag(5000, 100), "PNG"),
    ],
    ids=["jpeg", "png", "gif", "webp", "padded", "notes", "big jpeg", "big png", "big alpha", "wide"],
)
def test_whatever_the_picture_the_platform_takes_it(content: bytes, rules: PictureRules) -> None:
    made = fitted(content, rules)
    image = opened(made)

    assert made.content_type in rules.content_types
    assert len(made.content) <= rules.most(made.content_type)
    assert max(image.size) <= rules.max_side
    assert image.size == (made.width, made.height)
    assert Image.MIME[str(image.format)] == made.content_type
    assert PLACE.encode() not in made.content


@pytest.mark.parametrize("content", [JPEG, PNG, as_file(Image.new("RGBA", (9, 9)), "PNG")])
def test_a_picture_with_nothing_to_mend_goes_out_as_it_is(content: bytes) -> None:
    assert fitted(content).content == content
    assert fitted(content).sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "content",
    [
        with_notes(flag()),
        as_file(flag(), "JPEG", comment=PLACE),
        as_file(flag(), "JPEG") + b"ftypmp42" + PLACE.encode(),
        as_file(flag(), "PNG", exif=with_notes(flag())[6:60]) + PLACE.encode(),
        as_file(flag(), "WEBP", exif=b"Exif\0\0" + PLACE.encode(), xmp=PLACE.encode()),
        as_file(flag().convert("P"), "GIF", comment=PLACE.encode()),
    ],
    ids=["camera", "comment", "film behind it", "png", "webp", "gif"],
)
@pytest.mark.parametrize("rules", PLATFORMS, ids=lambda rules: rules.platform)
def test_nothing_that_a_camera_or_a_program_noted_goes_out(content: bytes, rules: PictureRules) -> None:
    made = fitted(content, rules)

    assert PLACE.encode() in content
    assert not opened(made).getexif()
    assert {"exif", "xmp", "comment", "icc_profile", "photoshop"}.isdisjoint(opened(made).info)
    assert not any(mark in made.content for mark in (PLACE.encode(), b"Exif", b"http://ns.adobe.com"))


TOP_LEFT_OF = {1: RED, 2: RED, 3: BLUE, 4: BLUE, 5: RED, 6: BLUE, 7: BLUE, 8: RED}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_as_the_camera_was_held(orientation: int) -> None:
    content = with_notes(flag(), orientation=orientation)
    made = fitted(content)

    assert close(opened(made).getpixel((3, 3)), TOP_LEFT_OF[orientation])
    assert (made.width, made.height) == ((40, 60) if orientation > 4 else (60, 40))
    assert (examine(content, name="a").width, examine(content, name="a").height) == (made.width, made.height)


def test_what_is_seen_through_is_white_in_a_jpeg() -> None:
    clear = noise(1400, 1300, "RGBA")
    clear.putalpha(0)
    made = fit(as_file(clear, "PNG", compress_level=0), name="a", rules=JPEG_ONLY)

    assert made.content_type == "image/jpeg"
    assert opened(made).getpixel((700, 650)) == (255, 255, 255)


JPEG_ONLY = PictureRules(platform="J", content_types=("image/jpeg",), max_count=1, max_bytes=900_000, max_side=5000)


def test_what_is_seen_through_stays_so_in_a_png() -> None:
    halves = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert opened(fitted(as_file(halves, "WEBP", lossless=True), FACEBOOK)).mode == "RGBA"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "PA"])
@pytest.mark.parametrize("rules", PLATFORMS, ids=lambda rules: rules.platform)
def test_every_way_to_keep_colours_becomes_the_usual_one(mode: str, rules: PictureRules) -> None:
    image = Image.new("I;16", (60, 40), 40_000) if mode == "I;16" else flag().convert("RGBA").convert(mode)
    content = as_file(image, {"CMYK": "JPEG", "PA": "PNG"}.get(mode, "PNG")) if mode != "PA" else PNG
    made = opened(fitted(content + b"\0", rules))

    assert made.mode in ("L", "RGB", "RGBA", "P")
    if mode in ("RGB", "RGBA", "P", "CMYK"):
        assert close(made.convert("RGB").getpixel((3, 3)), RED)


def test_colours_of_another_profile_are_converted_and_the_profile_is_left_out() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = opened(fitted(as_file(flag(), "JPEG", icc_profile=lab, quality=95)))

    assert close(made.getpixel((3, 3)), RED)
    assert "icc_profile" not in made.info
    assert close(opened(fitted(as_file(flag(), "JPEG", icc_profile=b"no profile"))).getpixel((3, 3)), RED)


@pytest.mark.parametrize("content", [with_notes(noise(900, 700)), as_file(noise(300, 200, "RGBA"), "WEBP"), GIF])
@pytest.mark.parametrize("rules", PLATFORMS, ids=lambda rules: rules.platform)
def test_the_same_picture_gives_the_same_bytes(content: bytes, rules: PictureRules) -> None:
    assert fitted(content, rules) == fitted(content, rules)


def test_a_small_picture_is_never_made_larger() -> None:
    assert (fitted(with_notes(flag())).width, fitted(with_notes(flag())).height) == (60, 40)


def test_a_picture_that_can_not_be_made_small_enough_is_told() -> None:
    tiny = PictureRules(platform="T", content_types=("image/jpeg",), max_count=1, max_bytes=10, max_side=500)
    with pytest.raises(MediaError, match="can't be made small enough for T"):
        fit(JPEG + b"\0", name="a", rules=tiny)


@pytest.mark.parametrize("content", [JPEG, PNG, GIF, WEBP, with_notes(noise(300, 200))])
def test_half_a_picture_is_told_and_so_is_a_broken_one(content: bytes) -> None:
    for broken in (content[: len(content) // 2], content[:20]):
        with pytest.raises(MediaError, match=r"“x.jpg” is damaged or not complete.*save it anew"):
            examine(broken, name="x.jpg")


def moving(kind: str) -> bytes:
    return as_file(flag(), kind, save_all=True, append_images=[flag().rotate(180), flag()])


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_a_picture_that_moves_is_refused(kind: str) -> None:
    with pytest.raises(MediaError, match=r"“x” moves.*Save one picture of it as PNG or JPEG"):
        examine(moving(kind), name="x")


def test_of_several_photos_in_one_file_the_first_is_taken() -> None:
    stereo = as_file(flag(), "MPO", save_all=True, append_images=[flag().rotate(180)])
    made = fitted(stereo)

    assert close(opened(made).getpixel((3, 3)), RED)
    assert opened(made).format == "JPEG"


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is large."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return PNG[:8] + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + PNG[33:]


@pytest.mark.parametrize("side", [7_100, 9_500, 20_000, 60_000])
def test_a_file_that_would_fill_the_memory_is_refused(side: int) -> None:
    with pytest.raises(MediaError, match="more than 50 million pixels"):
        examine(bomb(side, side), name="x.png")


def test_a_file_of_more_than_50_megabytes_is_refused() -> None:
    with pytest.raises(MediaError, match="more than 50 MB"):
        examine(JPEG + bytes(50_000_000), name="x.jpg")
