"""`manage.py cleardemo`: remove all demonstration data and accounts, and nothing else."""

from typing import Any

from django.core.management.base import BaseCommand

from yuxi_eldercare.demo.clearing import clear


class Command(BaseCommand):
    help = "Remove all demonstration values and accounts; values entered by people stay."

    def handle(self, *args: Any, **options: Any) -> None:
        cleared = clear()
        if not cleared:
            self.stdout.write("没有演示数据。")
            return
        self.stdout.write(
            f"已清除：演示填报值 {cleared.values} 个、批次 {cleared.batches} 个、"
            f"填报轮次 {cleared.rounds} 个、封存月份 {cleared.closes} 个、项目台账登记 {cleared.ledger} 条、"
            f"机构 {cleared.institutions} 家、"
            f"任务事项 {cleared.parts} 个、督办文书 {cleared.notices} 份、"
            f"由此产生的数据疑点 {cleared.findings} 条、演示账号 {cleared.accounts} 个"
            f"（及其裁定 {cleared.rulings} 条、阈值 {cleared.thresholds} 个）。审计记录保留。"
        )
