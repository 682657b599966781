"""The books of subsidies: budget, commitments, arrivals, payments and recoveries, posted and verified."""
