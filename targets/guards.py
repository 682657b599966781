"""What the database refuses about this app's rows; the triggers themselves are `yuxi_eldercare.core.guards`."""

from yuxi_eldercare.core.guards.frozen import rows_of_closes

frozen_assessments = rows_of_closes("targets_frozenassessment", "assessments")
