"""Text as it may be kept and named: one way to end a line, no control character, names that any system takes."""

CONTROLS = {code: None for code in range(32) if chr(code) not in "\n\t"}


def plain_text(text: str) -> str:
    r"""Keep what a message says, its lines ended one way.

    >>> plain_text(" Bonjour,\r\nLéa\x07 ")
    'Bonjour,\nLéa'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(CONTROLS).strip()


def file_name(name: str) -> str:
    """Keep of a name what any system takes as a file's, none at worst.

    >>> file_name("../reçu n° 12.pdf")
    're-u-n--12.pdf'
    """
    kept = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "-" for letter in name)
    return kept.strip(".-")
