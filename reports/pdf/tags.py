"""What a page means, said to screen readers: headings, paragraphs, tables and their cells, in reading order."""

from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from reportlab.pdfbase.pdfdoc import PDFObject, PDFPage


class Element(PDFObject):
    """A piece of the document: groups hold elements, leaves hold the marked texts of one page."""

    def __init__(self, tree: "Tree", kind: str, parent: PDFObject, attributes: str = "") -> None:
        self.kind, self.parent, self.attributes = kind, parent, attributes
        self.kids: list[Element] = []
        self.marks: list[int] = []
        self.page: PDFPage | None = None
        self._tree = tree

    def __enter__(self) -> Self:
        self._tree.open.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tree.open.pop()

    def format(self, document: Any) -> bytes:
        page = f"/Pg {_reference(document, self.page)}" if self.page else ""
        kids = " ".join([*map(str, self.marks), *(_reference(document, kid) for kid in self.kids)])
        parent = _reference(document, self.parent)
        return f"<</S/{self.kind}/P {parent}{page}{self.attributes}/K[{kids}]>>".encode("ascii")


class Tree(PDFObject):
    """The root of the structure, and the way back from each mark of each page to its element."""

    def __init__(self) -> None:
        self.root = Element(self, "Document", self)
        self.open = [self.root]
        self._elements = [self.root]
        self._pages: list[list[Element]] = []

    def element(self, kind: str, *, scope: str = "", span: int = 1) -> Element:
        """Begin an element inside the one that is open; use it in a `with`."""
        said = (f"/Scope/{scope}" if scope else "") + (f"/ColSpan {span}" if span > 1 else "")
        attributes = f"/A<</O/Table{said}>>" if said else ""
        parent = self.open[-1]
        element = Element(self, kind, parent, attributes)
        parent.kids.append(element)
        self._elements.append(element)
        return element

    def mark(self, page: PDFPage, marked: list[Element]) -> str:
        """Give the opening mark of a text: its element's, or that of a mere ornament."""
        element = self.open[-1]
        if element is self.root:
            return "/Artifact BMC"
        element.page = page
        element.marks.append(len(marked))
        marked.append(element)
        return f"/{element.kind}<</MCID {len(marked) - 1}>>BDC"

    def close_page(self, marked: list[Element]) -> int:
        """Keep the marks of a page, and give the number that the page calls them by."""
        self._pages.append(marked)
        return len(self._pages) - 1

    def register(self, document: Any) -> None:
        """Number every element, once all are known."""
        document.Catalog.StructTreeRoot = self
        for element in (self, *self._elements):
            document.Reference(element)

    def format(self, document: Any) -> bytes:
        numbers = " ".join(f"{rank}[{_references(document, marked)}]" for rank, marked in enumerate(self._pages))
        kids = _reference(document, self.root)
        return f"<</Type/StructTreeRoot/K[{kids}]/ParentTree<</Nums[{numbers}]>>>>".encode("ascii")


def _references(document: Any, elements: Iterable[Element]) -> str:
    return " ".join(_reference(document, element) for element in elements)


def _reference(document: Any, thing: PDFObject) -> str:
    number, _ = document.idToObjectNumberAndVersion[document.Reference(thing).name]
    return f"{number} 0 R"
