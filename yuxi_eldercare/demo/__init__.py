"""The demonstration: accounts and made-up values beside the real plans, and how to take them away again.

- `__main__`: `make demo`, which prepares everything and serves; `server`: what the web server says
- `logins`: the demonstration log-ins as data; `accounts`: as rows; `standing`: where they may be set up
- `sizes`: how large things are in each county, roughly
- `values`: made-up reports 2021-2025, pure and seeded, the same on every machine
- `population`: the series that rates are divided by
- `needs`: from the loaded plans, which indicators need values, from whom, and what they aim at
- `seeding`: the reports through the same action as real ones
- `month`: rounds of reporting in all states; `walking`: cells taken along in bulk; `drift`: what they are filled
  with; `dating`: the moments of their steps
- `counts`: figures counted from register and ledger, offered in the open rounds
- `institutions`: the register of institutions with its history
- `closes`: three closed months, with reports that became known between and after them
- `clearing`: `manage.py cleardemo`; `undoing`: what it takes back in reporting; `removal`: rows with what cannot
  be without them
"""
