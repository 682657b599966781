"""Whether a database is one in which a demonstration may be set up."""

from targets.models import ObservationBatch
from yuxi_eldercare.core.models import User


def refusal() -> str:
    """Why not, as a sentence; empty when it may: accounts with a public password do not enter a real database."""
    if User.objects.filter(is_demo=True).exists() or ObservationBatch.objects.filter(is_demo=True).exists():
        return ""
    if User.objects.exists():
        return (
            "这个数据库里已有正式账号，不能建立演示账号。"
            "请去掉 DATABASE_URL（演示使用自己的数据库），或换一个数据库。"
        )
    return ""
