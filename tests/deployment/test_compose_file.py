"""docker-compose.yml, Dockerfile, .dockerignore and .env.example agree with each other and with the tree."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from . import compose

pytestmark = pytest.mark.pure

FILLED = {**compose.example_environment(), "SECRET_KEY": "s" * 60, "POSTGRES_PASSWORD": "p" * 20}


def test_all_roles_are_there() -> None:
    assert set(compose.document()["services"]) == {"db", "redis", "migrate", "web", "worker", "beat"}
    assert next(iter(compose.roles(FILLED))) == "migrate"


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_roles_start_after_the_migration_and_the_services(name: str) -> None:
    assert compose.roles(FILLED)[name].waits_for == {
        "db": "service_healthy",
        "redis": "service_healthy",
        "migrate": "service_completed_successfully",
    }


def test_the_migration_runs_once() -> None:
    assert compose.document()["services"]["migrate"]["restart"] == "no"
    assert compose.roles(FILLED)["migrate"].waits_for == {"db": "service_healthy"}


@pytest.mark.parametrize("name", ["db", "redis", "web", "worker", "beat"])
def test_what_others_wait_for_or_people_watch_has_a_health_check(name: str) -> None:
    assert compose.health_command(compose.document()["services"][name]["healthcheck"])


@pytest.mark.parametrize("missing", ["SECRET_KEY", "POSTGRES_PASSWORD"])
def test_a_missing_secret_stops_compose_with_a_sentence(missing: str) -> None:
    with pytest.raises(compose.Unset, match=rf"\.env\.example to \.env and set {missing}"):
        compose.interpolate(compose.document()["services"], {**FILLED, missing: ""})


def test_no_secret_is_written_down() -> None:
    example = compose.example_environment()
    assert [value for name, value in example.items() if re.search("PASSWORD|SECRET", name) and value] == []
    written = json.dumps(compose.document())
    assert not re.search(r"(?:PASSWORD|SECRET_KEY)\"?: \"?(?!\$\{)\w", written)
    # every credential inside an address is a variable too
    assert all(found.startswith("${") for found in re.findall(r"://\w+:((?:\$\{[^}]*\}|[^@\"/])+)@", written))


def test_the_example_names_what_is_asked_for_and_nothing_else() -> None:
    settings = (compose.ROOT / "yuxi_eldercare" / "settings.py").read_text(encoding="utf-8")
    named = set(compose.example_environment())
    assert compose.variables() <= named
    assert {name for name in named - compose.variables() if f'"{name}"' not in settings} == set()


def test_the_product_starts_with_the_example_filled_in(tmp_path: Path) -> None:
    """No line of the example, also an empty one, is a value that the settings refuse."""
    done = subprocess.run(
        [sys.executable, "-c", "import yuxi_eldercare.settings"],
        cwd=compose.ROOT,
        env={**FILLED, "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_volumes_are_declared() -> None:
    used = {
        volume.split(":")[0]
        for service in compose.document()["services"].values()
        for volume in service.get("volumes", [])
    }
    assert used == set(compose.document()["volumes"])


def instructions(word: str) -> list[str]:
    return [instruction.rest for instruction in compose.dockerfile() if instruction.word == word]


def test_the_image_starts_what_compose_starts() -> None:
    web = compose.roles(FILLED)["web"]
    assert json.loads(instructions("CMD")[-1]) == web.command
    health = instructions("HEALTHCHECK")[-1].partition("CMD ")[2]
    assert json.loads(health) == web.healthcheck


def test_the_web_port_is_the_exposed_one() -> None:
    port = compose.image_environment()["PORT"]
    assert instructions("EXPOSE") == [port]
    assert compose.interpolate(compose.document()["services"]["web"]["ports"], FILLED) == [f"8000:{port}"]


def test_the_volume_is_where_the_product_writes() -> None:
    home = compose.image_environment()["VAR_DIR"]
    for name in compose.roles(FILLED):
        assert compose.document()["services"][name]["volumes"] == [f"var:{home}"]


def test_the_image_has_stages_and_does_not_run_as_root() -> None:
    assert len(instructions("FROM")) == 2
    assert instructions("USER") == ["yuxi"]
    after = [instruction.word for instruction in compose.dockerfile()]
    assert "RUN" not in after[after.index("USER") :]


def copied() -> list[str]:
    """Paths of the tree that the Dockerfile copies in."""
    rows = [rest.split() for rest in instructions("COPY") if not rest.startswith("--from")]
    return [source for row in rows for source in row[:-1]]


def test_what_is_copied_exists_and_reaches_the_engine() -> None:
    ignored = (compose.ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_through = {line[1:] for line in ignored if line.startswith("!")}
    assert "*" in ignored
    assert set(copied()) == let_through
    assert [source for source in copied() if not (compose.ROOT / source).exists()] == []


def test_every_package_of_the_product_is_copied() -> None:
    packages = {path.parent.name for path in compose.ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= set(copied())
    assert {"fixtures", "locale", "manage.py"} <= set(copied())
