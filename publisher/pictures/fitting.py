"""A picture as a platform takes it: upright, in sRGB, small enough, and without anything that tells where it was taken.

The same picture and the same rules give the same bytes, with one version of Pillow: approvals are bound to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from publisher.errors import MediaError
from publisher.pictures.original import content_type, decode, is_plain, orientation
from publisher.pictures.rules import MEGABYTE, FittedPicture, PictureRules
from publisher.sentences import sentence

_QUALITIES = (88, 80, 70)
_SMALLEST = 64  # pixels; whoever takes less than that has no pictures
_WHITE = (255, 255, 255)


def fit(content: bytes, *, name: str, rules: PictureRules) -> FittedPicture:
    """The picture as the platform takes it: the very bytes of the file when nothing is wrong with them.

    Raises `MediaError` when it can't be decoded.
    """
    image = decode(content, name=name, side=rules.max_side)
    kind, (width, height) = content_type(content), image.info["size"]
    is_fit = kind in rules.content_types and len(content) <= rules.most(kind) and max(width, height) <= rules.max_side
    if is_fit and not rules.dpi and is_plain(image, content):
        return FittedPicture(content, kind, width, height)
    pixels = _in_srgb(_upright(image))
    pixels.thumbnail((rules.max_side, rules.max_side), Image.Resampling.LANCZOS)
    for encoded in _encodings(pixels, rules, is_photo=kind == "image/jpeg"):
        if len(encoded.content) <= rules.most(encoded.content_type):
            return encoded
    raise MediaError(
        sentence(
            "The picture “{file}” can't be made small enough for {platform} ({most:.1f} MB).",
            file=name,
            platform=rules.platform,
            most=rules.max_bytes / MEGABYTE,
        ),
        subject=name,
        remedy=sentence("Save it smaller; 1600 pixels in width are enough for a post."),
    )


def logo_image(content: bytes, *, box: tuple[int, int]) -> Image.Image:
    """A logo on white, no larger than the box, from a file that was looked at before. Raises `MediaError`."""
    image = _on_white(_in_srgb(_upright(decode(content, name="logo", side=max(box)))))
    image.thumbnail(box, Image.Resampling.LANCZOS)
    return image


def as_png(image: Image.Image, *, dpi: int = 0) -> bytes:
    """The picture as PNG, and nothing else in it but its resolution."""
    return _saved(image, "PNG", dpi=dpi, compress_level=6)


def _upright(image: Image.Image) -> Image.Image:
    return ImageOps.exif_transpose(image) if orientation(image) > 1 else image


def _in_srgb(image: Image.Image) -> Image.Image:
    """In the colours that everybody means when they say nothing: RGB, RGBA or shades of grey, 8 bits each."""
    profile = image.info.get("icc_profile")
    pixels = _eight_bits(image)
    if profile and not pixels.mode.startswith("L"):
        pixels = _converted(pixels, profile)
    if pixels.mode == "CMYK":
        pixels = pixels.convert("RGB")
    pixels.info = {}
    return pixels


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode in ("RGB", "L", "CMYK") and "transparency" not in image.info:
        return image.copy()
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("L" if image.mode in ("1", "I", "F") else "RGB")


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    """By the profile that the file names; one that makes no sense is as good as none."""
    try:
        theirs = ImageCms.ImageCmsProfile(BytesIO(profile))
        ours = ImageCms.createProfile("sRGB")
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(image, theirs, ours, outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return image


def _encodings(image: Image.Image, rules: PictureRules, *, is_photo: bool) -> Iterator[FittedPicture]:
    """The picture in ever fewer bytes. What has sharp edges, or is seen through, is PNG as long as that fits."""
    if not is_photo and "image/png" in rules.content_types:
        yield FittedPicture(as_png(image, dpi=rules.dpi), "image/png", *image.size)
    flat = _on_white(image)
    while True:
        for quality in _QUALITIES:
            content = _saved(flat, "JPEG", dpi=rules.dpi, quality=quality, optimize=True, progressive=True)
            yield FittedPicture(content, "image/jpeg", *flat.size)
        if max(flat.size) < _SMALLEST:
            return
        flat = flat.reduce(2)


def _on_white(image: Image.Image) -> Image.Image:
    """JPEG knows no transparency; what is seen through is white then, as on paper."""
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, _WHITE)
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _saved(image: Image.Image, kind: str, *, dpi: int, **options: int | bool) -> bytes:
    out = BytesIO()
    resolution = {"dpi": (dpi, dpi)} if dpi else {}
    image.save(out, format=kind, **resolution, **options)
    return out.getvalue()
