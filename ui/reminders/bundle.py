"""Several letters as one document, to print at once."""

from collections.abc import Sequence
from io import BytesIO

import pypdfium2


def bundle(contents: Sequence[bytes]) -> bytes:
    """Put letters one after the other; a single one is left as it was kept."""
    if len(contents) == 1:
        return contents[0]
    target = BytesIO()
    with pypdfium2.PdfDocument.new() as whole:
        for content in contents:
            with pypdfium2.PdfDocument(content) as letter:
                whole.import_pages(letter)
        whole.save(target)
    return target.getvalue()
