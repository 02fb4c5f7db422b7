"""What can go wrong, told apart by who can do something about it; each message is a French sentence."""


class RefusedByRule(Exception):
    """A rule of the régie says no: the sentence tells the agent why and what to do."""


class StaleRecord(RefusedByRule):
    """Somebody else changed the record since the agent read it."""


class StaleRequest(RefusedByRule):
    """The file changed since the family asked: three values must be compared (then, now, wished)."""


class NotAllowed(RefusedByRule):
    """The agent's role does not give this right."""


class Unavailable(Exception):
    """The outside world does not answer (database, portal, mail, disk): trying again may work."""


class Cancelled(Exception):
    """The agent stopped a long piece of work; the use-case lets it pass, so that nothing is kept half done."""
