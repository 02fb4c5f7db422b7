"""How Alembic meets the office's database: always with the connection it is handed."""

from alembic import context

from models.base import frozen_type
from models.office import OfficeBase

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=OfficeBase.metadata,
    render_as_batch=True,
    compare_server_default=True,
    render_item=frozen_type,
)
with context.begin_transaction():
    context.run_migrations()
