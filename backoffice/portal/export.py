"""All that the portal holds of a household and of one account, as a ZIP: what is read, what was sent, the files.

Never another household's, and nothing that opens a door: no password, no token, not even their prints.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from sqlalchemy import select

from backoffice.portal.accounts import Visitor
from backoffice.portal.store import Work
from models.portal import Account, Attachment, Connection, Feed, OnlinePayment, OutboxAction, ShownView, SignIn, Upload
from resources.french import instant_text
from resources.plain import file_name

LONGEST_NAME = 80
IN_MEMORY = 4 * 1024 * 1024  # a larger archive is written on the disk, and goes with the answer
OF_ONE_ACCOUNT = frozenset({"account_opened", "link_asked"})
SEALED = "scellé à la clé de la régie\u202f: le portail ne peut pas l'ouvrir"
README = """Copie de ce que l'Espace famille de {commune} garde de votre foyer et de votre compte, le {now}.

compte.json      votre compte, vos appareils connectés, vos connexions, vos liens d'agenda
envois.json      ce que votre foyer a demandé ou écrit, et quand la régie l'a reçu
documents.json   les documents envoyés que la régie n'a pas encore pris\u202f; ils sont scellés, le portail ne peut pas les lire
paiements.json   les paiements en ligne
vues/            ce que la régie publie pour votre foyer, tel que les pages le lisent
fichiers/        les factures, reçus et attestations

Les mots de passe et les liens secrets n'y sont pas\u202f: le portail n'en garde que des empreintes.
La régie garde par ailleurs le dossier de votre foyer\u202f: demandez-lui-en une copie.
"""


def archive(work: Work, visitor: Visitor, commune: str = "") -> IO[bytes]:
    """Write the archive; whoever asks closes it."""
    file: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 the answer reads it, then closes it
    with ZipFile(file, "w", ZIP_DEFLATED) as made:
        told = README.format(commune=commune or "votre commune", now=instant_text(work.now))
        made.writestr("LISEZ-MOI.txt", told)
        made.writestr("compte.json", _json(_account(work, visitor)))
        made.writestr("envois.json", _json(list(_actions(work, visitor))))
        made.writestr("documents.json", _json(list(_uploads(work, visitor))))
        made.writestr("paiements.json", _json(list(_payments(work, visitor))))
        for name, views in _views(work, visitor):
            made.writestr(f"vues/{name}.json", _json(views))
        for name, content in _files(work, visitor):
            made.writestr(f"fichiers/{name}", content, ZIP_STORED)
    file.seek(0)
    return file


def _account(work: Work, visitor: Visitor) -> dict[str, Any]:
    mine = visitor.guardian_id
    account = work.session.get_one(Account, mine)
    devices = work.session.scalars(select(SignIn).where(SignIn.guardian_id == mine).order_by(SignIn.created_at))
    seen = work.session.scalars(select(Connection).where(Connection.guardian_id == mine).order_by(Connection.at))
    feeds = work.session.scalars(
        select(Feed).where(Feed.guardian_id == mine, Feed.revoked_at.is_(None)).order_by(Feed.created_at)
    )
    return {
        "nom": account.name,
        "adresse_e_mail": account.email,
        "numero_de_responsable": account.guardian_id,
        "numero_de_foyer": account.family_id,
        "ouvert": account.open,
        "mot_de_passe": "choisi" if account.password_hash else "pas encore choisi",
        "lien_en_attente_jusqu_a": account.link_until,
        "appareils": [
            {"appareil": one.device, "depuis": one.created_at, "vu": one.seen_at, "fin_au_plus_tard": one.until}
            for one in devices
        ],
        "connexions": [{"le": one.at, "appareil": one.device} for one in seen],
        "liens_d_agenda": [{"cree": one.created_at, "dernier_usage": one.used_at} for one in feeds],
    }


def _actions(work: Work, visitor: Visitor) -> Iterator[dict[str, Any]]:
    query = select(OutboxAction).where(OutboxAction.family_id == visitor.family_id).order_by(OutboxAction.seq)
    for action in work.session.scalars(query):
        mine = action.guardian_id == visitor.guardian_id
        if mine or action.kind not in OF_ONE_ACCOUNT:
            yield {
                "numero": action.id,
                "recu": action.received_at,
                "par_vous": mine,
                "nature": action.kind,
                "titre": action.title,
                "lignes": action.lines,
                "contenu": {key: SEALED if key == "sealed" else value for key, value in action.payload.items()},
                "pris_par_la_regie": action.collected_at,
            }


def _uploads(work: Work, visitor: Visitor) -> Iterator[dict[str, Any]]:
    query = select(Upload.id, Upload.received_at).where(Upload.family_id == visitor.family_id)
    for upload_id, received_at in work.session.execute(query.order_by(Upload.received_at)):
        yield {"numero": upload_id, "recu": received_at, "contenu": SEALED}


def _payments(work: Work, visitor: Visitor) -> Iterator[dict[str, Any]]:
    query = select(OnlinePayment).where(OnlinePayment.family_id == visitor.family_id)
    for payment in work.session.scalars(query.order_by(OnlinePayment.started_at)):
        mine = payment.guardian_id == visitor.guardian_id
        yield {
            "reference": payment.reference,
            "par_vous": mine,
            "centimes": payment.amount_cents,
            "factures": payment.basket,
            "etat": payment.state,
            "moyen": payment.means,
            "adresse_e_mail": payment.email if mine else None,
            "commence": payment.started_at,
            "paye": payment.paid_at,
        }


def _views(work: Work, visitor: Visitor) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    query = select(ShownView).where(ShownView.family_id == visitor.family_id, ShownView.body.is_not(None))
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for view in work.session.scalars(query.order_by(ShownView.kind, ShownView.key)):
        said = {"cle": view.key, "publie": view.shown_at, "contenu": view.body}
        by_kind.setdefault(view.kind, []).append(said)
    yield from by_kind.items()


def _files(work: Work, visitor: Visitor) -> Iterator[tuple[str, bytes]]:
    """Read the files one at a time: years of invoices never sit in memory together."""
    mine = Attachment.family_id == visitor.family_id
    names = select(Attachment.kind, Attachment.key, Attachment.name).where(mine)
    for kind, key, name in work.session.execute(names.order_by(Attachment.kind, Attachment.key)).all():
        this = (mine, Attachment.kind == kind, Attachment.key == key)
        content = work.session.scalar(select(Attachment.content).where(*this))
        if content is not None:
            yield file_name(f"{kind}-{key}-{name[-LONGEST_NAME:]}"), content


def _json(found: object) -> str:
    return json.dumps(found, ensure_ascii=False, indent=2, default=_said)


def _said(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
