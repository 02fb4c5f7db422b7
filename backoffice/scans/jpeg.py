"""A JPEG that a PDF brings, as it is but for what is not its image: where and when it was taken, with what, words."""

import re

SCAN, END, COMMENT = 0xDA, 0xD9, 0xFE
FIRST_NOTE, LAST_NOTE = 0xE0, 0xEF  # what applications add, one number each
COLOURS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}  # without these, its colours would change
NEXT_MARK = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # in the points of a scan, nothing else looks like one


def bare(content: bytes) -> bytes:
    """Leave out of a JPEG what does not draw it, and what follows its end; what is no JPEG is left as it is."""
    kept, at = bytearray(content[:2]), 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        mark = content[at + 1]
        if mark == 0xFF:  # a filler
            at += 1
            continue
        if mark == END:
            return bytes(kept) + content[at : at + 2]
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        if mark == SCAN:
            found = NEXT_MARK.search(content, end)
            end = found.start() if found else len(content)
        if _draws(mark, content[at + 4 : at + 16]):
            kept += content[at:end]
        at = end
    return bytes(kept) + content[at:]


def _draws(mark: int, begins: bytes) -> bool:
    if FIRST_NOTE <= mark <= LAST_NOTE:
        return mark in COLOURS and begins.startswith(COLOURS[mark])
    return mark != COMMENT
