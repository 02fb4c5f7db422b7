"""Taking what the office publishes: a later version replaces, an earlier or equal one changes nothing."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import delete, select, tuple_

from backoffice.portal.store import Work
from backoffice.sync.contract import BODIES, SHARED, AccountView, Publication, View, ViewKind
from models.portal import Account, Attachment, ShownView, SignIn
from models.upsert import insert_into

Key = tuple[str, str, int]
SHARED_KINDS = {ViewKind.STRUCTURE, ViewKind.ACTIVITY_WEEK, ViewKind.OFFERS, ViewKind.PUBLICATION}
FILE_TYPES = {"application/pdf", "image/jpeg", "image/png"}
LONGEST_TEXT = 200
LARGEST_ID, LARGEST_VERSION = 2**31 - 1, 2**63 - 1
OUT_OF_TIME = re.compile(r'"[09]\d{3}-\d\d-\d\dT')  # years before 1000 and after 8999 overflow in Paris
AT_ONCE = 300  # rows of one statement


class MalformedView(Exception):
    """A view that cannot be shown; the sentence names it."""


def take(work: Work, publication: Publication) -> int:
    """Show what is newer than what was shown, whole or not at all.

    Raises:
        MalformedView: one of the views does not say what its kind requires.
    """
    newest: dict[Key, View] = {}
    for view in publication.views:
        check(view)
        held = newest.get(_key(view))
        if held is None or held.version < view.version:
            newest[_key(view)] = view
    _take_accounts(work, [view for view in newest.values() if view.kind is ViewKind.ACCOUNT])
    _take_documents(work, [view for view in newest.values() if view.kind is not ViewKind.ACCOUNT])
    return len(publication.views)


def check(view: View) -> None:
    """Refuse a view whose body is not of its kind, or that would be shown to the wrong family.

    Raises:
        MalformedView: with the sentence that the office logs.
    """
    name = f"{view.kind}:{view.key}:{view.family_id}"
    if not 0 <= view.family_id <= LARGEST_ID or not 0 <= view.version <= LARGEST_VERSION:
        raise MalformedView(f"La vue {name} a un foyer ou une version hors des bornes.")
    if (view.family_id == SHARED) != (view.kind in SHARED_KINDS):
        raise MalformedView(
            f"La vue {name} est {'à tous' if view.family_id == SHARED else 'à un foyer'}, contre sa nature."
        )
    if view.kind is ViewKind.ACCOUNT and not (view.key.isdecimal() and int(view.key) <= LARGEST_ID):
        raise MalformedView(f"La vue {name} ne porte pas le numéro d'un responsable.")
    if "\0" in view.key:
        raise MalformedView(f"La vue {name!r} a un caractère nul dans sa clé.")
    if view.body is not None:
        _check_body(name, view)
    if view.file is not None:
        _check_file(name, view)


def _check_body(name: str, view: View) -> None:
    try:
        body = BODIES[view.kind].model_validate(view.body)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise MalformedView(f"La vue {name} ne dit pas ce que sa nature demande, à l'endroit {where}.") from error
    text = body.model_dump_json()
    if "\\u0000" in text:
        raise MalformedView(f"La vue {name} a un caractère nul dans son texte.")
    if OUT_OF_TIME.search(text):
        raise MalformedView(f"La vue {name} a un instant qu'aucun calendrier ne montre.")
    if (
        isinstance(body, AccountView)
        and max(len(body.email), len(body.name), len(body.link_sha256 or "")) > LONGEST_TEXT
    ):
        raise MalformedView(f"La vue {name} est plus longue que ne peut l'être une adresse.")


def _check_file(name: str, view: View) -> None:
    assert view.file is not None
    if view.file.media_type not in FILE_TYPES or len(view.file.name) > LONGEST_TEXT or "\0" in view.file.name:
        raise MalformedView(f"La vue {name} a un fichier qui ne peut pas être donné aux familles.")
    if hashlib.sha256(view.file.content).hexdigest() != view.file.sha256:
        raise MalformedView(f"Le fichier de la vue {name} ne correspond pas à son empreinte.")


def _take_documents(work: Work, views: list[View]) -> None:
    versions: dict[Key, int] = {}
    for some in _slices(views):
        query = select(ShownView.kind, ShownView.key, ShownView.family_id, ShownView.version)
        found = work.session.execute(query.where(_identity(ShownView).in_([_key(view) for view in some])))
        versions |= {(kind, key, family_id): version for kind, key, family_id, version in found}
    fresh = [view for view in views if view.version > versions.get(_key(view), -1)]
    for some in _slices(fresh):
        _upsert(work, ShownView, [_view_row(work, view) for view in some])
        work.session.execute(delete(Attachment).where(_identity(Attachment).in_([_key(view) for view in some])))
    for view in fresh:
        if view.file and view.body is not None:
            _upsert(work, Attachment, [_identified(view) | view.file.model_dump()])


def _take_accounts(work: Work, views: list[View]) -> None:
    closed: list[int] = []
    for some in _slices(views):
        ids = [int(view.key) for view in some]
        held = {
            row.guardian_id: row for row in work.session.scalars(select(Account).where(Account.guardian_id.in_(ids)))
        }
        for view in some:
            account = held.get(int(view.key))
            if account is None:
                account = Account(guardian_id=int(view.key), version=-1)
                work.session.add(account)
            if view.version > account.version:
                _show_account(account, view)
            if not account.open:
                closed.append(account.guardian_id)
        work.session.flush()
    for some_ids in _slices(closed):
        work.session.execute(delete(SignIn).where(SignIn.guardian_id.in_(some_ids)))


def _show_account(account: Account, view: View) -> None:
    """Bring a way in up to date; a link that has served is not revived by sending it again."""
    account.version, account.family_id = view.version, view.family_id
    if view.body is None:
        account.email, account.name, account.open, account.password_hash = None, "", False, None
        account.link_hash = account.link_until = None
        return
    body = AccountView.model_validate(view.body)
    account.email, account.name, account.open = folded(body.email), body.name, body.open
    fresh = body.link_sha256 is not None and body.link_sha256.lower() != account.last_link_hash
    account.link_hash = body.link_sha256.lower() if fresh and body.link_sha256 else None
    account.link_until = body.link_until if fresh else None


def folded(email: str) -> str:
    """Write an address as it is compared."""
    return email.strip().casefold()


def _upsert(work: Work, table: type[Any], rows: list[dict[str, Any]]) -> None:
    statement = insert_into(work.session, table)
    values = {name: statement.excluded[name] for name in rows[0] if name not in {"kind", "key", "family_id"}}
    statement = statement.on_conflict_do_update(index_elements=["kind", "key", "family_id"], set_=values)
    work.session.connection().execute(statement, rows)


def _identified(view: View) -> dict[str, Any]:
    return {"kind": str(view.kind), "key": view.key, "family_id": view.family_id}


def _view_row(work: Work, view: View) -> dict[str, Any]:
    return _identified(view) | {"version": view.version, "body": view.body, "shown_at": work.now}


def _key(view: View) -> Key:
    return (str(view.kind), view.key, view.family_id)


def _identity(table: type[ShownView | Attachment]) -> Any:
    return tuple_(table.kind, table.key, table.family_id)


def _slices(rows: Sequence[Any]) -> Iterator[Any]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]
