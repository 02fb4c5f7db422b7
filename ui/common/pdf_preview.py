"""A PDF as it will be printed: its pages, and what can be done with it."""

from collections.abc import Callable
from pathlib import Path

import pypdfium2
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QKeySequence, QPageLayout, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from resources.french import NARROW, plural
from ui.common.errors import trouble_of
from ui.common.forms import Fault
from ui.common.parts import button, heading, hint, icon_button, primary_button
from ui.common.saving import ask_where, open_outside
from ui.shell.theme import em, theme

POINTS_AN_INCH = 72
PRINT_DPI = 300
ZOOMS = (0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0)
UNPRINTABLE = f"Aucune imprimante n'a pu être ouverte{NARROW}: enregistrez le PDF, ou ouvrez-le avec votre lecteur."


class Pdf:
    """A PDF in memory, drawn page by page."""

    def __init__(self, content: bytes) -> None:
        self._document = pypdfium2.PdfDocument(content)
        self.sizes: list[tuple[float, float]] = [page.get_size() for page in self._document]  # in points

    def image(self, page: int, scale: float) -> QImage:
        """Draw a page, `scale` pixels a point."""
        bitmap = self._document[page].render(scale=scale, prefer_bgrx=True)
        drawn = QImage(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32)
        return drawn.copy()

    def close(self) -> None:
        """Let go of it."""
        self._document.close()


class Pages(QWidget):
    """The pages one under the other; each is drawn when it is first seen."""

    def __init__(self, pdf: Pdf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pdf, self._zoom = pdf, 1.0
        self._drawn: dict[int, QImage] = {}
        self.setAccessibleName(f"Aperçu, {plural(len(pdf.sizes), 'page')}")
        self._fit()

    @property
    def zoom(self) -> float:
        """How much larger than on paper."""
        return self._zoom

    def set_zoom(self, zoom: float) -> None:
        """Show larger or smaller."""
        if zoom != self._zoom:
            self._zoom = zoom
            self._drawn.clear()
            self._fit()
            self.update()

    def width_at(self, zoom: float) -> int:
        """Give the width of the widest page."""
        return round(max(wide for wide, _ in self._pdf.sizes) * self._scale(zoom)) + 2 * em(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        for page, box in enumerate(self._boxes()):
            if not box.intersects(event.rect()):
                continue
            if page not in self._drawn:
                self._drawn[page] = self._pdf.image(page, self._scale(self._zoom) * ratio)
                self._drawn[page].setDevicePixelRatio(ratio)
            painter.drawImage(box.topLeft(), self._drawn[page])
            painter.setPen(theme().colour("border"))
            painter.drawRect(box)
        painter.end()

    def _scale(self, zoom: float) -> float:
        return zoom * self.logicalDpiX() / POINTS_AN_INCH

    def _boxes(self) -> list[QRect]:
        boxes, top, scale = [], em(1), self._scale(self._zoom)
        for wide, high in self._pdf.sizes:
            width, height = round(wide * scale), round(high * scale)
            boxes.append(QRect((self.width() - width) // 2, top, width, height))
            top += height + em(1)
        return boxes

    def _fit(self) -> None:
        last = self._boxes()[-1]
        self.setMinimumSize(self.width_at(self._zoom), last.bottom() + em(1))


class PdfPreview(QDialog):
    """Shows a PDF; it can be saved, opened with the system's reader, printed."""

    def __init__(self, title: str, content: bytes, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self._content, self._name, self._title = content, name, title
        self._pdf = Pdf(content)
        self.pages = Pages(self._pdf)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setAccessibleName(self.pages.accessibleName())
        self.area.setWidget(self.pages)
        self.fault = Fault()
        self.zoom_label = hint()
        self.zoom_label.setWordWrap(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(em(1.2), em(1), em(1.2), em(1))
        column.setSpacing(em(0.6))
        column.addLayout(self._top())
        column.addWidget(self.area, 1)
        column.addWidget(self.fault)
        column.addLayout(self._bottom())
        self._keys()
        self._sized()

    def sizeHint(self) -> QSize:
        return QSize(em(52), em(44))

    def step_zoom(self, count: int) -> None:
        """Show larger, or smaller."""
        nearest = min(range(len(ZOOMS)), key=lambda at: abs(ZOOMS[at] - self.pages.zoom))
        self._show_zoom(ZOOMS[min(max(nearest + count, 0), len(ZOOMS) - 1)])

    def fit_width(self) -> None:
        """Show the widest page at the width of the window."""
        room = self.area.viewport().width()
        self._show_zoom(next((zoom for zoom in reversed(ZOOMS) if self.pages.width_at(zoom) <= room), ZOOMS[0]))

    def save(self) -> None:
        """Ask where to keep it."""
        ask_where(self, "Enregistrer le PDF", self._name, lambda path: self._guarded(lambda: self._write(path)))

    def open(self) -> None:
        """Show the dialog in front of its window."""
        super().open()
        self.fit_width()
        self.print_button.setFocus()

    def open_outside(self) -> None:
        """Open it with the system's reader."""
        self._guarded(lambda: self._opened(shown=open_outside(self._name, self._content)))

    def print(self) -> None:
        """Ask for a printer, and paint the pages on it."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # noqa: PLC0415  loads the printing system

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self._title)
        printer.setFullPage(True)
        wide, high = self._pdf.sizes[0]
        orientations = QPageLayout.Orientation
        printer.setPageOrientation(orientations.Landscape if wide > high else orientations.Portrait)
        dialog = QPrintDialog(printer, self)
        dialog.accepted.connect(lambda: self._guarded(lambda: self._painted(printer)))
        QDialog.open(dialog)

    def paint_on(self, painter: QPainter, box: QRect, page: int) -> None:
        """Paint a page in a box of the printer's pixels."""
        wide, _ = self._pdf.sizes[page]
        image = self._pdf.image(page, min(box.width() / wide, PRINT_DPI / POINTS_AN_INCH))
        size = image.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter.drawImage(QRect(box.topLeft(), size), image)

    def done(self, answer: int) -> None:
        super().done(answer)
        self._pdf.close()
        self.deleteLater()

    def _painted(self, printer: object) -> None:
        from PySide6.QtPrintSupport import QPrinter  # noqa: PLC0415  loads the printing system

        assert isinstance(printer, QPrinter)
        painter = QPainter()
        if not painter.begin(printer):
            self.fault.show_sentence(UNPRINTABLE)
            return
        box = printer.pageLayout().fullRectPixels(printer.resolution())
        first, last = max(printer.fromPage(), 1), printer.toPage() or len(self._pdf.sizes)
        for page in range(first - 1, min(last, len(self._pdf.sizes))):
            if page >= first:
                printer.newPage()
            self.paint_on(painter, box, page)
        painter.end()

    def _write(self, path: Path) -> None:
        path.write_bytes(self._content)
        self.said.setText(f"Enregistré{NARROW}: {path.name}")

    def _opened(self, *, shown: bool) -> None:
        if not shown:
            self.fault.show_sentence(f"Aucun programme de ce poste n'ouvre les PDF{NARROW}: enregistrez-le plutôt.")

    def _guarded(self, act: Callable[[], None]) -> None:
        self.fault.show_sentence("")
        try:
            act()
        except OSError as error:
            self.fault.show_sentence(trouble_of(error).sentence)

    def _top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(em(0.3))
        row.addWidget(heading(self._title), 1)
        row.addWidget(icon_button("zoom_out", "Réduire (Ctrl+-)", lambda: self.step_zoom(-1)))
        row.addWidget(self.zoom_label)
        row.addWidget(icon_button("zoom_in", "Agrandir (Ctrl++)", lambda: self.step_zoom(1)))
        row.addWidget(button("Pleine &largeur", self.fit_width, look="quiet"))
        return row

    def _bottom(self) -> QHBoxLayout:
        self.said = hint()
        self.save_button = button("&Enregistrer sous…", self.save, icon="save")
        self.open_button = button("&Ouvrir", self.open_outside, icon="document")
        self.print_button = primary_button("&Imprimer…", self.print, "print")
        self.close_button = button("&Fermer", self.reject)
        row = QHBoxLayout()
        row.setSpacing(em(0.5))
        row.addWidget(self.said, 1)
        for made in (self.close_button, self.save_button, self.open_button, self.print_button):
            row.addWidget(made)
        self.print_button.setDefault(True)
        return row

    def _keys(self) -> None:
        for keys, step in ((QKeySequence.StandardKey.ZoomIn, 1), (QKeySequence.StandardKey.ZoomOut, -1)):
            made = QShortcut(QKeySequence(keys), self)
            made.activated.connect(lambda count=step: self.step_zoom(count))

    def _show_zoom(self, zoom: float) -> None:
        self.pages.set_zoom(zoom)
        self._sized()

    def _sized(self) -> None:
        count = plural(len(self._pdf.sizes), "page")
        self.zoom_label.setText(f"{count} · {round(self.pages.zoom * 100)}{NARROW}%")
