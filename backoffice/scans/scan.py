"""Files as they were sent become one document; everything here happens in memory."""

from collections.abc import Sequence

from backoffice.scans.papers import bind
from backoffice.scans.pictures import Picture, redraw
from backoffice.scans.rules import MOST_PAGES, NotTaken, Scan, Sort, check_sizes, sort_of, too_many_pages


def scan(files: Sequence[bytes]) -> Scan:
    """Check files by their content, and bind them into one PDF that only shows.

    Raises:
        NotTaken: one of them cannot be taken; `which` says which.
    """
    check_sizes([len(content) for content in files])
    if len(files) > MOST_PAGES:
        raise too_many_pages(len(files))
    sorts = [_sorted(content, which) for which, content in enumerate(files)]
    return bind([_part(content, sort, at) for at, (content, sort) in enumerate(zip(files, sorts, strict=True))])


def _sorted(content: bytes, which: int) -> Sort:
    try:
        return sort_of(content)
    except NotTaken as trouble:
        raise NotTaken(str(trouble), which) from None


def _part(content: bytes, sort: Sort, which: int) -> bytes | Picture:
    if sort is Sort.PDF:
        return content
    try:
        return redraw(content, sort)
    except NotTaken as trouble:
        raise NotTaken(str(trouble), which) from None
