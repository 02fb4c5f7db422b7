"""One module per menu of the families' guide."""

from backoffice.portal.pages import (
    access,
    answers,
    bookings,
    contact,
    data,
    documentation,
    documents,
    enrolments,
    family,
    feed,
    history,
    home,
    invoices,
    legal,
    mandates,
    payfip,
    payment,
    people,
    periods,
)

PAGES = tuple(
    module.blueprint
    for module in (
        access,
        home,
        family,
        people,
        enrolments,
        bookings,
        periods,
        feed,
        invoices,
        mandates,
        payment,
        payfip,
        documents,
        documentation,
        history,
        contact,
        data,
        legal,
        answers,
    )
)
