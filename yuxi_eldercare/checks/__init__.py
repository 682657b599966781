"""Rule-based checks (数据疑点): what places of the loaded plans say against each other.

`snapshot` reads the rows once into plain values, one module per theme compares them, `covered` leaves out
what a reader has already written down, `running` brings the `Finding` rows in line. What needs a reader's
eye stands in the plan files; what reported values contradict belongs to `targets.judging.differences`.
"""
