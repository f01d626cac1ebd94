"""Write the queue's event log for what went another way only: that a job waits and runs, the job itself says."""

from alembic import op

revision = "0007"
down_revision = "0006"

# Disabled and not dropped: a later version of the queue finds its own triggers and may replace them.
EVERY_EVENT = ("procrastinate_trigger_status_events_insert_v1", "procrastinate_trigger_status_events_update_v1")

# Tried again, failed, cancelled: what a person looks for, and what old jobs are deleted by.
THE_REST = """
CREATE TRIGGER events_of_what_ended AFTER UPDATE OF status ON jobs.procrastinate_jobs
    FOR EACH ROW WHEN (NEW.status <> 'doing')
    EXECUTE FUNCTION jobs.procrastinate_trigger_function_status_events_update_v1();
"""


def upgrade() -> None:
    """Apply."""
    for trigger in EVERY_EVENT:
        op.execute(f"ALTER TABLE jobs.procrastinate_jobs DISABLE TRIGGER {trigger}")
    op.execute(THE_REST)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP TRIGGER events_of_what_ended ON jobs.procrastinate_jobs")
    for trigger in EVERY_EVENT:
        op.execute(f"ALTER TABLE jobs.procrastinate_jobs ENABLE TRIGGER {trigger}")
