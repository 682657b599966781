"""docker-compose.yml, Dockerfile and .env.example as the deployment tests read them, without an engine."""

import json
import re
import shlex
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = re.compile(r"\$\{(\w+)(?:(:-|:\?)([^}]*))?\}")


class Unset(ValueError):
    """A variable that the compose file demands has no value; the message is the file's own."""


@cache
def document() -> dict[str, Any]:
    """The compose file with its merge keys resolved, before interpolation."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


def example_environment() -> dict[str, str]:
    """The settings of .env.example."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line.strip() and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def variables() -> set[str]:
    """Every variable the compose file asks for."""
    return {found[1] for found in VARIABLE.finditer(json.dumps(document()["services"]))}


def interpolate(value: Any, environment: dict[str, str]) -> Any:
    """`${NAME}`, `${NAME:-default}` and `${NAME:?sentence}` replaced; `$$` becomes the `$` a shell sees."""
    if isinstance(value, dict):
        return {key: interpolate(inner, environment) for key, inner in value.items()}
    if isinstance(value, list):
        return [interpolate(inner, environment) for inner in value]
    if not isinstance(value, str):
        return value

    def found(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        if environment.get(name):
            return environment[name]
        if kind == ":?":
            raise Unset(rest)
        return rest or ""

    return VARIABLE.sub(found, value).replace("$$", "$")


@dataclass(frozen=True)
class Role:
    """One service of the compose file that runs our own image."""

    name: str
    command: list[str]
    environment: dict[str, str]
    waits_for: dict[str, str]  # service → condition
    healthcheck: list[str] | None = field(default=None)


def roles(environment: dict[str, str]) -> dict[str, Role]:
    """Our own services, interpolated, in an order in which they may start.

    `environment` is what .env holds; `env_file` hands all of it to them.
    """
    found = {}
    for name, raw in document()["services"].items():
        if "build" not in raw:
            continue
        service = interpolate(raw, environment)
        assert service["env_file"] == [".env"]
        found[name] = Role(
            name,
            service["command"],
            {**environment, **{key: str(value) for key, value in service["environment"].items()}},
            {key: value["condition"] for key, value in service["depends_on"].items()},
            health_command(service["healthcheck"]),
        )
    return {name: found[name] for name in in_order(found)}


def health_command(declared: dict[str, Any]) -> list[str] | None:
    """The words of a health check; None where it is switched off."""
    if declared.get("disable"):
        return None
    kind, *words = declared["test"]
    return ["sh", "-c", *words] if kind == "CMD-SHELL" else words


def in_order(found: dict[str, Role]) -> list[str]:
    """Names so that each comes after those it waits for; raises ValueError on a circle."""
    done: list[str] = []
    while len(done) < len(found):
        ready = [
            name
            for name, role in found.items()
            if name not in done and all(other in done or other not in found for other in role.waits_for)
        ]
        if not ready:
            raise ValueError(f"services wait for each other: {sorted(set(found) - set(done))}")
        done += ready
    return done


@dataclass(frozen=True)
class Instruction:
    """One instruction of the Dockerfile: its word and the rest of its lines joined."""

    word: str
    rest: str


@cache
def dockerfile() -> tuple[Instruction, ...]:
    """The Dockerfile's instructions in order."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines()
    return tuple(Instruction(*line.split(None, 1)) for line in joined)


def image_environment() -> dict[str, str]:
    """What ENV sets in the last stage."""
    last = max(i for i, instruction in enumerate(dockerfile()) if instruction.word == "FROM")
    words = [
        word
        for instruction in dockerfile()[last:]
        if instruction.word == "ENV"
        for word in shlex.split(instruction.rest)
    ]
    return dict(word.split("=", 1) for word in words)
