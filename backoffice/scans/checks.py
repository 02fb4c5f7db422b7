"""A file that the structure gives its families: checked by its content, and given as it is."""

from backoffice.scans.papers import inspect_paper
from backoffice.scans.pictures import redraw
from backoffice.scans.rules import UNKNOWN, NotTaken, Sort, sort_of


def check_given(content: bytes) -> Sort:
    """Tell what a file is, once sure that it opens, and runs nothing.

    Raises:
        NotTaken: it is neither a PDF nor an image that every telephone shows, or it runs something.
    """
    sort = sort_of(content)
    if sort is Sort.PDF:
        inspect_paper(content)
    elif sort is Sort.HEIC:
        raise NotTaken(UNKNOWN)
    else:
        redraw(content, sort)
    return sort
