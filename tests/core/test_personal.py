"""Ciphers and masks: what comes back, under which keys, what is found again, what a page may show."""

from datetime import date

import pytest
from cryptography.fernet import Fernet

from yuxi_eldercare.core.ciphers import Box, CannotOpen
from yuxi_eldercare.core.personal import (
    born_on,
    clean_digits,
    is_account,
    is_card,
    is_id_number,
    is_phone,
    mask_name,
    mask_number,
)

OLD, NEW = "a key of long ago, long enough", "the key of today, long enough too"
TEXTS = ("530402194001010017", "王小明", "0877-2022222", "a" * 5000, "末")


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_sealed_comes_back_and_looks_different_each_time(text: str) -> None:
    box = Box([NEW])
    tokens = {box.seal(text) for _ in range(3)}
    assert len(tokens) == 3
    assert {box.open(token) for token in tokens} == {text}
    assert all(text not in token for token in tokens)


def test_nothing_stays_nothing() -> None:
    box = Box([NEW])
    assert (box.seal(""), box.open(""), box.fingerprint("")) == ("", "", "")


def test_a_new_key_in_front_seals_and_the_old_one_still_opens() -> None:
    before, after = Box([OLD]), Box([NEW, OLD])
    token = before.seal("王小明")
    assert after.open(token) == "王小明"
    fresh = after.seal("王小明")
    assert Box([NEW]).open(fresh) == "王小明"
    with pytest.raises(CannotOpen):
        before.open(fresh)


def test_fingerprints_stay_when_a_key_is_added_and_differ_between_installations() -> None:
    number = TEXTS[0]
    print_ = Box([OLD]).fingerprint(number)
    assert Box([NEW, OLD]).fingerprint(number) == print_ == Box(["x" * 30, NEW, OLD]).fingerprint(number)
    assert len(print_) == 64
    assert number not in print_
    assert Box([NEW]).fingerprint(number) != print_ != Box([OLD]).fingerprint(number[:-1] + "8")


def test_what_was_changed_or_sealed_elsewhere_does_not_open() -> None:
    token = Box([OLD]).seal("王小明")
    middle = len(token) // 2
    changed = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    foreign = Fernet(Fernet.generate_key()).encrypt(b"x").decode()
    for wrong in (changed, foreign, token[:-8], "no token", "王小明"):
        with pytest.raises(CannotOpen):
            Box([OLD]).open(wrong)
    with pytest.raises(CannotOpen):
        Box([NEW]).open(token)


def test_renewing_needs_the_former_key_once() -> None:
    old = Box([OLD]).seal("王小明")
    both = Box([NEW, OLD])
    fresh = both.renew(old)
    assert Box([NEW]).open(fresh) == "王小明"
    assert both.renew(fresh) == fresh
    assert both.renew("") == ""
    with pytest.raises(CannotOpen):
        Box([NEW]).renew(old)


@pytest.mark.parametrize("keys", [[], [""], [NEW, ""]])
def test_a_box_needs_keys(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="at least one key"):
        Box(keys)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王明", "王*"),
        ("王小明", "王**"),
        ("欧阳明", "欧阳*"),
        ("欧阳小明", "欧阳**"),
        ("欧阳", "欧*"),
        ("王", "*"),
        ("", ""),
        (" 王小明 ", "王**"),
        ("阿·买买提", "阿****"),
    ],
)
def test_of_a_name_the_surname_is_shown(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("530402194001010017", "530***********0017"),
        ("53040219400101001x", "530***********001X"),
        ("13912345678", "139****5678"),
        ("0877-2022222", "087****2222"),
        ("6222 0212 3456 7890", "622*********7890"),
        ("2022222", "*****22"),
        ("12345678", "123*5678"),
        ("12", "**"),
        ("", ""),
    ],
)
def test_of_a_number_both_ends_are_shown(number: str, masked: str) -> None:
    assert mask_number(number) == masked


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("11010519491231002X", True),  # the example of GB 11643-1999
        ("11010519491231002x", True),
        (" 110105 19491231 002X ", True),
        ("110105194912310020", False),
        ("440524188001010014", True),  # likewise
        ("532401194001010019", True),  # 县级玉溪市: there from 1983 to 1997, its people's numbers are valid
        ("530402194002300010", False),
        ("110105491231002", False),
        ("1101051949123100٢X", False),
        ("", False),
    ],
)
def test_id_numbers(number: str, valid: bool) -> None:
    assert is_id_number(number) is valid


def test_an_id_number_states_the_birth_date() -> None:
    assert born_on(" 110105 19491231 002x ") == date(1949, 12, 31)
    with pytest.raises(ValueError, match="not an ID number"):
        born_on("110105194912310020")


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("13912345678", True),
        ("139 1234 5678", True),
        ("0877-2022222", True),
        ("2022222", True),
        ("12912345678", False),
        ("139123456789", False),
        ("电话", False),
    ],
)
def test_phones(number: str, valid: bool) -> None:
    assert is_phone(number) is valid


@pytest.mark.parametrize(
    ("number", "card", "account"),
    [
        ("4111111111111111", True, True),
        ("4111 1111 1111 1111", True, True),
        ("4111111111111112", False, True),
        ("530101040001234", False, True),
        ("1234567", False, False),
        ("12345678a", False, False),
    ],
)
def test_cards_and_accounts(number: str, card: bool, account: bool) -> None:
    assert (is_card(number), is_account(number)) == (card, account)


def test_numbers_are_compared_without_blanks_and_in_capitals() -> None:
    assert clean_digits(" 1101-0519 491231002x\t") == "11010519491231002X"
    assert clean_digits("１１０１０５－１９４９１２３１００２ｘ") == "11010519491231002X"
