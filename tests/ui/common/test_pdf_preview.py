"""A PDF shown, kept, opened and painted on a printer."""

from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QRect, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QPainter
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas

from tests.ui.at_desk import nameless
from ui.common.pdf_preview import PdfPreview
from ui.common.saving import open_outside

pytestmark = pytest.mark.window


@pytest.fixture
def paper(tmp_path: Path) -> bytes:
    file = tmp_path / "paper.pdf"
    canvas = Canvas(str(file), pagesize=(200, 100))
    for _ in range(3):
        canvas.rect(0, 0, 200, 100, fill=1)
        canvas.showPage()
    canvas.save()
    return file.read_bytes()


def shown(qtbot: QtBot, paper: bytes) -> PdfPreview:
    preview = PdfPreview("Feuille", paper, "feuille.pdf")
    qtbot.addWidget(preview)
    preview.open()
    return preview


def test_the_pages_are_counted_drawn_and_enlarged(qtbot: QtBot, paper: bytes) -> None:
    preview = shown(qtbot, paper)
    preview.fit_width()
    assert preview.zoom_label.text().startswith("3 pages")
    before = preview.pages.minimumWidth()
    preview.step_zoom(-1)
    assert preview.pages.minimumWidth() < before
    assert preview.pages.accessibleName() == "Aperçu, 3 pages"
    drawn = preview.pages.grab().toImage()
    assert drawn.pixelColor(drawn.width() // 2, 60).lightness() < 40, "the page is black"


def test_every_button_has_a_name(qtbot: QtBot, paper: bytes) -> None:
    assert nameless(shown(qtbot, paper)) == []


def test_a_page_keeps_its_shape_on_the_printer(qtbot: QtBot, paper: bytes) -> None:
    preview = shown(qtbot, paper)
    sheet = QImage(400, 400, QImage.Format.Format_RGB32)
    sheet.fill(Qt.GlobalColor.white)
    painter = QPainter(sheet)
    preview.paint_on(painter, QRect(0, 0, 400, 400), 0)
    painter.end()
    assert (sheet.pixelColor(200, 100).lightness(), sheet.pixelColor(200, 300).lightness()) == (0, 255)


def test_every_page_is_printed(qtbot: QtBot, paper: bytes, tmp_path: Path) -> None:
    from PySide6.QtPrintSupport import QPrinter

    preview = shown(qtbot, paper)
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    preview._painted(printer)
    assert len(PdfReader(tmp_path / "printed.pdf").pages) == 3
    assert not preview.fault.sentence()


def test_a_copy_is_opened_with_the_system_s_reader(qtbot: QtBot, paper: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: bool(opened.append(url)) or True)
    preview = shown(qtbot, paper)
    qtbot.mouseClick(preview.open_button, Qt.MouseButton.LeftButton)
    assert Path(opened[0].toLocalFile()).read_bytes() == paper
    assert not preview.fault.sentence()


def test_no_reader_is_told_and_a_disk_that_refuses_too(
    qtbot: QtBot, paper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    preview = shown(qtbot, paper)
    qtbot.mouseClick(preview.open_button, Qt.MouseButton.LeftButton)
    assert "Aucun programme" in preview.fault.sentence()
    with pytest.raises(OSError, match="absent"):
        open_outside("absent/feuille.pdf", paper)
