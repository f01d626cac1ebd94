"""The embedded database starts, is shared, survives a kill, and leaves other folders as they were."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from portal.launch import places, postgres


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "postgres"
    yield place
    if place.exists():
        postgres.start(place, durable=False).discard()


def test_what_was_written_is_there_after_a_restart(folder):
    first = postgres.start(folder, durable=False)
    _write(first.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    first.stop()

    second = postgres.start(folder, durable=False)

    assert _read(second.url, "SELECT answer FROM kept") == 42
    second.stop()


def test_two_starts_of_one_folder_share_the_server_until_the_last_leaves(folder):
    first, second = postgres.start(folder, durable=False), postgres.start(folder, durable=False)

    first.stop()
    still_there = _read(second.url, "SELECT 1")
    addresses = _read(second.url, "SHOW listen_addresses")
    second.stop()

    assert first.url == second.url
    assert still_there == 1
    assert addresses == "", "it listens on no network"
    with pytest.raises(psycopg.OperationalError):
        _read(second.url, "SELECT 1")


def test_many_who_look_for_the_place_of_a_folder_at_once_agree_on_it(folder):
    with ThreadPoolExecutor(16) as pool:
        homes = {place.home for place in pool.map(lambda _: places.find(folder), range(64))}

    assert len(homes) == 1


@pytest.mark.proves("fault 41")
def test_a_killed_server_is_started_again(folder):
    killed = postgres.start(folder)
    _write(killed.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    _kill(killed)

    second = postgres.start(folder)

    assert _read(second.url, "SELECT answer FROM kept") == 42
    second.stop()
    killed.stop()


@pytest.mark.proves("fault 41")
def test_a_killed_server_is_started_again_although_one_of_its_processes_stands_still(folder):
    server = postgres.start(folder)
    _write(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    with closing(psycopg.connect(server.url)) as stays:
        os.kill(stays.info.backend_pid, signal.SIGSTOP)
        _kill(server)

        assert server.revive()

    assert _read(server.url, "SELECT answer FROM kept") == 42
    server.stop()


def test_who_looks_after_a_server_revives_it(folder):
    server = postgres.start(folder)
    _write(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    while_it_ran = server.revive()
    _kill(server)

    after_the_kill = server.revive()

    assert (while_it_ran, after_the_kill) == (False, True)
    assert _read(server.url, "SELECT answer FROM kept") == 42
    server.stop()


@pytest.mark.proves("fault 41")
def test_a_server_that_was_asked_to_end_and_waits_for_those_who_stay_is_started_again(folder):
    server = postgres.start(folder)
    server.pulse.patience = 0.5
    _write(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    with closing(psycopg.connect(server.url)) as stays:
        stays.execute("SELECT 1")
        os.kill(_pid(server), signal.SIGTERM)
        while not server.revive():
            time.sleep(0.05)

    assert server.revive() is False
    assert _read(server.url, "SELECT answer FROM kept") == 42
    server.stop()


def test_a_server_that_nobody_can_stop_in_order_is_stopped_all_the_same(folder):
    server = postgres.start(folder)
    _write(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    with closing(psycopg.connect(server.url)) as stays:
        os.kill(stays.info.backend_pid, signal.SIGSTOP)
        server.stop(patience=2)
        with pytest.raises(psycopg.OperationalError):
            _read(server.url, "SELECT 1")
    second = postgres.start(folder)

    assert _read(second.url, "SELECT answer FROM kept") == 42
    second.stop()


def test_a_process_id_that_another_program_got_since_is_not_taken_for_the_server(folder):
    stale = postgres.start(folder, durable=False)
    _kill(stale)
    pid_file = stale.place.data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n" + pid_file.read_text().split("\n", 1)[1])

    second = postgres.start(folder, durable=False)

    assert _read(second.url, "SELECT 1") == 1
    second.stop()
    stale.stop()


def test_the_mode_of_folders_that_were_there_is_left_alone(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)

    server = postgres.start(private / "postgres", durable=False)
    server.discard()

    assert private.stat().st_mode & 0o777 == 0o700


def test_a_folder_with_a_long_name_gets_a_short_socket(tmp_path):
    deep = tmp_path / ("deep" * 20) / ("deeper" * 20)

    server = postgres.start(deep, durable=False)

    assert _read(server.url, "SELECT 1") == 1
    server.discard()
    assert not server.place.socket.exists()


def _write(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def _read(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def _pid(server: postgres.Server) -> int:
    return int((server.place.data / "postmaster.pid").read_text().split("\n", 1)[0])


def _kill(server: postgres.Server) -> None:
    pid = _pid(server)
    os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes():
        time.sleep(0.02)
