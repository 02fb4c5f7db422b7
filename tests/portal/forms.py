"""The forms of a page, read as a browser reads them: where each goes, and what it would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Values = dict[str, list[str]]
WORDS = {"input", "select", "textarea", "button"}


@dataclass
class Form:
    """One form: its address, its method, and what its fields hold."""

    action: str
    method: str
    values: Values = field(default_factory=dict)

    def with_(self, **changes: list[str]) -> Values:
        return self.values | changes


class Reader(HTMLParser):
    """Gathers the forms of a page, with the fields that name them from elsewhere in it."""

    def __init__(self, page: str, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self.elsewhere: list[tuple[str, str, str]] = []
        self._named: dict[str, Form] = {}
        self._open: Form | None = None
        self._select = ""
        self.feed(page)
        for form, name, value in self.elsewhere:
            self._named[form].values.setdefault(name, []).append(value)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(told.get("action") or self.path, told.get("method", "get"))
            self._named[told.get("id", "")] = self._open
            self.forms.append(self._open)
        elif tag == "option" and self._select and self._open:
            self._open.values.setdefault(self._select, []).append(told.get("value", ""))
        elif tag in WORDS and (name := told.get("name")):
            self._select = name if tag == "select" else ""
            if "form" in told:
                self.elsewhere.append((told["form"], name, told.get("value", "")))
            elif self._open and tag != "select":
                self._open.values.setdefault(name, []).append(told.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = ""


def forms_of(page: str, path: str) -> list[Form]:
    """Read the forms of a page that was asked for at a path."""
    return Reader(page, path).forms
