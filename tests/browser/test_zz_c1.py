"""Scratch: the sweep over the subsidy routes only."""
import pytest
from tests.browser.test_accessibility import scene, visitors, visits, browser, violations
pytestmark=[pytest.mark.browser]
def test_only_subsidies(visitors, scene):
    found=[]; opened=[]; left=[]
    for visit in visits(scene):
        if not visit.name.startswith("subsid"): continue
        page = visitors.open(visit)
        if page is None:
            left.append(visit.name); continue
        opened.append((visit.name, visit.identity))
        found += violations(page, f"{visit.name} {visit.path} ({visit.identity})")
    from tests.permissions.routes import routes
    names={r.key for r in routes() if r.key.startswith("subsid")}
    print("OPENED", len(opened), opened); print("NOT A PAGE", left); print("NEVER", names-{n for n,_ in opened}-set(left))
    assert not found, "\n".join(map(str, found))
