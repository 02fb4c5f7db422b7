"""What is taken for a document, what is refused, and what is left of it."""

from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from backoffice.scans.apart import scan_apart
from backoffice.scans.jpeg import bare
from backoffice.scans.rules import (
    ACTIVE_PDF,
    DAMAGED_PDF,
    DAMAGED_PICTURE,
    EMPTY,
    LARGE_PICTURE,
    LARGEST_FILE,
    LARGEST_SENDING,
    LOCKED_PDF,
    LONGEST_SIDE,
    MOST_FILES,
    MOST_PAGES,
    UNKNOWN,
    NotTaken,
    check_sizes,
)
from backoffice.scans.scan import scan
from tests.papers import (
    ACTIVE,
    HARMLESS,
    MARK,
    a_bomb_of_points,
    a_bomb_of_words,
    a_pdf,
    a_picture,
    locked,
)


def images(content: bytes) -> list[Image.Image]:
    """Take the pictures out of a document, page by page."""
    with pikepdf.Pdf.open(BytesIO(content)) as paper:
        return [pikepdf.PdfImage(one).as_pil_image() for page in paper.pages for one in page.get_images().values()]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "HEIC"])
def test_a_photo_becomes_one_upright_page_without_its_place(form: str) -> None:
    taken = scan([a_picture(form, turn=1)])
    assert taken.pages == 1
    assert MARK.encode() not in taken.content
    [picture] = images(taken.content)
    assert picture.size == (300, 400)
    assert picture.convert("L").getpixel((20, 20)) < 60


@pytest.mark.parametrize(("turn", "corner"), [(3, (280, 380)), (6, (380, 20)), (8, (20, 280))])
def test_a_photo_is_turned_the_way_it_was_held(turn: int, corner: tuple[int, int]) -> None:
    [picture] = images(scan([a_picture(turn=turn)]).content)
    assert picture.convert("L").getpixel(corner) < 60


def test_several_photos_and_a_pdf_become_one_document_in_their_order() -> None:
    taken = scan([a_picture(), a_pdf(pages=2), a_picture("PNG", mode="L")])
    assert taken.pages == 4
    assert len(images(taken.content)) == 2


def test_a_huge_photo_is_kept_at_the_size_that_is_read() -> None:
    [picture] = images(scan([a_picture(size=(4000, 3000))]).content)
    assert max(picture.size) <= LONGEST_SIDE


def test_what_is_transparent_becomes_paper() -> None:
    clear = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(clear, "PNG")
    [picture] = images(scan([clear.getvalue()]).content)
    assert picture.convert("L").getpixel((20, 20)) > 240


def test_nothing_hidden_behind_a_document_goes_with_it() -> None:
    assert MARK.encode() not in scan([a_picture() + MARK.encode()]).content
    tail = scan([a_pdf(text="x") + b"PK\x03\x04" + MARK.encode()])
    assert MARK.encode() not in tail.content


def test_a_pdf_stays_what_it_says_and_loses_its_author() -> None:
    def sign(paper: pikepdf.Pdf) -> None:
        paper.docinfo["/Author"] = "Claire Martin"

    with pikepdf.Pdf.open(BytesIO(scan([a_pdf(sign)]).content)) as paper:
        assert MARK.encode() in paper.pages[0].Contents.read_bytes()
        assert "/Author" not in paper.docinfo


def photographed(paper: pikepdf.Pdf) -> None:
    """Put a photo in a PDF as a telephone does: with its place, a comment, a second picture behind it."""
    photo = a_picture()
    words = b"\xff\xfe" + (len(MARK) + 2).to_bytes(2) + MARK.encode()
    image = pikepdf.Stream(paper, photo[:2] + words + photo[2:] + photo)
    told = {"Subtype": "/Image", "Width": 300, "Height": 400, "BitsPerComponent": 8, "ColorSpace": "/DeviceRGB"}
    image.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject, Filter=pikepdf.Name.DCTDecode, Metadata=paper.make_stream(MARK.encode()),
        **{name: pikepdf.Name(value) if isinstance(value, str) else value for name, value in told.items()},
    )  # fmt: skip
    paper.pages[0].obj.Contents = paper.make_stream(b"q 300 0 0 400 0 0 cm /Im0 Do Q")
    paper.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=paper.make_indirect(image)))


def test_the_photos_of_a_pdf_forget_where_they_were_taken_and_stay_what_they_show() -> None:
    given = a_pdf(photographed, text="x")
    assert given.count(MARK.encode()) == 4
    taken = scan([given]).content
    with pikepdf.Pdf.open(BytesIO(taken)) as paper:
        streams = [one for one in paper.objects if isinstance(one, pikepdf.Stream)]
        held = b"".join(one.read_raw_bytes() if "/Width" in one else one.read_bytes() for one in streams)
    assert MARK.encode() not in taken + held
    [before], [after] = images(given), images(taken)
    assert before.tobytes() == after.tobytes()


@pytest.mark.parametrize("options", [{"progressive": True}, {"optimize": True}, {"restart_marker_blocks": 2}])
def test_a_jpeg_made_bare_shows_the_same_points(options: dict) -> None:
    target = BytesIO()
    sheet = Image.effect_noise((120, 90), 90).convert("RGB")
    sheet.save(target, "JPEG", comment=MARK, icc_profile=b"des couleurs" * 9, **options)
    plain = bare(target.getvalue())
    assert MARK.encode() not in plain
    with Image.open(BytesIO(target.getvalue())) as before, Image.open(BytesIO(plain)) as after:
        assert before.tobytes() == after.tobytes()
        assert after.info["icc_profile"] == before.info["icc_profile"]


@pytest.mark.parametrize("cut", [0, 1, 2, 3, 5, 21, 300])
def test_a_jpeg_cut_short_is_left_as_short(cut: int) -> None:
    assert len(bare(a_picture()[:cut])) <= cut


@pytest.mark.parametrize("change", HARMLESS)
def test_a_link_or_a_first_page_runs_nothing(change) -> None:
    with pikepdf.Pdf.open(BytesIO(scan([a_pdf(change)]).content)) as paper:
        assert "/OpenAction" not in paper.Root
        assert "/Annots" not in paper.pages[0].obj


@pytest.mark.parametrize("change", ACTIVE)
def test_a_pdf_that_runs_something_is_refused(change) -> None:
    refused(a_pdf(change), ACTIVE_PDF)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", EMPTY),
        (b"<html><script>alert(1)</script></html>", UNKNOWN),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", UNKNOWN),
        (b"PK\x03\x04" + b"x" * 99, UNKNOWN),
        (b"MZ\x90\x00" + b"x" * 99, UNKNOWN),
        (b"GIF89a" + b"x" * 99, UNKNOWN),
        (b"<html>" + a_pdf(), UNKNOWN),
        (b"\xff\xd8\xff\xe0<html>", DAMAGED_PICTURE),
        (a_picture()[:-300], DAMAGED_PICTURE),
        (a_picture("PNG")[:-60], DAMAGED_PICTURE),
        (a_picture("HEIC")[:-300], DAMAGED_PICTURE),
        (a_picture() + b"\xff\xda" * 200, DAMAGED_PICTURE),
        (a_pdf()[:120], DAMAGED_PDF),
        (b"%PDF-1.7\n<script>alert(1)</script>", DAMAGED_PDF),
        (locked(), LOCKED_PDF),
        (a_bomb_of_points(), LARGE_PICTURE),
        (a_bomb_of_words(), DAMAGED_PDF),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value[:30],
)
def test_what_is_not_a_document_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    refused(content, sentence)


def refused(content: bytes, sentence: str) -> None:
    with pytest.raises(NotTaken) as trouble:
        scan([a_picture(size=(20, 20)), content])
    assert (str(trouble.value), trouble.value.which) == (sentence, 1)


def test_a_document_that_its_owner_alone_may_print_is_taken_and_opens_for_all() -> None:
    with pikepdf.Pdf.open(BytesIO(scan([locked("")]).content)) as paper:
        assert not paper.is_encrypted


def test_a_document_that_is_too_long_is_refused() -> None:
    with pytest.raises(NotTaken, match=f"{MOST_PAGES + 1} pages"):
        scan([a_pdf(pages=MOST_PAGES - 1), a_picture(size=(20, 20)), a_picture(size=(20, 20))])


@pytest.mark.parametrize(
    ("sizes", "which"),
    [([LARGEST_FILE + 1], 0), ([10, LARGEST_FILE, LARGEST_SENDING - LARGEST_FILE], 2), ([1] * (MOST_FILES + 1), 0)],
)
def test_what_is_too_heavy_is_refused_before_it_is_opened(sizes: list[int], which: int) -> None:
    with pytest.raises(NotTaken) as trouble:
        check_sizes(sizes)
    assert trouble.value.which == which


def test_a_process_apart_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    assert scan_apart([a_pdf(pages=2)]) == scan([a_pdf(pages=2)])
    with pytest.raises(NotTaken, match="programme") as trouble:
        scan_apart([a_picture(size=(20, 20)), a_pdf(ACTIVE[0])])
    assert trouble.value.which == 1


def test_a_reader_that_breaks_breaks_nothing_else(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr("backoffice.scans.apart.HOME", tmp_path)  # no such programme there
    with pytest.raises(NotTaken, match="abîmée"):
        scan_apart([a_picture(size=(20, 20))])
