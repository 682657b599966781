"""Assignments followed to closure (domain guide §6): the only door for changing parts.

basics       who may take a step, the lock, the trail, the audit event
issuing      分解; change of what is asked, 撤回, re-opening
working      the body: 签收, plan of work, request for a later day, 申请销号
reports      progress by period, returned, corrected; problems answered
deciding     the supervisor: later day, 退回整改, 销号
evidence     files that come with a step
months       how parts stood at month ends
standing     how parts stand on a day
telling      who is told
"""

from .deciding import close, grant_extension, refuse_extension, return_part
from .issuing import Issued, Order, change, issue, issue_document, reopen, withdraw
from .months import write_months
from .reports import answer_problems, report, return_report
from .working import Item, Signed, ask_extension, plan, sign, sign_many, submit

__all__ = [
    "Issued",
    "Item",
    "Order",
    "Signed",
    "answer_problems",
    "ask_extension",
    "change",
    "close",
    "grant_extension",
    "issue",
    "issue_document",
    "plan",
    "refuse_extension",
    "reopen",
    "report",
    "return_part",
    "return_report",
    "sign",
    "sign_many",
    "submit",
    "withdraw",
    "write_months",
]
