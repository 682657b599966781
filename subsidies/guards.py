"""What the database refuses about this app's rows; the triggers themselves are `yuxi_eldercare.core.guards`."""

from yuxi_eldercare.core.guards.frozen import Guard

# What happened to money and to an application stays as it was written; only demonstrations are taken away again.
APPEND_ONLY = (
    Guard("subsidies_journal", may_delete="OLD.is_demo", sentence="journals are append-only"),
    Guard(
        "subsidies_posting",
        may_delete="EXISTS (SELECT 1 FROM subsidies_journal j WHERE j.id = OLD.journal_id AND j.is_demo)",
        sentence="postings are append-only",
    ),
    Guard(
        "subsidies_applicationstep",
        may_delete="OLD.is_demo",
        sentence="steps of an application are append-only",
    ),
    Guard("subsidies_schemeversion", may_delete="OLD.is_demo", sentence="versions of a scheme never change"),
)
