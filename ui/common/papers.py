"""A screen that gives papers to read, and files to keep."""

from pathlib import Path

from resources.french import NARROW
from ui.common.pdf_preview import PdfPreview
from ui.common.saving import ask_where
from ui.common.screen import Screen
from ui.shell.theme import State


class PaperScreen(Screen):
    """Shows a PDF, or asks where a file goes."""

    def show_pdf(self, title: str, content: bytes, name: str) -> None:
        """Show a paper, to read or print it."""
        PdfPreview(title, content, name, self).open()

    def save_file(self, title: str, content: bytes, name: str) -> None:
        """Ask where to keep a file, and write it there."""
        ask_where(self, title, name, lambda path: self._save_at(path, content))

    def _save_at(self, path: Path, content: bytes) -> None:
        try:
            path.write_bytes(content)
        except OSError as error:
            self.report(error, retry=lambda: self._save_at(path, content), unsaved=path.name)
        else:
            self.say(f"Enregistré{NARROW}: {path}", State.ACCEPTED)
