"""A refusal that names the fields to correct."""

from collections.abc import Mapping

from backoffice.errors import RefusedByRule

NOTHING_DONE = "Rien n'a été enregistré."


class Faulty(RefusedByRule):
    """What was typed cannot be kept: a sentence for each field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(f"{' '.join(dict.fromkeys(faults.values()))} {NOTHING_DONE}")
        self.faults = dict(faults)


def refuse(faults: Mapping[str, str]) -> None:
    """Refuse if there is something to correct.

    Raises:
        Faulty: there is.
    """
    if faults:
        raise Faulty(faults)
