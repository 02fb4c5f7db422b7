"""The head of every paper, from what the régie says of itself; apart, for whoever draws nothing loads no PDF library."""

from backoffice.billing.letterhead import LetterheadFacts
from reports.pdf.letterhead import RegieDocument


def regie_document(facts: LetterheadFacts) -> RegieDocument:
    """Give the head of a paper."""
    return RegieDocument(facts.commune, facts.siret, facts.regie, facts.address, facts.phone, facts.email)
