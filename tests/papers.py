"""Documents as families send them, and as attackers do; all made here, of nobody."""

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

MARK = "MARQUE-DU-DOCUMENT-7f3a"


def a_picture(form: str = "JPEG", size: tuple[int, int] = (300, 400), *, mode: str = "RGB", turn: int = 1) -> bytes:
    """Photograph a sheet: dark at its top left corner, held in some way, with a place and a device written inside."""
    sheet = Image.new(mode, size, "white")
    sheet.paste("black", (0, 0, size[0] // 3, size[1] // 3))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = turn, MARK
    target = BytesIO()
    if form == "HEIC":
        pillow_heif.from_pillow(sheet).save(target, quality=60, exif=exif.tobytes())
    else:
        sheet.save(target, form, exif=exif)
    return target.getvalue()


def a_pdf(change: Callable[[Pdf], object] | None = None, *, pages: int = 1, text: str = MARK, **saved: object) -> bytes:
    """Write a PDF that says something, as it is or changed."""
    with Pdf.new() as paper:
        for _ in range(pages):
            page = paper.add_blank_page()
            page.obj.Contents = paper.make_stream(f"BT ({text}) Tj ET".encode())
        if change is not None:
            change(paper)
        target = BytesIO()
        paper.save(target, compress_streams=False, **saved)
    return target.getvalue()


def script(paper: Pdf) -> None:
    paper.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def launch(paper: Pdf) -> None:
    paper.Root.OpenAction = paper.make_indirect(Dictionary(S=Name.Launch, F="cmd.exe"))


def page_script(paper: Pdf) -> None:
    paper.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS="app.alert(1)"))


def field_script(paper: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Widget, A=Dictionary(S=Name.SubmitForm, F="http://exemple.fr"))
    paper.pages[0].obj.Annots = Array([paper.make_indirect(note)])
    paper.Root.AcroForm = Dictionary(Fields=Array([paper.pages[0].obj.Annots[0]]))


def chained_script(paper: Pdf) -> None:
    hidden = paper.make_indirect(Dictionary(S=Name.JavaScript, JS="app.alert(1)"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI="x", Next=Array([hidden])))
    paper.pages[0].obj.Annots = Array([link])


def attachment(paper: Pdf) -> None:
    paper.attachments["virus.exe"] = b"MZ"


def xfa(paper: Pdf) -> None:
    paper.Root.AcroForm = Dictionary(Fields=Array(), XFA=paper.make_stream(b"<xdp/>"))


def film(paper: Pdf) -> None:
    paper.pages[0].obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.RichMedia)])


def link(paper: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI="https://exemple.fr"))
    paper.pages[0].obj.Annots = Array([note])


def first_page(paper: Pdf) -> None:
    paper.Root.OpenAction = Array([paper.pages[0].obj, Name.Fit])


ACTIVE = (script, launch, page_script, field_script, chained_script, attachment, xfa, film)
HARMLESS = (link, first_page)


def a_bomb_of_points() -> bytes:
    """Weigh nothing, and unfold to sixty million points."""
    target = BytesIO()
    Image.new("1", (7800, 7800)).save(target, "PNG")
    return target.getvalue()


def a_bomb_of_words() -> bytes:
    """Weigh seventy kilobytes, and unfold to seventy megabytes of drawing."""
    with Pdf.new() as paper:
        page = paper.add_blank_page()
        page.obj.Contents = paper.make_stream(b"0" * 70_000_000)
        target = BytesIO()
        paper.save(target)
    return target.getvalue()


def locked(password: str = "secret") -> bytes:
    return a_pdf(encryption=pikepdf.Encryption(user=password, owner="autre"))
