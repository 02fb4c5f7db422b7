"""How many weeks ahead families see and book; 0: to the end of the school year."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward: families see as far as they did."""
    op.add_column("commune", sa.Column("weeks_ahead", sa.Integer(), nullable=True))
    op.execute("UPDATE commune SET weeks_ahead = 8")
    with op.batch_alter_table("commune") as batch_op:
        batch_op.alter_column("weeks_ahead", existing_type=sa.Integer(), nullable=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("commune") as batch_op:
        batch_op.drop_column("weeks_ahead")
