"""Which demonstration log-ins there are: plain data, so that they can be printed before anything is set up."""

from dataclasses import dataclass

PASSWORD = "yuxi-yanshi-2020"
CITY = "530400"
# The counties that share one reporter and one reviewer.
OTHERS = {
    "jiangchuan": "530403",
    "chengjiang": "530481",
    "tonghai": "530423",
    "huaning": "530424",
    "eshan": "530426",
    "xinping": "530427",
    "yuanjiang": "530428",
}
_OTHER_BUREAUS = tuple((code, f"{name}-civil-affairs") for name, code in OTHERS.items())
_OTHER_GOVERNMENTS = tuple((code, f"{name}-government") for name, code in OTHERS.items())


@dataclass(frozen=True)
class Account:
    """A log-in with its one role, held at places: (region code, department key or nothing)."""

    username: str
    display_name: str
    role: str
    places: tuple[tuple[str, str], ...]


ACCOUNTS = (
    Account("lingdao", "演示·市领导", "leader", ((CITY, ""),)),
    Account("minzheng", "演示·市民政局（牵头单位）", "lead", ((CITY, "yuxi-civil-affairs"),)),
    Account(
        "hongta",
        "演示·红塔区填报员",
        "reporter",
        (("530402", "hongta-civil-affairs"), ("530402", "hongta-government")),
    ),
    Account("shenhe2", "演示·红塔区审核员", "reviewer", (("530402", "hongta-civil-affairs"),)),
    Account(
        "yimen",
        "演示·易门县填报员",
        "reporter",
        (("530425", "yimen-civil-affairs"), ("530425", "yimen-government")),
    ),
    Account("shenhe", "演示·易门县审核员", "reviewer", (("530425", "yimen-civil-affairs"),)),
    Account("yimenqt", "演示·易门县民政局（县级牵头）", "lead", (("530425", "yimen-civil-affairs"),)),
    Account("qita", "演示·其余七县填报员", "reporter", (*_OTHER_BUREAUS, *_OTHER_GOVERNMENTS)),
    Account("shenhe3", "演示·其余七县审核员", "reviewer", _OTHER_BUREAUS),
    Account("shishen", "演示·市民政局审核员", "reviewer", ((CITY, "yuxi-civil-affairs"),)),
    Account("caiwu", "演示·市财政局财务人员", "treasurer", ((CITY, "yuxi-finance"),)),
    Account("ducha", "演示·督查员", "supervisor", ((CITY, ""),)),
    Account("xitong", "演示·系统管理员", "system_admin", ((CITY, ""),)),
    Account("anquan", "演示·安全管理员", "security_admin", ((CITY, ""),)),
    Account("shenji", "演示·审计管理员", "audit_admin", ((CITY, ""),)),
)


def table() -> str:
    """The log-ins as printed by `make demo`."""
    lines = [f"    {account.username:<10}{account.display_name}" for account in ACCOUNTS]
    return "\n".join([*lines, f"    密码（均相同）  {PASSWORD}"])
