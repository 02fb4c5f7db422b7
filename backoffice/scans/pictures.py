"""A picture as a family takes it becomes a plain upright JPEG: no place, no date, no device is left in it."""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import ExifTags, Image
from pillow_heif import HeifImageFile  # its plugin, used by name: nothing else of Pillow learns this format

from backoffice.scans.rules import (
    DAMAGED_PICTURE,
    LARGE_PICTURE,
    LONGEST_SIDE,
    MOST_PIXELS,
    MOST_SCANS,
    NotTaken,
    Sort,
)

QUALITY = 80
FORMATS: Final = {Sort.JPEG: "JPEG", Sort.PNG: "PNG"}
SCAN_MARK = b"\xff\xda"
TURNS = {  # what undoes each way of holding a camera
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG of our own making."""

    jpeg: bytes
    width: int
    height: int
    grey: bool


def redraw(content: bytes, sort: Sort) -> Picture:
    """Decode a picture, turn it upright, make it no larger than is read, and write it anew without what it hid.

    Raises:
        NotTaken: it is damaged, cut short, or far too large.
    """
    if sort is Sort.JPEG and content.count(SCAN_MARK) > MOST_SCANS:
        raise NotTaken(DAMAGED_PICTURE)
    try:
        with _opened(content, sort) as picture:
            _check_size(picture)
            picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is read at the size that is kept
            return _written(_plain(picture))
    except BOMBS:
        raise NotTaken(LARGE_PICTURE) from None
    except NotTaken:
        raise
    except Exception as error:  # a decoder met with anything raises anything: the picture is not one
        raise NotTaken(DAMAGED_PICTURE) from error


def _check_size(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise NotTaken(LARGE_PICTURE)


def _opened(content: bytes, sort: Sort) -> Image.Image:
    if sort is Sort.HEIC:
        return HeifImageFile(BytesIO(content))  # type: ignore[no-untyped-call]  # pillow_heif ships no types
    return Image.open(BytesIO(content), formats=(FORMATS[sort],))


def _plain(picture: Image.Image) -> Image.Image:
    """Read every point, on white where there is none, upright, no larger than it will be read."""
    turn = TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    if picture.mode in {"RGB", "RGBA", "L", "LA", "CMYK"}:  # made smaller as it is: nothing of its full size is copied
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    picture.load()
    if picture.mode in {"1", "L", "I", "I;16", "F"} and "transparency" not in picture.info:
        drawn = picture.convert("L") if picture.mode != "I;16" else picture.point(lambda point: point / 256, "L")
    elif picture.mode in {"RGB", "CMYK", "YCbCr"} and "transparency" not in picture.info:
        drawn = picture.convert("RGB")
    else:
        drawn = _on_white(picture.convert("RGBA"))
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return drawn if turn is None else drawn.transpose(turn)


def _on_white(picture: Image.Image) -> Image.Image:
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _written(picture: Image.Image) -> Picture:
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    target = BytesIO()
    bare.save(target, "JPEG", quality=QUALITY, optimize=True)
    return Picture(target.getvalue(), *bare.size, grey=bare.mode == "L")
