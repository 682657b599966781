"""Logging in and staying logged in: what allauth (log-in, second factor, sessions) and axes (lockout) leave open.

`adapters` and `single_sign_on` are allauth's hooks, `lockout` is the answer of axes, `sessions` ends sessions and
keeps what was typed, `duties` sends people to a password or second factor that is due, `trail` writes audit
events about all of it.
"""
