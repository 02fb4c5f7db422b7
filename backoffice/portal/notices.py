"""What the law asks the portal to say, under its code: the title, what is said until the commune says otherwise."""

from dataclasses import dataclass

from backoffice.sync.contract import StructureView

LEGAL, ACCESS, DATA = "mentions", "accessibilite", "donnees"  # the three pages


@dataclass(frozen=True, slots=True)
class Notice:
    """One text: on which page, under which title, and what it says by default."""

    code: str
    page: str
    title: str
    default: str  # {commune}, {regie}, {address}, {contact} are the structure's own
    hint: str  # for the agent who writes it


NOTICES = (
    Notice(
        "publisher",
        LEGAL,
        "Éditeur",
        "{commune}, {address}. {contact}",
        "La collectivité, son adresse, son téléphone, son SIRET.",
    ),
    Notice(
        "director",
        LEGAL,
        "Directeur ou directrice de la publication",
        "Le maire de {commune}.",
        "Le nom et la qualité de la personne\u202f: le maire, ou la présidente de l'établissement.",
    ),
    Notice(
        "host",
        LEGAL,
        "Hébergeur",
        "Ce portail est hébergé par la commune de {commune}, {address}.",
        "Le nom, l'adresse et le téléphone de l'entreprise ou du service dont les machines portent ce site.",
    ),
    Notice(
        "state",
        ACCESS,
        "État de conformité",
        "L'Espace famille de {commune} est non conforme au référentiel général d'amélioration de l'accessibilité "
        "(RGAA 4.1.2) au sens de la loi, parce qu'aucun audit complet n'en a encore été fait. Ses pages sont cependant "
        "vérifiées par un outil automatique (axe, règles WCAG 2.1 A et AA) sans défaut relevé, et s'utilisent "
        "entièrement au clavier, sans JavaScript, agrandies à 200 % et sur un écran de 320 pixels.",
        "«\xa0Totalement\xa0», «\xa0partiellement\xa0» ou «\xa0non conforme\xa0», avec le taux et l'auteur de l'audit. Sans audit en "
        "cours de validité, la loi veut «\xa0non conforme\xa0».",
    ),
    Notice(
        "flaws",
        ACCESS,
        "Contenus non accessibles",
        "Les factures, reçus, attestations et documents à télécharger au format PDF ne sont pas tous balisés pour les "
        "lecteurs d'écran. La régie vous en lit ou vous en transmet le contenu autrement, sur demande.",
        "Les non-conformités connues, les dérogations, et ce qui n'est pas soumis à l'obligation.",
    ),
    Notice(
        "established",
        ACCESS,
        "Établissement de cette déclaration",
        "Cette déclaration a été établie à la mise en service du portail, par auto-évaluation de ses pages.",
        "La date de la déclaration et de sa dernière mise à jour, les technologies, les outils et les pages vérifiées.",
    ),
    Notice(
        "purposes",
        DATA,
        "Qui tient vos données, et pourquoi",
        "La commune de {commune}, par sa régie ({regie}), est responsable de ces données. Elles servent à inscrire et à "
        "accueillir vos enfants, à réserver, à facturer et à encaisser\u202f: une mission d'intérêt public, et des obligations "
        "comptables. Elles ne sont ni vendues ni utilisées pour autre chose.",
        "Le responsable du traitement, les finalités, la base légale, les destinataires.",
    ),
    Notice(
        "durations",
        DATA,
        "Combien de temps",
        "Le dossier d'un enfant\u202f: 3 ans après son départ. Les comptes, factures et paiements\u202f: 10 ans. Une demande "
        "refusée\u202f: 2 ans. Les connexions à l'Espace famille\u202f: 12 mois. Un document que vous envoyez quitte le portail dès "
        "que la régie l'a reçu.",
        "Les durées de conservation décidées par la commune.",
    ),
    Notice(
        "officer",
        DATA,
        "Délégué à la protection des données",
        "Écrivez à l'attention du délégué à la protection des données, {commune}, {address}. {contact}",
        "Le nom ou le service, l'adresse et l'e-mail du délégué.",
    ),
)
BY_CODE = {notice.code: notice for notice in NOTICES}


def default_text(notice: Notice, structure: StructureView) -> str:
    """Write what a notice says by default, with the commune's own address."""
    address = ", ".join(part for part in (structure.street, structure.city) if part)
    ways = [
        f"Téléphone\u202f: {structure.phone}" if structure.phone else "",
        structure.email and f"e-mail\u202f: {structure.email}",
    ]
    contact = ", ".join(way for way in ways if way)
    values = {
        "commune": structure.commune or "la commune",
        "regie": structure.regie,
        "address": address,
        "contact": f"{contact[:1].upper()}{contact[1:]}." if contact else "",
    }
    text = notice.default
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text.replace(", .", ".").replace(",,", ",").strip()


def texts(structure: StructureView, page: str) -> list[tuple[str, str]]:
    """Give the titles and the texts of a page: the commune's own, or those by default."""
    own = {notice.code: notice.text for notice in structure.notices if notice.text.strip()}
    return [
        (notice.title, own.get(notice.code) or default_text(notice, structure))
        for notice in NOTICES
        if notice.page == page
    ]


def conformity(structure: StructureView) -> str:
    """Say in two words how accessible the statement says that the site is: each page must (décret 2019-768)."""
    own = next((notice.text for notice in structure.notices if notice.code == "state"), "")
    text = " ".join(own.casefold().split())
    return next((words for words in ("totalement conforme", "partiellement conforme") if words in text), "non conforme")
