"""Ma famille and Mes demandes: people and fields that wait, are answered, leave; every mistake; a household without a child."""

from datetime import timedelta

from backoffice.sync.contract import (
    AnswerLine,
    EnrolmentsView,
    FamilyView,
    FieldAnswer,
    InvoiceState,
    PersonView,
    ViewKind,
    WaitingPerson,
    week_of,
)
from tests.browser.states import Send, State, World
from tests.browser.visits import Portal
from tests.portal.conftest import Person
from tests.portal.motion import COMING, LEAVING, family_in_motion, request
from tests.portal.published import (
    ASKED,
    CANTEEN,
    CLAIRE,
    DAYS,
    FAMILY,
    JEANNE,
    LEA,
    MONDAY,
    NOW,
    PAUL,
    TOM,
    WEEK,
    field,
    invoice,
    structure,
    view,
)

SCHOOLS = ("École du Parc", "École des Sources")
SHEET = f"/famille/responsable/{CLAIRE}"
CHILD, CONTACT, PICKUP = (
    "/famille/ajouter/enfant", f"/famille/enfant/{TOM}/ajouter/contact", f"/famille/enfant/{TOM}/ajouter/personne-autorisee",
)  # fmt: skip
AWAY = f"/famille/personne/{PAUL}/retirer"
GONE = f"/famille/personne/{JEANNE}/retirer"
SAVE = "^Enregistrer"


def _id(number: int) -> str:
    return f"{ASKED[:-3]}{number:03d}"


def _lines(*verdicts: str) -> tuple[AnswerLine, ...]:
    more = {"listed": {"rank": 1, "price_cents": 455}, "accepted": {"until": NOW, "price_cents": 455}}
    return tuple(
        AnswerLine(
            text=f"Ligne {number}, repas, Léa", wished="Réserver", verdict=verdict, why="Sortie scolaire ce jour-là.",
            key=f"k{number}", **more.get(verdict, {}),
        )
        for number, verdict in enumerate(verdicts)
    )  # fmt: skip


def _answers() -> list:
    """Publish a request of each standing, one of several lines, a long one, one that the régie made."""
    told = {"reason": "Justificatif manquant", "note": "Merci d'envoyer le livret.\nÀ bientôt.", "decided_at": NOW}
    shown = [
        view(ViewKind.REQUEST, _id(number), FAMILY, request("bookings", status, lines=_lines(status), **told))
        for number, status in enumerate(("accepted", "refused", "listed", "withdrawn"), start=100)
    ]
    verdicts = _lines("accepted", "refused", "listed", "withdrawn")
    partly = request("bookings", "accepted", lines=verdicts, **told).model_copy(update={"status": "partly"})
    apart = request("bookings", "waiting", lines=_lines("waiting", "waiting", "accepted"))
    long = request("bookings", "waiting", lines=_lines(*["waiting"] * 130))
    return [
        *shown, view(ViewKind.REQUEST, _id(104), FAMILY, partly), view(ViewKind.REQUEST, _id(105), FAMILY, apart),
        view(ViewKind.REQUEST, _id(106), FAMILY, long), view(ViewKind.REQUEST, _id(107), FAMILY, request("person")),
        view(ViewKind.REQUEST, ASKED, FAMILY, request()), view(ViewKind.REQUEST, COMING, FAMILY, request("person")),
        view(ViewKind.REQUEST, LEAVING, FAMILY, request("person")),
    ]  # fmt: skip


def _family() -> FamilyView:
    """Give the household in motion, with answers on fields, a choice among schools, a child to come and one leaving."""
    shown = family_in_motion()
    since = NOW - timedelta(days=2)
    claire = shown.people[0]
    accepted = FieldAnswer(wished="88140", verdict="accepted", why="", at=since)
    fields = tuple(
        one.model_copy(update={"answer": accepted}) if one.name == "postal_code" else one for one in claire.fields
    )
    coming = WaitingPerson(request_id=_id(107), kind="child", name="Zoé Martin", child_id=None, since=since)
    people = (claire.model_copy(update={"fields": fields}), *shown.people[1:])
    return shown.model_copy(update={"people": people, "waiting": (*shown.waiting, coming)})


def _move(portal: Portal, claire: Person) -> dict[str, str]:
    """Publish a household in motion; send a field, somebody to add and somebody to take away; take a request back."""
    portal.publish(
        view(ViewKind.STRUCTURE, "", 0, structure().model_copy(update={"schools": SCHOOLS})),
        view(ViewKind.FAMILY, "", FAMILY, _family()),
        *_answers(),
    )
    ids = {}
    for name, path, sent in (
        ("field", f"/famille/enfant/{LEA}", {"f.doctor": "Dr Faure"}),
        ("added", f"/famille/enfant/{LEA}/ajouter/contact", {"f.name": "Inès Faure", "f.relation": "voisine", "f.phone": "0611223344"}),
        ("child", CHILD, {"f.first_name": "Nino", "f.last_name": "Martin", "f.birth_date": "05/09/2025"}),
        ("removed", GONE, {}),
    ):  # fmt: skip
        claire.get(path)
        ids[name] = claire.post(path, sent).location.rpartition("/")[2]
    for asked in (COMING, _id(106)):
        claire.get(f"/demandes/{asked}")
        claire.post(f"/demandes/{asked}/retirer")
    return ids


def _answered(portal: Portal, _claire: Person) -> None:
    portal.publish(view(ViewKind.REQUEST, ASKED, FAMILY, request(status="refused")))


def _many(portal: Portal, _claire: Person) -> None:
    portal.publish(*(view(ViewKind.REQUEST, _id(number), FAMILY, request()) for number in range(300, 360)))


def _used(_portal: Portal, claire: Person) -> None:
    claire.get(SHEET)
    claire.post(SHEET, {"form_key": "deja-servi", "f.street": "6 rue du Lac"})


def _moved(portal: Portal, _claire: Person) -> None:
    """Change her number at the régie."""
    shown = _family()
    claire = shown.people[0]
    fields = tuple(
        one.model_copy(update={"value": "06 00 00 00 00"}) if one.name == "mobile" else one for one in claire.fields
    )
    people = (claire.model_copy(update={"fields": fields}), *shown.people[1:])
    portal.publish(view(ViewKind.FAMILY, "", FAMILY, shown.model_copy(update={"people": people})))


def _alone(portal: Portal, _claire: Person) -> None:
    """Publish a household of one, with nothing at all."""
    me = PersonView(
        kind="guardian", id=CLAIRE, name="Claire Martin", role="responsable",
        fields=(field("mobile", "Téléphone portable", "", shape="phone", required=True),),
    )  # fmt: skip
    weeks = [week_of(MONDAY + timedelta(days=days)) for days in (0, 7)]
    gone = [(ViewKind.WEEK, f"{child}:{name}") for child in (LEA, TOM) for name in weeks]
    gone += [(ViewKind.INVOICE, str(key)) for key in (101, 102, 90)]
    gone += [(ViewKind.DOCUMENTS, ""), (ViewKind.THREAD, "")]
    portal.publish(
        view(ViewKind.FAMILY, "", FAMILY, FamilyView(number="F-0007", name="Famille Martin", people=(me,))),
        view(ViewKind.ENROLMENTS, "", FAMILY, EnrolmentsView(lines=())),
        *(view(kind, key, FAMILY, None) for kind, key in gone),
    )


def _unknown(portal: Portal, _claire: Person) -> None:
    _alone(portal, _claire)
    portal.publish(view(ViewKind.FAMILY, "", FAMILY, None), view(ViewKind.ENROLMENTS, "", FAMILY, None))


def _late(portal: Portal, claire: Person) -> None:
    """Leave much to do: an invoice that is due, a request that waits."""
    due = invoice("2026-000110", InvoiceState.TO_PAY, due_on=DAYS[0])
    portal.publish(view(ViewKind.INVOICE, 110, FAMILY, due), view(ViewKind.REQUEST, ASKED, FAMILY, request()))
    claire.get(f"/reservations/{LEA}/{WEEK}")
    claire.post(
        f"/reservations/{LEA}/{WEEK}", {"s": claire.all_hidden("s"), "c": [*claire.ticked(), f"{CANTEEN}:{DAYS[3]}"]}
    )


WORLDS = (
    World(
        "a household in motion",
        (
            State("/", "Tableau de bord"),
            State("/famille", "Retrait envoyé"),
            State(SHEET, "Justificatif manquant"),
            State(f"/famille/enfant/{LEA}", "Envoyé, en cours"),
            State(f"/famille/enfant/{TOM}", "se modifie auprès de la régie"),
            State(CHILD, "École des Sources"),
            State(CONTACT, "Pour Tom Martin"),
            State(PICKUP, "avec une pièce d'identité"),
            State(AWAY, "Demander le retrait"),
            State("/demandes", "Toutes"),
            State("/demandes?etat=attente", "En attente de la régie"),
            State("/demandes?etat=repondues", "Accepté en partie"),
            *(State(f"/demandes/{{{name}}}", "Confirmation dans un instant") for name in ("field", "added", "child", "removed")),
            *(
                State(f"/demandes/{_id(number)}", words)
                for number, words in enumerate(
                    ("Accepté", "Refusé", "1er sur la liste", "Retiré par vous", "Accepté en partie", "Tout retirer"), start=100
                )
            ),
            State(f"/demandes/{_id(106)}", "Retrait en cours"),
            State(f"/demandes/{_id(106)}?page=2", "61 à 120 sur 130"),
            State(f"/demandes/{COMING}", "Retrait en cours"),
            State(
                SHEET, "corrigez ce qui est signalé", 422,
                Send(
                    SAVE, {"[name='f.mobile']": "", "[name='f.email']": "claire", "[name='f.postal_code']": "881"},
                    beside={"[name='f.mobile']": "obligatoire", "[name='f.email']": "@", "[name='f.postal_code']": "cinq"},
                    kept={"[name='f.email']": "claire", "[name='f.postal_code']": "881"},
                ),
            ),
            State(
                SHEET, "a changé entre-temps", 422,
                Send(
                    SAVE, {"[name='f.mobile']": "0611223344"}, beside={"[name='f.mobile']": "06 00 00 00 00"},
                    kept={"[name='f.mobile']": "0611223344"},
                ),
                meanwhile=_moved,
            ),
            State(SHEET, "Vous n'avez rien changé", 422, Send(SAVE)),
            State(SHEET, "Ce formulaire avait déjà été enregistré", 422, Send(SAVE, {"main [name=form_key]": "deja-servi"}), before=_used),
            State(
                CHILD, "corrigez ce qui est signalé", 422,
                Send(
                    SAVE, {"[name='f.first_name']": "Zoé", "[name='f.birth_date']": "31/02/2020"},
                    beside={"[name='f.last_name']": "obligatoire", "[name='f.birth_date']": "date"},
                    kept={"[name='f.first_name']": "Zoé", "[name='f.birth_date']": "31/02/2020"},
                ),
            ),
            State(
                CONTACT, "corrigez ce qui est signalé", 422,
                Send(
                    SAVE, {"[name='f.name']": "Inès", "[name='f.phone']": "0611"},
                    beside={"[name='f.phone']": "dix chiffres", "[name='f.relation']": "obligatoire"}, kept={"[name='f.phone']": "0611"},
                ),
            ),
            State(PICKUP, "corrigez ce qui est signalé", 422, Send(SAVE, beside={"[name='f.name']": "obligatoire"})),
            State(GONE, "déjà demandé", 422, Send("Demander le retrait")),
            State(
                f"/demandes/{ASKED}", "répondu|réponse", 422,
                Send("Retirer cette demande", to=f"/demandes/{ASKED}/retirer"), meanwhile=_answered,
            ),
            State("/demandes", "1 à 50 sur", before=_many),
            State("/demandes?page=2", "Précédentes"),
        ),
        _move,
    ),
    World(
        "a quiet household",
        (
            State("/", "Tableau de bord"),
            State("/famille", "Ajouter un enfant"),
            State("/inscriptions", "Voir le planning"),
            State("/inscriptions?quand=toutes", "Terminée"),
            State("/inscriptions?quand=demandees", "Aucune demande en attente"),
            State("/reservations", "Choisissez un enfant"),
            State("/demandes", "Vous n'avez encore rien demandé"),
            State("/demandes?etat=attente", "Aucune demande n'attend"),
            State("/demandes?etat=repondues", "Aucune réponse"),
            State("/documents", "Assurance scolaire"),
            State("/documentation", "n'a pas encore mis de document"),
            State("/", "1 facture|factures", before=_late),
        ),
    ),
    World(
        "a household of one",
        (
            State("/", "Tableau de bord"),
            State("/famille", "Claire Martin"),
            State("/inscriptions", "Aucune inscription à afficher"),
            State("/reservations", "Aucun de vos enfants"),
            State("/factures", "Vous n'avez rien à payer"),
            State("/factures?voir=soldees", "Aucune facture soldée"),
            State("/factures?voir=papiers", "Aucune quittance"),
            State("/factures/prelevement", "Aucune régie"),
            State("/documents", "Aucun document ne vous est demandé"),
            State("/contact", "Vous n'avez encore rien écrit"),
            State("/agenda", "Aucun lien"),
            State("/famille", "pas encore publié", before=_unknown),
            State("/", "Tableau de bord"),
        ),
        _alone,
    ),
)  # fmt: skip
