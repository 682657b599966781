"""What the database refuses about this app's rows; the triggers themselves are `yuxi_eldercare.core.guards`."""

from yuxi_eldercare.core.guards.frozen import Guard, rows_of_closes

frozen_assessments = rows_of_closes("targets_frozenassessment", "assessments")

# A red month stays on record, and so does every step of a part and every point given for one.
FOLLOWING = tuple(
    Guard(table, may_delete="OLD.is_demo", sentence=sentence)
    for table, sentence in (
        ("targets_partstep", "steps of a part are append-only"),
        ("targets_partmonth", "months of a part never change"),
        ("targets_scoreline", "points given are append-only"),
    )
)
