"""One module per menu of the families' guide."""

from backoffice.portal.pages import (
    access,
    answers,
    bookings,
    contact,
    documents,
    enrolments,
    family,
    history,
    home,
    invoices,
)

PAGES = tuple(
    module.blueprint
    for module in (
        access,
        home,
        family,
        enrolments,
        bookings,
        invoices,
        documents,
        history,
        contact,
        answers,
    )
)
