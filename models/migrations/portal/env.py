"""How Alembic meets the portal's database: always with the connection it is handed."""

from alembic import context

import models.portal  # noqa: F401 its tables join the metadata
from models.base import PortalBase, frozen_type

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=PortalBase.metadata,
    render_as_batch=True,
    compare_server_default=True,
    render_item=frozen_type,
)
with context.begin_transaction():
    context.run_migrations()
