"""Loading the town pack: the same files change nothing, a broken file replaces nothing, every fault is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from app.audit import AuditRow
from app.db import Sessions
from app.errors import AskPerson
from app.settings import Settings
from app.town import actions, queries
from app.town.rules import LoadedTown
from tests.builders import NOON

SAMPLE = actions.folder_files(Path(str(Settings.model_fields["town_dir"].default)))


def store(db: Sessions, files: dict[str, bytes]) -> actions.Loaded:
    with db.begin() as session:
        return actions.store(session, files, now=NOON, by="test")


@pytest.fixture
def town(db: Sessions) -> LoadedTown:
    store(db, SAMPLE)
    return queries.TownCache(db).town()


def test_the_sample_town_loads_without_a_single_problem(db: Sessions) -> None:
    loaded = store(db, SAMPLE)
    assert (len(loaded.changed), loaded.refused, loaded.problems) == (len(SAMPLE), (), ())


def test_the_same_files_again_change_nothing(db: Sessions) -> None:
    store(db, SAMPLE)
    assert store(db, SAMPLE).changed == ()
    with db() as session:
        assert session.scalar(select(func.count()).select_from(AuditRow)) == 1


def test_reading_a_large_town_on_a_busy_machine_ends_no_transaction(db: Sessions) -> None:
    with db.begin() as session:
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '1ms'"))
        assert actions.store(session, SAMPLE, now=NOON, by="test").changed


def test_a_broken_file_keeps_its_former_version_and_every_fault_is_named(db: Sessions) -> None:
    store(db, SAMPLE)
    rows = SAMPLE["districts.csv"].decode().splitlines()
    broken = "\n".join([*rows, "naka-01,中区,駅前町,エキマエ,749000,95,133.6,中区第1", ",,,,,x,y,"]).encode()
    loaded = store(db, {"districts.csv": broken, "garbage/remarks.csv": b'ID,x\n1,"open\n'})
    assert loaded.changed == ()
    assert loaded.refused == ("districts.csv", "garbage/remarks.csv")
    last = len(rows) + 2
    assert {(p.row, p.column) for p in loaded.problems if p.file == "districts.csv"} == {
        (last - 1, "postal_codes"), (last - 1, "latitude"), (last, "code"), (last, "ward"), (last, "district"), (last, "latitude"),
    }  # fmt: skip
    with db() as session:
        assert queries.stored(session) == SAMPLE


def test_places_events_and_windows_that_cannot_be_used_keep_their_former_version(db: Sessions) -> None:
    store(db, SAMPLE)
    broken = {
        "places/482013_aed.csv": b"a,b\r\n1,2",
        "events/482013_event.csv": b"a,b\r\n1,2",
        "childcare/vaccination.toml": b'[[window]]\nname = "x"\n',
    }
    loaded = store(db, broken)
    assert (loaded.changed, loaded.refused) == ((), tuple(broken))
    assert {problem.file for problem in loaded.problems} == set(broken)
    with db() as session:
        assert queries.stored(session) == SAMPLE


def test_the_town_answers_for_places_events_and_windows(town: LoadedTown) -> None:
    assert town.facility_kinds == {"shelter", "toilet", "aed", "childcare", "nursing", "public"}
    assert [near.facility.name for near in town.nearest("shelter", 33.1465, 133.6029, 2)] == [
        "本町中学校",
        "大手門小学校",
    ]
    assert (len(town.events), len(town.windows)) == (40, 23)
    assert {event.ward for event in town.events} == set(town.wards)


def test_a_process_notices_a_new_version(db: Sessions) -> None:
    cache = queries.TownCache(db)
    with pytest.raises(AskPerson, match="kairan town load"):
        cache.town()
    store(db, SAMPLE)
    before = cache.town()
    assert cache.town() is before
    store(
        db, {"town.toml": SAMPLE["town.toml"].replace('name = "汐野市"'.encode(), 'name = "潮見市"'.encode())}
    )
    assert cache.town().name == "潮見市"


def test_every_garbage_area_of_a_district_has_a_calendar(town: LoadedTown) -> None:
    for place in town.places:
        assert town.garbage.named(place.district.garbage_area), place.district


def test_districts_are_found_by_post_code_position_and_name(town: LoadedTown) -> None:
    station = town.places[0].district
    assert station in town.districts_by_postcode("7490001")
    assert town.nearest_district(33.1463, 133.6029) == station
    assert town.nearest_district(35.68, 139.76) is None
    assert town.find_districts("えきまえ")[0] == station
    assert town.find_districts("") == ()


@pytest.mark.parametrize("text", ["登録 KODOMO-3", "登録KODOMO-3", "kodomo-3", "登録　ＫＯＤＯＭＯ－３"])
def test_a_counter_is_named_by_its_whole_message(town: LoadedTown, text: str) -> None:
    counter = town.counter_in(text)
    assert counter and counter.code == "KODOMO-3"


@pytest.mark.parametrize("text", ["登録", "登録 KODOMO-99", "KODOMO-3 はどこ", ""])
def test_other_words_name_no_counter(town: LoadedTown, text: str) -> None:
    assert town.counter_in(text) is None
