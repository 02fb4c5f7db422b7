"""The kinds of requests, as « À traiter » handles each: one line a kind.

A kind that needs more than its lines gets a file of its own here (enrolment_dialog.py, document_preview.py…), which
may give, each on its own, none being required:
- `read(office, agent, request_id)`, run on a worker lane each time the file is opened: what the two others need and
  may not read themselves, e.g. `office.read(groups_of, request_id)`, or `office.read(scan, request_id, office.sealer)`;
- `ask(file, known, parent)`: a `TermsDialog`, opened by « Accepter » instead of accepting at once. Its `values` go to
  `accept(…, values=…)`, that is to `Terms.values` of the kind's handler; its `note` is the word to the family. When the
  office refuses, the sentence is shown in the dialog, which stays open with what was typed. `asks(known)` may say that
  this request needs no dialog;
- `besides()`: a `Besides`, shown under the lines, given each file and what `read` found. It reads nothing itself.
"""

from collections.abc import Mapping

from models.vocabulary import RequestKind
from ui.requests.document_preview import DocumentBesides, ask_until, read_document
from ui.requests.enrolment_dialog import ask_terms, read_choices
from ui.requests.person_dialog import ask_child, asks_child, read_child
from ui.requests.way import Way

WAYS: Mapping[RequestKind, Way] = {
    RequestKind.FIELDS: Way(icon="person", one="champ"),
    RequestKind.BOOKINGS: Way(icon="planning", one="jour"),
    RequestKind.PERSON: Way(icon="child", read=read_child, ask=ask_child, asks=asks_child),
    RequestKind.ENROLMENT: Way(icon="edit", read=read_choices, ask=ask_terms),
    RequestKind.DOCUMENT: Way(icon="document", read=read_document, ask=ask_until, besides=DocumentBesides),
    RequestKind.MANDATE: Way(icon="debit"),
}
