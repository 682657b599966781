"""Rules for passwords beyond Django's own, and the initial passwords that administrators hand over."""

import secrets

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Without characters that look alike on paper: 0 O, 1 l I.
_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_DIGITS = "23456789"
_SIGNS = "-+=%@"


class LengthValidator(MinimumLengthValidator):
    """Django's rule with a sentence of ours, which its Chinese catalogue lacks."""

    def get_error_message(self) -> str:
        return _("密码太短，至少要 %(count)s 位。") % {"count": self.min_length}

    def get_help_text(self) -> str:
        return self.get_error_message()


class MixedCharactersValidator:
    """At least three of four kinds of characters: lower case, upper case, digits, others."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise `ValidationError` naming what is missing."""
        kinds = [
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() for c in password),
        ]
        if sum(kinds) < 3:
            raise ValidationError(self.get_help_text(), code="password_of_one_kind")

    def get_help_text(self) -> str:
        """The rule in a sentence."""
        return _("密码须包含小写字母、大写字母、数字、符号四类中的至少三类。")


def initial_password() -> str:
    """A random password of 14 characters that meets the rules and can be read from paper."""
    groups = ["".join(secrets.choice(_LETTERS) for _i in range(4)) for _g in range(2)]
    digits = "".join(secrets.choice(_DIGITS) for _i in range(4))
    return f"{groups[0].capitalize()}{secrets.choice(_SIGNS)}{groups[1]}{secrets.choice(_SIGNS)}{digits}"
