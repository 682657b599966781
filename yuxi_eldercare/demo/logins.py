"""Which demonstration log-ins there are: plain data, so that they can be printed before anything is set up."""

from dataclasses import dataclass

PASSWORD = "yuxi-yanshi-2020"


@dataclass(frozen=True)
class Account:
    """A log-in with its one role; `department` is a department's key."""

    username: str
    display_name: str
    role: str
    region: str
    department: str = ""


ACCOUNTS = (
    Account("lingdao", "演示·市领导", "leader", "530400"),
    Account("minzheng", "演示·市民政局（牵头单位）", "lead", "530400", "yuxi-civil-affairs"),
    Account("hongta", "演示·红塔区填报员", "reporter", "530402", "hongta-government"),
    Account("yimen", "演示·易门县填报员", "reporter", "530425", "yimen-civil-affairs"),
    Account("shenhe", "演示·易门县审核员", "reviewer", "530425", "yimen-civil-affairs"),
    Account("ducha", "演示·督查员", "supervisor", "530400"),
    Account("xitong", "演示·系统管理员", "system_admin", "530400"),
    Account("anquan", "演示·安全管理员", "security_admin", "530400"),
    Account("shenji", "演示·审计管理员", "audit_admin", "530400"),
)


def table() -> str:
    """The log-ins as printed by `make demo`."""
    lines = [f"    {account.username:<10}{account.display_name}" for account in ACCOUNTS]
    return "\n".join([*lines, f"    密码（均相同）  {PASSWORD}"])
