"""From a clone to an environment, and the one sentence when that cannot be: each with the real installer."""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.setup import bootstrap, locks, running
from app.setup.demo_settings import check_ports, settings
from app.setup.failures import explain
from app.setup.installers import read_pip_settings
from app.setup.say import Trouble, Voice

ROOT = Path(__file__).parents[2]
NOWHERE = {
    "PATH": os.environ["PATH"],
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_CONFIG_FILE": os.devnull,
}


def run(arguments: list[str], before: str = "pass", **environment: str) -> subprocess.CompletedProcess[str]:
    """``python -m app ARGUMENTS`` in a process of its own, with ``before`` executed first."""
    program = f"import runpy, sys; {before}; sys.argv = ['app', *{arguments!r}]; runpy.run_module('app', run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The only line on stderr of a run that failed with exit code 1."""
    assert done.returncode == 1, done.stdout + done.stderr
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_missing_venv_module_is_answered_with_the_package_to_install(module: str) -> None:
    sentence = one_sentence(run(["demo"], before=f"sys.modules[{module!r}] = None"))
    assert "apt install python3-venv" in sentence


def test_an_old_python_is_refused_by_name() -> None:
    with pytest.raises(Trouble, match=r"Python 3\.10 is too old: Kairan needs Python 3\.11"):
        bootstrap.check_python((3, 10))


def test_a_port_in_use_is_named_with_the_variable_that_changes_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for name in ("PORT", "SANDBOX_PORT"):
            environment = settings(tmp_path, {"PORT": "1", "SANDBOX_PORT": "1", name: port})
            environment = {name: environment[name]}
            with pytest.raises(Trouble, match=f"Port {port} is in use .* {name} "):
                check_ports(environment)


@pytest.mark.parametrize("given", ["eighty", "0", "70000"])
def test_a_port_that_is_no_port_is_refused(tmp_path: Path, given: str) -> None:
    with pytest.raises(Trouble, match="give a number from 1 to 65535"):
        settings(tmp_path, {"PORT": given})


def test_people_must_be_a_number() -> None:
    assert "PEOPLE=many is not a number" in one_sentence(run(["demo"], PEOPLE="many"))


def test_the_demo_is_refused_in_production(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="not a demo"):
        settings(tmp_path, {"ENVIRONMENT": "production"})


def test_secrets_are_made_once_and_only_we_can_read_them(tmp_path: Path) -> None:
    first, second = (settings(tmp_path, {}) for _ in range(2))
    assert first == second
    assert (tmp_path / "demo.env").stat().st_mode & 0o777 == 0o600
    assert first["LINE_BOT_ID"].startswith("U") and len(first["LINE_BOT_ID"]) == 33
    (tmp_path / "elsewhere").mkdir()
    assert settings(tmp_path / "elsewhere", {})["SECRET_KEY"] != first["SECRET_KEY"]


def test_with_line_given_there_is_no_sandbox_and_an_empty_value_counts_as_not_given(tmp_path: Path) -> None:
    assert "SANDBOX_PORT" not in settings(tmp_path, {"LINE_API_BASE_URL": "http://127.0.0.1:7"})
    assert settings(tmp_path, {"LINE_API_BASE_URL": ""})["LINE_API_BASE_URL"] == "http://127.0.0.1:8001"


# Installing


def clone(folder: Path, lock: str) -> Path:
    """A folder with just the locks, ``lock`` being the text of all but the installer's."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / locks.INSTALLER, folder)
    for name in (locks.RUN_TIME, locks.DEVELOPMENT):
        (folder / name).write_text(lock)
    return folder


def prepare(folder: Path, environment: dict[str, str]) -> str:
    """The sentence of the Trouble that bootstrapping ``folder`` ends in."""
    with pytest.raises(Trouble) as trouble:
        bootstrap.bootstrap(folder, locks.RUN_TIME, Voice(io.StringIO()), environment)
    assert "\n" not in str(trouble.value)
    return str(trouble.value)


def test_without_network_one_sentence_says_so_and_the_next_run_starts_afresh(tmp_path: Path) -> None:
    folder = clone(tmp_path / "a folder", "six==1.17.0 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    assert "package index cannot be reached" in prepare(folder, NOWHERE)
    assert not locks.installed(folder, locks.RUN_TIME)


@pytest.mark.setup
@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root: run as root")
def test_a_full_disk_is_named(tmp_path: Path) -> None:
    program = (
        f"mount -t tmpfs -o size=6m none '{tmp_path}' && cp '{ROOT}'/requirements*.txt '{tmp_path}' && "
        f"tar -C '{ROOT}' --exclude __pycache__ -c app | tar -C '{tmp_path}' -x && cd '{tmp_path}' && "
        f"TMPDIR='{tmp_path}' '{sys.executable}' -m app demo"
    )
    done = subprocess.run(["unshare", "-m", "sh", "-c", program], capture_output=True, text=True, timeout=60)
    assert "The disk is full" in one_sentence(done)


def test_what_is_installed_already_is_not_installed_again(tmp_path: Path) -> None:
    folder = clone(tmp_path, "six==1.17.0\n")
    (folder / ".venv").mkdir()
    locks.remember(folder, locks.RUN_TIME)
    assert locks.installed(folder, locks.RUN_TIME)
    (folder / locks.RUN_TIME).write_text("six==1.18.0\n")
    assert not locks.installed(folder, locks.RUN_TIME), "a changed lock is installed again"


def test_the_demo_after_the_tests_keeps_the_development_packages(tmp_path: Path) -> None:
    folder = clone(tmp_path, "six==1.17.0\n")
    (folder / locks.DEVELOPMENT).write_text("six==1.17.0\npytest==9.2.0\n")
    (folder / ".venv").mkdir()
    locks.remember(folder, locks.DEVELOPMENT)
    assert locks.installed(folder, locks.RUN_TIME), "it contains the run-time lock"
    locks.remember(folder, locks.RUN_TIME)
    assert locks.installed(folder, locks.DEVELOPMENT)


def test_both_locks_of_this_project_agree_and_carry_a_hash_for_every_package() -> None:
    texts = {name: (ROOT / name).read_text() for name in (locks.RUN_TIME, locks.DEVELOPMENT, locks.INSTALLER)}
    assert locks.pins(texts[locks.RUN_TIME]).items() <= locks.pins(texts[locks.DEVELOPMENT]).items()
    for name, text in texts.items():
        entries = text.replace("\\\n", " ").splitlines()
        assert entries and all("--hash=sha256:" in entry for entry in entries), name
        assert "index-url" not in text and "://" not in text, "a lock names no place"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "disk is full",
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "does not match req.txt",
        ),
        ("ERROR: Invalid requirement: '<<<<<<< HEAD'", "req.txt is damaged"),
        ("ERROR: No matching distribution found for six==99", "req.txt is damaged"),
        ("Retrying ... NewConnectionError: Failed to establish a new connection", "cannot be reached"),
        ("something nobody foresaw", "something nobody foresaw"),
    ],
)
def test_what_installers_say_becomes_one_sentence(said: str, answer: str) -> None:
    assert answer in explain(said, "req.txt")


def test_uv_is_told_what_pip_was_told_and_a_variable_wins_over_a_file() -> None:
    listing = ":env:.index-url='https://a.example/simple'\nglobal.index-url='https://b.example/simple'\nglobal.timeout='5'\n"
    assert read_pip_settings(listing) == {"index-url": "https://a.example/simple", "timeout": "5"}


def test_variables_that_lead_elsewhere_are_left_out_and_a_missing_home_is_harmless() -> None:
    clean = bootstrap.clean_environment(
        {"PIP_TARGET": "/x", "PYTHONPATH": "/y", "PIP_INDEX_URL": "z", "HOME": ""}
    )
    assert "PIP_TARGET" not in clean and "PYTHONPATH" not in clean and "HOME" not in clean
    assert clean["PIP_INDEX_URL"] == "z" and clean["UV_NO_CACHE"] == "1"


def test_set_up_needs_the_standard_library_alone() -> None:
    modules = [f"app.setup.{path.stem}" for path in (ROOT / "app" / "setup").glob("[a-z]*.py")]
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import app.__main__, {', '.join(modules)}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_running_demos_settings_are_lent_to_the_command_line(tmp_path: Path) -> None:
    running.write(tmp_path / "running.env", {"SECRET_KEY": "it's $HOME", "PORT": "1"})
    assert (tmp_path / "running.env").stat().st_mode & 0o777 == 0o600
    tell = "import os; from app.setup.running import lend_settings; lend_settings(); print(os.environ.get('SECRET_KEY'))"
    for own, expected in (
        ({"PATH": ""}, "it's $HOME"),
        ({"DATABASE_URL": "mine"}, "None"),
        ({"ENVIRONMENT": "production"}, "None"),
    ):
        environment = {**own, "KAIRAN_DATA": str(tmp_path)}
        said = subprocess.run(
            [sys.executable, "-c", tell], env=environment, cwd=ROOT, capture_output=True, text=True
        )
        assert said.stdout.strip() == expected, said.stderr


def test_processes_started_from_here_keep_what_they_compiled() -> None:
    """Where the machine says otherwise: a suite or a demo whose every process compiles its imports takes twice as long."""
    tell = (
        "import os, sys; from app.setup import main; sys.argv = ['app', 'tell'];"
        "main.COMMANDS['tell'] = lambda _: print(os.environ.get('PYTHONDONTWRITEBYTECODE')); main.main()"
    )
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", tell], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.stdout == "None\n", done.stderr
