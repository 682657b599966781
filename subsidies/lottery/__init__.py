"""The lottery fund: figures by base, and the base that is reported."""
