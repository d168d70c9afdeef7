"""Make `.venv` in this checkout, with everything the project needs, then run a command in it.

    python3 .ci/setup.py [COMMAND ...]

Needs nothing but Python 3.11 or newer. uv is used when it is on the PATH, else venv and pip. Nothing is installed outside the
checkout. A second call finds everything in place and costs a few hundredths of a second.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "setup-stamp"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")


def main() -> int:
    """Set up when needed, then run what was asked for and return its exit code."""
    if sys.version_info < (3, 11):
        print("profiler needs Python 3.11 or newer; this is", sys.version.split()[0], file=sys.stderr)
        return 3
    wanted = fingerprint()
    if not STAMP.is_file() or STAMP.read_text() != wanted or not PYTHON.exists():
        print("Setting up .venv (once) ...", file=sys.stderr)
        failure = install()
        if failure:
            print(failure, file=sys.stderr)
            return 3
        # As pip does with a package it copies: else every start compiles where Python may not write its caches.
        subprocess.call([str(PYTHON), "-m", "compileall", "-q", str(ROOT / "profiler")])
        STAMP.write_text(wanted)
    if len(sys.argv) == 1:
        return 0
    command = BIN / sys.argv[1]
    environment = {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}",
        "VIRTUAL_ENV": str(VENV),
    }
    return subprocess.call([str(command), *sys.argv[2:]], env=environment)


def fingerprint() -> str:
    """What the environment depends on: the interpreter and the two files that name the packages."""
    digest = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for name in ("pyproject.toml", "uv.lock"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def install() -> str:
    """Install with uv, or with venv and pip. Returns what went wrong, "" when nothing did."""
    uv = shutil.which("uv")
    if uv and with_uv(uv) == 0:
        return ""
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        output = made.stdout + made.stderr
        if "ensurepip" in output:
            return f"Python's venv module is not complete. On Debian and Ubuntu: apt install python{version}-venv"
        return f"python -m venv failed:\n{output}"
    return with_pip()


def with_uv(uv: str) -> int:
    """Install what uv.lock names. Never downloads a Python."""
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    environment.pop("VIRTUAL_ENV", None)
    command = [uv, "sync", "--frozen", "--quiet", "--python", sys.executable]
    return subprocess.call(command, cwd=ROOT, env=environment)


def with_pip() -> str:
    """Install the project and its development tools from pyproject.toml."""
    import tomllib  # noqa: PLC0415 - not there before Python 3.11, which main() reports

    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["dev"]
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--editable",
        str(ROOT),
        *tools,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return f"pip failed:\n{done.stdout}{done.stderr}" if done.returncode else ""


if __name__ == "__main__":
    sys.exit(main())
