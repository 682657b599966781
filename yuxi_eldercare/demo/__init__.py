"""The demonstration: accounts and made-up values beside the real plans, and how to take them away again.

__main__   `make demo`: prepares everything and serves
accounts   the demonstration log-ins
sizes      how large things are in each county, roughly
values     made-up reports 2021-2025: pure and seeded, the same on every machine
needs      from the loaded plans: which indicators need values, from whom, and what they should aim at
seeding    the reports through the same action as real ones
clearing   `manage.py cleardemo`
"""
