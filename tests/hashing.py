"""Argon2 at the least cost it allows: what makes passwords safe makes a thousand log-ins slow."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Same algorithm and format, hardly any memory and one turn."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
