"""What a page must give to everyone: axe-core's serious rules, and content that fits narrow and enlarged screens."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).with_name("vendor") / "axe-core" / "axe.min.js"
DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
ENLARGED = {"width": 683, "height": 384}  # DESKTOP at 200 %
_RUN = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations
    .filter((rule) => ["serious", "critical"].includes(rule.impact))
    .flatMap((rule) => rule.nodes.map((node) => [rule.id, node.target.join(" "), node.any.concat(node.all, node.none)
      .map((check) => check.message).join("; ")]));
}"""
# The first element that sticks out, for the report.
_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return "";
  for (const element of document.body.querySelectorAll("*")) {
    if (element.getBoundingClientRect().right > width + 1) {
      return `${element.tagName.toLowerCase()}.${[...element.classList].join(".")}`;
    }
  }
  return "body";
}"""


@dataclass(frozen=True)
class Violation:
    """A rule that an element of a page breaks at a size of the window."""

    page: str
    width: int
    rule: str
    element: str
    message: str = ""

    def __str__(self) -> str:
        return f"{self.page} · {self.width} px · {self.rule} · {self.element} · {self.message}".rstrip(" ·")


@cache
def axe_source() -> str:
    """The program, read once."""
    return AXE.read_text(encoding="utf-8")


def violations(page: Page, name: str) -> list[Violation]:
    """What is wrong with the page that is open, on a desktop, on a phone, and enlarged to 200 %."""
    found: list[Violation] = []
    page.evaluate(axe_source())
    for size in (DESKTOP, PHONE):
        _resize(page, size)
        found += _broken(page, name, size["width"])
    for size in (PHONE, ENLARGED):
        _resize(page, size)
        wide = page.evaluate(_WIDE)
        if wide:
            found.append(Violation(name, size["width"], "page-scrolls-sideways", wide))
    _resize(page, DESKTOP)
    return found


def _resize(page: Page, size: dict[str, int]) -> None:
    """Give the page another size, and two frames in which to answer it."""
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def _broken(page: Page, name: str, width: int) -> list[Violation]:
    rows: list[Any] = page.evaluate(_RUN)
    return [Violation(name, width, rule, element, message[:160]) for rule, element, message in rows]
