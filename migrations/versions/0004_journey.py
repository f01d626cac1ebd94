"""Name the stages of the journey with their owners, and the stage where each problem belongs."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

STAGES = (
    ("promise", "Head of Merchandising"),
    ("order", "Head of Online Shop"),
    ("pack", "Head of Warehouse"),
    ("hand_over", "Head of Dispatch"),
    ("transit", "Head of Transport"),
    ("doorstep", "Head of Last Mile"),
    ("use", "Head of Product Quality"),
    ("after_care", "Head of Customer Care"),
)

# Problem, parcel state, stage. Every pair that can be reported is listed; a test holds the list to the domain's.
BELONGS = (
    ("late", "not_shipped", "hand_over"),
    ("charged_wrongly", "not_shipped", "order"),
    ("other", "not_shipped", "after_care"),
    ("missing_package", "on_the_way", "transit"),
    ("charged_wrongly", "on_the_way", "order"),
    ("other", "on_the_way", "after_care"),
    ("missing_package", "late", "transit"),
    ("late", "late", "transit"),
    ("charged_wrongly", "late", "order"),
    ("other", "late", "after_care"),
    ("missing_package", "delivered", "doorstep"),
    ("missing_line", "delivered", "pack"),
    ("damaged", "delivered", "transit"),
    ("wrong", "delivered", "pack"),
    ("faulty", "delivered", "use"),
    ("not_as_described", "delivered", "promise"),
    ("late", "delivered", "transit"),
    ("charged_wrongly", "delivered", "order"),
    ("other", "delivered", "after_care"),
    ("charged_wrongly", "cancelled", "order"),
    ("other", "cancelled", "after_care"),
)


def upgrade() -> None:
    """Apply."""
    stages = sa.table("journey_stages", sa.column("stage"), sa.column("position"), sa.column("owner"))
    op.bulk_insert(stages, [{"stage": s, "position": i, "owner": o} for i, (s, o) in enumerate(STAGES, start=1)])
    belongs = sa.table("problem_stages", sa.column("problem"), sa.column("parcel_state"), sa.column("stage"))
    op.bulk_insert(belongs, [{"problem": p, "parcel_state": state, "stage": stage} for p, state, stage in BELONGS])


def downgrade() -> None:
    """Take back."""
    op.execute("DELETE FROM problem_stages")
    op.execute("DELETE FROM journey_stages")
