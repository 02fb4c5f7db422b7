"""A page in one of its states: where it is, what is done there, what tells that it is that state, how it is looked at."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Error, Page, expect

from tests.browser.visits import PHONE, SMALLEST, TOO_WIDE, Portal, violations
from tests.portal.conftest import Person

TABLET, DESKTOP = {"width": 820, "height": 1180}, {"width": 1366, "height": 768}
AT_200 = {"width": 640, "height": 400}  # a screen of 1280 pixels at 200 %
LOOKED_AT = (PHONE, TABLET, DESKTOP)  # by axe
MEASURED = (SMALLEST, PHONE, AT_200, TABLET, DESKTOP)
SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }'
        + ' p { margin-bottom: 2em !important }');
    document.adoptedStyleSheets = [sheet];
    const wide = document.documentElement.scrollWidth > window.innerWidth;
    document.adoptedStyleSheets = [];
    return wide;
}"""  # WCAG 1.4.12
OUTLINE = """() => [
    ...(document.querySelectorAll('h1').length === 1 ? [] : ['not one h1']),
    ...[...document.querySelectorAll('[id]')].filter((one) => document.querySelectorAll('#' + CSS.escape(one.id)).length > 1)
        .map((one) => 'twice: ' + one.id),
    ...[...document.querySelectorAll('main form [name]:is(input:not([type=hidden]), select, textarea)')]
        .filter((one) => !one.labels.length && !one.hasAttribute('aria-hidden')).map((one) => 'no label: ' + one.outerHTML),
]"""
SMALL = """() => [...document.querySelectorAll('header a, header button, main a.button, main a.touch, main a.tile, main button,'
    + 'main select, main summary, main textarea, .tabs a, .cell.open, .choice label, .tick, label.u,'
    + 'main input:not([type=hidden], [type=checkbox], [type=radio], .hidden)')]
    .filter((one) => one.checkVisibility() && !one.matches('.hidden *') && one.getBoundingClientRect().height < 44)
    .map((one) => 'small: ' + one.outerHTML.slice(0, 120))"""
# A sentence beside a field is said with the field; the page's name says that something is to be corrected.
BESIDE = """() => [
    ...[...document.querySelectorAll('p.trouble[id]')].filter((one) => one.checkVisibility()).filter((one) =>
        ![...document.querySelectorAll('[aria-invalid=true]')].some((field) =>
            (field.getAttribute('aria-describedby') || '').split(' ').includes(one.id)))
        .map((one) => 'of no field: ' + one.id),
    ...[...document.querySelectorAll('[aria-invalid=true]')].filter((one) => !one.hasAttribute('aria-describedby'))
        .map((one) => 'undescribed: ' + one.id),
    ...(document.title.startsWith('Erreur') || !document.querySelector('[aria-invalid=true]') ? [] : ['the title says nothing']),
    ...(document.querySelector('[role=alert], [role=status]') || document.activeElement.matches('[aria-invalid=true]')
        ? [] : ['nothing leads to it']),
]"""
LENIENT = """() => {
    for (const one of document.querySelectorAll('form')) one.noValidate = true;
    for (const one of document.querySelectorAll('[maxlength]')) one.removeAttribute('maxlength');
    for (const one of document.querySelectorAll('details')) one.open = true;
}"""  # a browser that checks nothing by itself
PLAIN = """() => {
    for (const one of document.querySelectorAll('noscript')) {
        const shown = document.createElement('span');
        shown.append(...one.childNodes);
        one.replaceWith(shown);
    }
}"""  # what a browser without script has read of them stays when the script that looks begins


@dataclass(frozen=True, slots=True)
class Send:
    """A form filled and sent: the button pressed, the fields by their selectors, and where it goes."""

    button: str
    fill: Mapping[str, object] = field(default_factory=dict)
    to: str = ""  # the page's own address unless said
    beside: Mapping[str, str] = field(default_factory=dict)  # what is said with a field
    kept: Mapping[str, str] = field(default_factory=dict)  # what is still in it


Turn = Callable[[Portal, Person], object]


@dataclass(frozen=True, slots=True)
class State:
    """One page in one state."""

    path: str
    says: str
    status: int = 200
    send: Send | None = None
    before: Turn | None = None  # done elsewhere, before the page is asked for
    meanwhile: Turn | None = None  # the same, between the page and its form
    script: bool | None = None  # it is only reached with, or without

    @property
    def name(self) -> str:
        """Name it in a list of faults."""
        return f"{self.path} « {self.says} »"


@dataclass(frozen=True, slots=True)
class World:
    """A portal brought to a point, and the states that are seen from there, in order."""

    name: str
    states: tuple[State, ...]
    lay: Callable[[Portal, Person], Mapping[str, str] | None] = lambda _portal, _person: None
    inside: bool = True
    portal: Callable[[Path], Portal] = Portal


def addresses(states: Iterable[State]) -> set[tuple[str, str]]:
    """List the methods and paths of some states, whatever stands for their ids."""
    found = set()
    for one in states:
        path = re.sub(r"\{\w+\}", "0198c1f0-0000-7000-8000-000000000001", one.path).partition("?")[0]
        found.add(("GET", path))
        if one.send:
            to = re.sub(r"\{\w+\}", "0198c1f0-0000-7000-8000-000000000001", one.send.to) or path
            found.add(("POST", to))
    return found


class Visit:
    """Somebody's browser in a world, with script or without: goes to a state, and says what is wrong there."""

    def __init__(self, page: Page, portal: Portal, person: Person, *, script: bool) -> None:
        self.page, self.portal, self.person, self.script = page, portal, person, script
        self._browser: CDPSession = page.context.new_cdp_session(page)
        page.on("dialog", lambda dialog: dialog.accept())
        page.set_default_timeout(30_000)  # a busy machine is no fault

    def faults(self, state: State, ids: Mapping[str, str]) -> list[str]:
        """Go there, and look."""
        try:
            found = [*self._reach(state, ids), *self._seen()]
        except (AssertionError, Error) as error:
            found = [str(error).partition("\n")[0]]
        return [f"{state.name}: {one}" for one in found]

    def _reach(self, state: State, ids: Mapping[str, str]) -> list[str]:
        page = self.page
        page.set_viewport_size(PHONE)
        self._scripts(allowed=self.script)
        if state.before:
            state.before(self.portal, self.person)
        response = page.goto(state.path.format(**ids))
        if state.send:
            if state.meanwhile:
                state.meanwhile(self.portal, self.person)
            response = self._send(state.send)
        assert response
        assert response.status == state.status, f"{response.status}"
        expect(page.locator("body")).to_contain_text(re.compile(state.says, re.DOTALL))
        found = self._told(state.send) if state.send and state.status == 422 else []
        if not self.script:
            page.evaluate(PLAIN)
            self._scripts(allowed=True)  # of axe: the page was read without
        return found

    def _scripts(self, *, allowed: bool) -> None:
        self._browser.send("Emulation.setScriptExecutionDisabled", {"value": not allowed})

    def _send(self, form: Send) -> Any:
        page = self.page
        page.set_viewport_size(DESKTOP)  # a month is sent from there
        page.evaluate(LENIENT)
        for where, value in form.fill.items():
            _fill(page, where, value)
        with page.expect_navigation() as gone:
            page.get_by_role("button", name=re.compile(form.button)).first.click()
        return gone.value

    def _told(self, form: Send) -> list[str]:
        """Check that a mistake is said where it is, and what was typed kept."""
        for where, words in form.beside.items():
            expect(self.page.locator(where), where).to_have_accessible_description(re.compile(words))
        for where, value in form.kept.items():
            expect(self.page.locator(where), where).to_have_value(value)
        return [str(one) for one in self.page.evaluate(BESIDE)]

    def _seen(self) -> list[str]:
        """Look at the page at every size, closer together, further apart, in the reader's own colours."""
        page = self.page
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found = [*page.evaluate(OUTLINE), *page.evaluate(SMALL)]
        for size in MEASURED:
            page.set_viewport_size(size)
            found += [f"too wide at {size['width']}"] if page.evaluate(TOO_WIDE) else []
            found += [f"too wide at {size['width']}, spaced"] if size != AT_200 and page.evaluate(SPACED) else []
            if size in LOOKED_AT:
                found += [f"{one} at {size['width']}" for one in violations(page)]
        if self.script:  # which changes no colour
            page.emulate_media(forced_colors="active")
            found += [f"{one} in forced colours" for one in violations(page)]
            page.emulate_media(forced_colors="none")
        return [str(one) for one in found]


def _fill(page: Page, where: str, value: object) -> None:
    at = page.locator(where)
    kind = at.first.evaluate("(one) => one.type")
    if isinstance(value, bool):
        at.evaluate_all("(all, value) => all.forEach((one) => { if (one.checked !== value) one.click(); })", value)
    elif kind in {"hidden", "date"}:  # what a browser would never write there
        at.evaluate_all(
            "(all, value) => all.forEach((one) => { one.type = one.type.replace('date', ''); one.value = value; })",
            value,
        )
    elif kind == "file":
        assert callable(value)
        at.set_input_files(value())
    elif kind == "select-one":
        at.select_option(str(value))
    else:
        at.fill(str(value))
