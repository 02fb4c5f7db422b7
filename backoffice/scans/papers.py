"""PDFs: what runs or hides something is refused, the rest is written anew, flat; pictures are bound into one."""

from collections.abc import Iterator, Sequence
from io import BytesIO

import pikepdf
from pikepdf import Dictionary, Name, Pdf

from backoffice.scans.jpeg import bare
from backoffice.scans.pictures import Picture
from backoffice.scans.rules import (
    ACTIVE_PDF,
    DAMAGED_PDF,
    LOCKED_PDF,
    MOST_PAGES,
    MOST_PIXELS,
    NotTaken,
    Scan,
    too_many_pages,
)

A4 = (595, 842)  # points
LARGEST_STREAM = 64_000_000  # bytes, of one part of a PDF once decompressed
LARGEST_WHOLE = 3 * LARGEST_STREAM
SKIPPED = {Name.XRef, Name.ObjStm}
MOST_OBJECTS = 200_000
ACTIVE_KEYS = ("/JS", "/JavaScript", "/EmbeddedFiles", "/XFA", "/RichMedia", "/EF", "/AFRelationship")
ACTIVE_ACTIONS = {  # the others (a page to go to, a link) run nothing, and are left out anyway
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute",
}  # fmt: skip
ACTIVE_NOTES = {"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}
DROPPED = ("/Annots", "/AA", "/Metadata", "/PieceInfo", "/Thumb", "/B", "/StructParents", "/Tabs")
NOTES = ("/Metadata", "/PieceInfo")
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=LARGEST_STREAM,
    run_length_max_memory=LARGEST_STREAM,
    png_max_memory=LARGEST_STREAM,
    tiff_max_memory=LARGEST_STREAM,
    parser_max_container_size=500_000,
    max_stream_filters=5,
)


def bind(parts: Sequence[bytes | Picture]) -> Scan:
    """Bind PDFs and pictures, in their order, into one PDF that only shows.

    Raises:
        NotTaken: a PDF is damaged, locked or active, or the whole has too many pages; `which` names the part.
    """
    pages = 0
    with Pdf.new() as bound:
        for which, part in enumerate(parts):
            try:
                _append(bound, part)
            except NotTaken as trouble:
                raise NotTaken(str(trouble), which) from trouble
            except pikepdf.PasswordError:
                raise NotTaken(LOCKED_PDF, which) from None
            except Exception as error:  # a reader met with anything raises anything: the file is not a PDF
                raise NotTaken(DAMAGED_PDF, which) from error
            pages = len(bound.pages)
            if pages > MOST_PAGES:
                raise too_many_pages(pages)
        target = BytesIO()
        bound.remove_unreferenced_resources()
        bound.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return Scan(target.getvalue(), pages)


def inspect_paper(content: bytes) -> None:
    """Check that a PDF opens for everybody, and runs nothing.

    Raises:
        NotTaken: it does not, or it does.
    """
    try:
        with Pdf.open(BytesIO(content)) as source:
            _inspect(source)
    except NotTaken:
        raise
    except pikepdf.PasswordError:
        raise NotTaken(LOCKED_PDF) from None
    except Exception as error:  # see bind
        raise NotTaken(DAMAGED_PDF) from error


def _append(bound: Pdf, part: bytes | Picture) -> None:
    if isinstance(part, Picture):
        _add_picture(bound, part)
        return
    with Pdf.open(BytesIO(part)) as source:
        if len(source.pages) > MOST_PAGES:
            raise too_many_pages(len(source.pages))
        if not len(source.pages):
            raise NotTaken(DAMAGED_PDF)
        _inspect(source)
        source.generate_appearance_streams()
        source.flatten_annotations("print")  # what was filled in stays written on the page
        for page in source.pages:
            for key in DROPPED:
                if key in page.obj:
                    del page.obj[key]
        _forget_where(source)
        bound.pages.extend(source.pages)
        layers = source.Root.get("/OCProperties")  # what is hidden on the page stays so
        if layers is not None and "/OCProperties" not in bound.Root:
            bound.Root.OCProperties = bound.copy_foreign(source.make_indirect(layers))


def _forget_where(source: Pdf) -> None:
    """Take out of each picture where and when it was taken, and out of all parts what programs noted of them."""
    for found in _objects(source):
        for key in NOTES:
            if key in found:
                del found[key]
        if isinstance(found, pikepdf.Stream) and _is_jpeg(found):
            content = found.read_raw_bytes()
            if (plain := bare(content)) != content:
                parms = found.get("/DecodeParms")
                told = parms if isinstance(parms, Dictionary | pikepdf.Array) else None
                found.write(plain, filter=Name.DCTDecode, decode_parms=told)


def _is_jpeg(found: pikepdf.Stream) -> bool:
    filters = found.get("/Filter")
    names = list(filters) if isinstance(filters, pikepdf.Array) else [filters]
    return names == [Name.DCTDecode]


def _objects(source: Pdf) -> Iterator[pikepdf.Object]:
    """Walk through all the dictionaries that a PDF holds, named or not."""
    left = MOST_OBJECTS
    for top in source.objects:
        waiting = [top]
        while waiting:
            left -= 1
            if left < 0:
                raise NotTaken(DAMAGED_PDF)
            found = waiting.pop()
            if isinstance(found, pikepdf.Array):
                waiting += [one for one in found if _is_nested(one)]
            elif isinstance(found, Dictionary | pikepdf.Stream):
                yield found
                waiting += [one for one in dict(found.items()).values() if _is_nested(one)]


def _inspect(source: Pdf) -> None:
    """Refuse what runs, and what would fill a machine that draws it."""
    left = LARGEST_WHOLE
    for found in _objects(source):
        if _is_active(found):
            raise NotTaken(ACTIVE_PDF)
        if not isinstance(found, pikepdf.Stream):
            continue
        if found.get("/Subtype") == Name.Image:
            if int(found.get("/Width", 0)) * int(found.get("/Height", 0)) > 2 * MOST_PIXELS:
                raise NotTaken(DAMAGED_PDF)
        elif found.get("/Type") not in SKIPPED:
            left -= len(found.read_bytes())  # no more than LARGEST_STREAM each: beyond, qpdf stops
            if left < 0:
                raise NotTaken(DAMAGED_PDF)


def _is_nested(value: object) -> bool:
    return isinstance(value, Dictionary | pikepdf.Array) and not value.is_indirect


def _is_active(found: pikepdf.Object) -> bool:
    if any(key in found for key in ACTIVE_KEYS):
        return True
    return str(found.get("/S", "")) in ACTIVE_ACTIONS or str(found.get("/Subtype", "")) in ACTIVE_NOTES


def _add_picture(bound: Pdf, picture: Picture) -> None:
    """Add a page of the picture's shape, as large as an A4 sheet lets it be."""
    landscape = picture.width > picture.height
    room = A4[::-1] if landscape else A4
    ratio = min(room[0] / picture.width, room[1] / picture.height)
    width, height = round(picture.width * ratio), round(picture.height * ratio)
    image = pikepdf.Stream(bound, picture.jpeg)
    image.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=picture.width, Height=picture.height, BitsPerComponent=8,
        ColorSpace=Name.DeviceGray if picture.grey else Name.DeviceRGB, Filter=Name.DCTDecode,
    )  # fmt: skip
    page = bound.add_blank_page(page_size=(width, height))
    page.obj.Resources = Dictionary(XObject=Dictionary(Im0=bound.make_indirect(image)))
    page.obj.Contents = bound.make_stream(f"q {width} 0 0 {height} 0 0 cm /Im0 Do Q".encode())
