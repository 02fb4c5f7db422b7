"""PostgreSQL's own counters of keys, after rows were written with keys of ours."""

from sqlalchemy import func, select, text
from sqlalchemy.orm import DeclarativeBase, Session


def catch_up(session: Session, *tables: type[DeclarativeBase]) -> None:
    """Let the next key follow the last one written; SQLite does so by itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in tables:
        name = table.__tablename__
        last = session.scalar(select(func.max(table.__table__.c.id)))
        session.execute(
            text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), {"name": name, "last": last or 1}
        )
