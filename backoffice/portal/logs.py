"""A log that names nobody: a request by its route, a fault by its kind and its place in the code, never by a value."""

import logging
import traceback

LOGGERS = ("marelle.portal", "portal", "waitress", "waitress.queue")  # ours, Flask's own for this name, the server's
TOO_OPEN = ("flask-limiter", "zeep", "urllib3")  # at their ease they write network addresses and whole messages
SERVED = (" while serving ", "Exception when servicing ")  # what waitress says before an address


class Discreet(logging.Filter):
    """Takes out of a record the address of a page, and the words of an exception: either may hold a name or a link."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, once it tells nothing of anybody."""
        if any(words in record.getMessage() for words in SERVED):
            before = record.getMessage().partition(SERVED[0])[0].partition(SERVED[1])[0]
            record.msg, record.args = f"{before or 'Exception'} while serving a page", None
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if error is not None:
            record.msg, record.args = f"{record.getMessage()}\n{told(error)}", None
            record.exc_info = record.exc_text = None
        return True


def told(error: BaseException) -> str:
    """Tell the kinds of an exception and of its causes, and where each was raised."""
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = traceback.extract_tb(current.__traceback__)
        places = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        lines += [f"{type(current).__module__}.{type(current).__qualname__}", *places]
        current = current.__cause__ or current.__context__
    return "\n".join(lines)


def be_discreet() -> None:
    """Make the portal's loggers name nobody, whoever set up where they write."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(one, Discreet) for one in logger.filters):
            logger.addFilter(Discreet())
    for name in TOO_OPEN:
        logging.getLogger(name).setLevel(logging.WARNING)
