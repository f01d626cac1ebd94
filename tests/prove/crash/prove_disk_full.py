"""A disk is full: what is written then fails clean, what is read goes on, and once there is room all goes on."""

import io
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

import psycopg
import pytest
from PIL import Image
from psycopg import sql

from portal.domain.problems import Problem
from tests.bench.forms import filled_in, form_in
from tests.prove.crash.customers import OK, TO_ANOTHER_PAGE, UNAVAILABLE, Answer, Visitor, claims_of
from tests.prove.crash.rest import allow_mails_of_the_break, be_idle, check, come_to_rest
from tests.prove.crash.world import World, eventually
from tests.prove.crash_suite import NEEDS_ROOT

pytestmark = [
    pytest.mark.proves("fault 45"),
    pytest.mark.skipif(os.geteuid() != 0, reason=NEEDS_ROOT),
]
_BOUNDARY = "a-boundary-of-the-tests"


@contextmanager
def small_disk(folder: Path, size: str, owner: int) -> Iterator[Path]:
    """Mount a disk of a few megabytes."""
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={size},uid={owner},mode=0700"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
    )
    assert done.returncode == 0, f"this machine mounts no tmpfs: {done.stderr.decode().strip()}"
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Take all the room that is left."""
    filler = disk / "filler"
    try:
        with filler.open("wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass
    except OSError:
        return filler
    raise AssertionError("the disk never filled up")


def test_a_photo_for_which_there_is_no_room_leaves_nothing_behind_and_can_be_sent_again(world: World):
    with small_disk(world.folder / "photos", "2m", 0) as disk:
        web = world.web()
        be_idle(world)
        order = world.shop.order(lines=(("Espresso machine", "450.00", 1),))
        visitor, path = Visitor.of(world, order=order), f"/claims/{world.shop.report(order, Problem.DAMAGED)}"
        filler = fill(disk)

        answer = send_photo(visitor, path)

        assert (answer.status, answer.retry_after != "") == (UNAVAILABLE, True)
        assert [file.name for file in disk.iterdir()] == ["filler"]
        assert visitor.get(path).status == OK
        filler.unlink()
        assert send_photo(visitor, path).status == TO_ANOTHER_PAGE
        assert len(list(disk.iterdir())) == 1
        come_to_rest(world)
        check(world)
        web.stop()


def send_photo(visitor: Visitor, path: str) -> Answer:
    """Send a photo of a claim as a browser does."""
    form = form_in(visitor.get(path).body, f'action="{path}/photos"')
    picture = io.BytesIO()
    Image.effect_noise((300, 300), 90).convert("RGB").save(picture, "JPEG")
    fields = [(name, value) for name, value in parse_qsl(filled_in(form).decode()) if name != "photos"]
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields]
    head = b'Content-Disposition: form-data; name="photos"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    parts.append(head + picture.getvalue())
    between = f"\r\n--{_BOUNDARY}\r\n".encode()
    body = between + between.join(parts) + f"\r\n--{_BOUNDARY}--\r\n".encode()
    return visitor.post(f"{path}/photos", body[2:], f"multipart/form-data; boundary={_BOUNDARY}")


def test_a_database_without_room_takes_no_half_claim_and_goes_on_once_it_has_some(world: World, tmp_path: Path):
    # The account of the server has to reach the disk.
    home = world.server.place.home / f"small-{world.name}"
    with small_disk(home, "64m", world.server.place.account.uid) as disk, moved_to(world, disk):
        web, worker = world.web(), be_idle(world)
        visitors = [Visitor.of(world) for _ in range(60)]
        forms = [visitor.report_form() for visitor in visitors]
        since, filler = datetime.now(UTC), fill(disk)
        answers = [visitor.report(form) for visitor, form in zip(visitors, forms, strict=True)]

        statuses = {answer.status for answer in answers}
        assert UNAVAILABLE in statuses, "the disk had room for all of them"
        assert statuses <= {TO_ANOTHER_PAGE, UNAVAILABLE}
        assert all(answer.retry_after for answer in answers if answer.status == UNAVAILABLE)
        for visitor, answer in zip(visitors, answers, strict=True):
            assert len(claims_of(world, visitor.order)) == (answer.status == TO_ANOTHER_PAGE)
        filler.unlink()
        until = datetime.now(UTC)
        for visitor, form in zip(visitors, forms, strict=True):
            eventually(lambda who=visitor, form=form: who.report(form).status == TO_ANOTHER_PAGE, "the report")
        assert worker.runs()
        come_to_rest(world, seconds=120)
        allow_mails_of_the_break(world, since, until)
        check(world)
        web.stop()
        worker.stop()


@contextmanager
def moved_to(world: World, disk: Path) -> Iterator[None]:
    """Keep the whole database on a disk until the block ends. Its log lies elsewhere, as PostgreSQL stops without."""
    with psycopg.connect(world.server.url_of("postgres"), autocommit=True) as connection:
        names = {"space": sql.Identifier(f"small_{world.name}"), "database": sql.Identifier(world.name)}
        place = disk / "space"
        place.mkdir()
        os.chown(place, world.server.place.account.uid, world.server.place.account.gid)
        made = sql.SQL("CREATE TABLESPACE {space} LOCATION {place}")
        connection.execute(made.format(**names, place=sql.Literal(str(place))))
        move = "ALTER DATABASE {database} SET TABLESPACE "
        _alone(world)
        connection.execute(sql.SQL(move + "{space}").format(**names))
        try:
            yield
        finally:
            _alone(world)
            connection.execute(sql.SQL(move + "pg_default").format(**names))
            connection.execute(sql.SQL("DROP TABLESPACE {space}").format(**names))


def _alone(world: World) -> None:
    """End every connection to the database, because it cannot be moved under anybody."""
    for process in world.processes:
        process.kill()
    world.processes.clear()
    world.at_work = None
    world.reconnect()
    asked = (
        "SELECT count(*) AS others FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    eventually(lambda: world.rows(asked)[0].others == 0, "an idle database")
