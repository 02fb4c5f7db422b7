"""What agents do of households' files and of the portal's settings, at random."""

from dataclasses import replace
from datetime import date

from backoffice.documents.desk import Brought, record_document
from backoffice.documents.kinds import KindDraft, add_kind, change_kind, order_kinds, retire_kind
from backoffice.documents.publications import GivenFile, publish_file, withdraw_publication
from backoffice.families.edit import edit_person
from backoffice.families.field_rules import portal_files, save_portal_files
from backoffice.families.fields import Subject
from backoffice.families.income import prove_income
from backoffice.families.income_rules import Income
from backoffice.families.invite import invite
from backoffice.messages.reply import reply
from backoffice.notices.edit import edit_notice
from models.office.documents import DocumentKind, Publication
from models.office.families import Child, Guardian
from tests.life.means import Means


class Files(Means):
    """People, documents, what the portal shows."""

    def desk_edits_person(self) -> None:
        home, child = self._home_and_child()
        if self._flip():
            version = self._version(Guardian, home.guardian_id)
            changes = {"last_name": self._one("Martin", "Durand"), "email": f"{self.chance.randint(1, 99)}@exemple.fr"}
            return self._write(edit_person, Subject.GUARDIAN, home.guardian_id, changes, version=version)
        changes = {"first_name": self._one("Léa", "Eva"), "birth_date": self._one("2019-03-02", "2021-01-04")}
        return self._write(edit_person, Subject.CHILD, child, changes, version=self._version(Child, child))

    def desk_proves_income(self) -> None:
        income = Income(self._one(300, 900, 1500), self._one(date(2026, 1, 1), date(2026, 12, 1)))
        self._write(prove_income, self._one(*self.homes).family_id, income)

    def desk_invites(self) -> None:
        self._write(invite, self._one(*self.homes).guardian_id)

    def desk_replies(self) -> None:
        self._write(reply, self._one(*self.homes).family_id, "Bonjour.")

    def desk_rules_fields(self) -> None:
        before = self.office.read(portal_files)
        turned = self.chance.randrange(len(before.fields))
        fields = [replace(one, shown=not one.shown) if at == turned else one for at, one in enumerate(before.fields)]
        addable = before.addable if self._flip() else ("child", "contact", "pickup")
        self._write(save_portal_files, replace(before, fields=tuple(fields), addable=addable), seen=before)

    def desk_edits_notice(self) -> None:
        self._write(edit_notice, "mentions", self._one("Mentions.", "Autres mentions."))

    def desk_asks_documents(self) -> None:
        name = self._one("Vaccins", "Impôts", "Assurance")
        draft = KindDraft(name, per_child=self._flip(), mandatory=self._flip(), blocks="", months_valid=12)
        match self._one("add", "change", "change", "order", "retire"):
            case "add":
                self._write(add_kind, draft)
            case "change":
                self._write(change_kind, self._any(DocumentKind.id), draft)
            case "order":
                self._write(order_kinds, [self._any(DocumentKind.id)])
            case _:
                self._write(retire_kind, self._any(DocumentKind.id))

    def desk_receives_document(self) -> None:
        home, child = self._home_and_child()
        until, refused = self._one((None, ""), (date(2027, 8, 31), ""), (None, "Illisible."))
        brought = Brought(self._any(DocumentKind.id), self._one(child, None), until, refused)
        self._write(record_document, home.family_id, brought)

    def desk_publishes(self) -> None:
        file = GivenFile("menu.pdf", "application/pdf", b"%PDF-1.7 menu")
        self._write(publish_file, name="Menu", words="", to_return=False, file=file)

    def desk_withdraws_file(self) -> None:
        number = self._any(Publication.id)
        self._write(withdraw_publication, number, version=self._version(Publication, number))
