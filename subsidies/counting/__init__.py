"""Indicators counted from the subsidies' ledgers: `households` adds up accepted homes, `lottery` takes the share."""
