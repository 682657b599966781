"""Opening what was written with other programs: LibreOffice, poppler, and readers that are not ours."""

import subprocess
from pathlib import Path


def converted(soffice: str, folder: Path, name: str, content: bytes, to: str) -> Path:
    """The file as LibreOffice saves it in another form."""
    source = folder / name
    source.write_bytes(content)
    out = folder / "converted"
    profile = f"-env:UserInstallation=file://{folder}/profile"
    done = subprocess.run(
        [soffice, profile, "--headless", "--convert-to", to, "--outdir", str(out), str(source)],
        capture_output=True,
        text=True,
        timeout=180,
    )
    (found,) = out.glob(f"{source.stem}.*")
    assert done.returncode == 0, done.stderr
    return found


def poppler(program: str, *words: str) -> str:
    """What a program of poppler-utils prints."""
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def page_texts(pdf: Path) -> list[str]:
    """The words of each page, line by line as they stand."""
    return poppler("pdftotext", "-layout", str(pdf), "-").split("\f")[:-1]
