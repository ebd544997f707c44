"""The sentences themselves: every key used, every hole filled, plain words, short sentences."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from app.garbage.overrides import REASONS
from app.mydata.rules import FORMATS
from app.photos.rules import REASONS as REFUSED
from bot_flows.bulky import MENDABLE as PARTS_OF_ORDERS
from bot_flows.bulky_facts import PAYMENTS
from bot_flows.bulky_facts import STATES as ORDER_STATES
from bot_flows.bulky_page import FAULTS as PAGE_FAULTS
from bot_flows.damage import MENDABLE
from bot_flows.damage_facts import KINDS, STATES
from bot_flows.event_card import LABELS as EVENT_LABELS
from bot_flows.guide import SUBJECTS
from bot_flows.menu import ON_THE_CARD
from bot_flows.mydata_facts import KINDS as HELD
from bot_flows.mydata_facts import SCOPES
from bot_flows.person_facts import SUBJECTS as TALKED_ABOUT
from bot_flows.settings import PARTS
from bot_flows.stop import REASONS as STOP_REASONS
from bot_flows.understanding import AREA_TITLES
from bot_flows.words import AFRESH, BACK, RESUME, STOP, UNDO, way_out
from content.cards import BUTTONS
from content.sentences import (
    BadCatalogue,
    MissingValue,
    UnknownSentence,
    catalogue,
    holes_in,
    load,
    say,
    spoken,
)

FLOWS = Path(__file__).parents[2] / "bot_flows"
APP = FLOWS.parent / "app"
SAYING = [APP / "reminders" / "rules.py", APP / "reminders" / "wording.py", APP / "garbage" / "overrides.py"]
SAYING += [*APP.glob("*/mine.py"), *(APP / "mydata").glob("*.py"), APP / "public" / "my_data.py"]
SAYING += [APP / "reminders" / "making.py", *(APP / "digests").glob("*.py")]
SAYING += [APP.parent / "worker" / "waiting.py"]
PAGES = "".join(
    path.read_text("utf-8") for path in (APP / "public" / "templates" / "public").glob("my_*.html")
)
SOURCES = {path: path.read_text(encoding="utf-8") for path in [*FLOWS.glob("*.py"), *SAYING]}
NOT_SAID = (
    "エラー",
    "認識できません",
    "無効",
    "不正",
    "入力してください",
    "ご確認",
    "いたします",
    "させていただ",
)
DOUBLE_NEGATIVE = re.compile(
    r"ない(?:わけ|こと|もの)?(?:では|は)(?:ありません|ない)|なければ(?:なりません|いけません)"
)
LONGEST_SENTENCE = 50
EMOJI = re.compile("[\U0001f300-\U0001faff☀-✒✔-➿⬀-⯿]")


def _calls() -> list[tuple[Path, ast.Call]]:
    return [
        (path, node)
        for path, source in SOURCES.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say"
    ]


def _literal(call: ast.Call) -> list[str]:
    """The keys a call names: one literal, or both sides of a choice between two."""
    first = call.args[0]
    sides = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
    return [side.value for side in sides if isinstance(side, ast.Constant) and isinstance(side.value, str)]


def test_every_call_names_a_sentence_and_fills_its_holes() -> None:
    seen = 0
    for path, call in _calls():
        for key in _literal(call):
            seen += 1
            given = {keyword.arg for keyword in call.keywords}
            assert key in catalogue(), f"{path.name}:{call.lineno} says {key}, which nobody wrote"
            holes = catalogue()[key].holes
            assert None in given or given == holes, (
                f"{path.name}:{call.lineno} {key}: {given} for {set(holes)}"
            )
    assert seen > 150


def _put_together() -> set[str]:
    """Keys the flows put together from a name."""
    subjects = {key for name in SUBJECTS for key in (f"guide.{name}", f"guide.{name}_title")}
    lines = {f"garbage.{key}" for key in re.findall(r'said\(\w+, "(\w+)"', SOURCES[FLOWS / "garbage.py"])}
    lines |= {
        f"garbage.{key}" for key in re.findall(r'said\(plan, "(\w+)"', SOURCES[FLOWS / "collection.py"])
    }
    rows = {f"setup.row_{part}" for part in PARTS}
    areas = {f"menu.area_{area}" for area in ON_THE_CARD}
    areas |= {f"menu.title_{area}" for area in AREA_TITLES}
    damage = {f"damage.kind_{kind}" for kind in KINDS} | {f"damage.row_{part}" for part in MENDABLE}
    damage |= {f"damage.photo_{reason}" for reason in REFUSED}
    damage |= {f"damage.state_{state}" for state in STATES}
    bulky = {f"bulky.state_{state}" for state in ORDER_STATES} | {
        f"bulky.row_{part}" for part in PARTS_OF_ORDERS
    }
    bulky |= {f"bulky.payment_{payment}" for payment in PAYMENTS}
    bulky |= {f"bulky.page_{fault}" for fault in PAGE_FAULTS}
    people = {f"person.subject_{subject}" for subject in TALKED_ABOUT}
    whys = {f"override.why_{reason}" for reason in REASONS}
    whys |= {f"stop.why_{reason}" for reason in STOP_REASONS}
    data = {f"mydata.{part}_{kind}" for kind in HELD for part in ("held", "file")}
    data |= {f"mydata.{part}{scope}" for scope in SCOPES for part in ("", "sure_", "deleted_")}
    data |= {f"mydata.page_{kind}{note}" for kind in (*FORMATS, "photos") for note in ("", "_note")}
    data |= {f"mydata.column_{name}" for name in ("section", "item", "at", "label", "value")}
    events = {f"events.field_{name}" for name in EVENT_LABELS.values()}
    events |= {f"events.button_{act}" for act, _ in BUTTONS}
    small = {"menu.thanks", "menu.hello"}
    plain = {f"{key}_plain" for key in lines}
    return bulky | data | damage | events | people | subjects | lines | plain | rows | areas | whys | small


def test_every_sentence_is_said_somewhere() -> None:
    source = "\n".join([*SOURCES.values(), PAGES]).replace("'", '"')
    unsaid = [key for key in catalogue() if f'"{key}"' not in source and key not in _put_together()]
    assert unsaid == []
    assert _put_together() <= set(catalogue())


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_plain_japanese(key: str) -> None:
    text = catalogue()[key].texts["ja"]
    for word in NOT_SAID:
        assert word not in text
    assert not DOUBLE_NEGATIVE.search(text), "say what is, not what is not not"
    assert not EMOJI.search(text)
    for sentence in re.split(r"[。\n]", text):
        bare = re.sub(r"\{[a-z]+\}|（[^）]*）", "", sentence)
        assert len(bare) <= LONGEST_SENTENCE, f"{len(bare)} characters: {sentence}"
    assert len(re.sub(r"\{[a-z]+\}", "", text)) <= 120


def test_a_missing_value_is_never_said() -> None:
    with pytest.raises(MissingValue) as caught:
        say("way.back_with", "ja")
    assert (caught.value.key, caught.value.language, caught.value.name) == ("way.back_with", "ja", "answer")
    for nothing in (None, ""):
        with pytest.raises(MissingValue):
            say("way.back_with", "ja", answer=nothing)
    with pytest.raises(UnknownSentence):
        say("way.nowhere", "ja")


def test_a_value_with_braces_stays_a_value() -> None:
    assert "{phone}" in say("way.back_with", "ja", answer="{phone}")


def test_an_unfinished_language_falls_back_whole(tmp_path: Path) -> None:
    half = load(_folder(tmp_path, '[a]\nja = "ま"\nen = "m"\n[b]\nja = "み"'))
    assert [each.texts.get("en") for each in half.values()] == ["m", None]
    assert spoken("nobody speaks this") == "ja"
    assert say("way.yes", "nobody speaks this") == say("way.yes", "ja")


def _folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "one.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[a]\nen = "x"', "one.a: ja is missing"),
        ('[a]\nja = "{x}"\nen = "{y}"', "one.a: holes of en differ"),
        ('[a]\nja = "{}"', "a hole is a plain name"),
        ('[a]\nja = "{x:>9}"', "a hole is a plain name"),
        ('[a]\nja = "{x"', "one.a (ja)"),
        ('a = "x"', "a sentence is a table"),
        ("[a]\nja = 1", "a sentence is a table"),
        ("[a\n", "one.toml"),
    ],
)
def test_a_catalogue_that_contradicts_itself_is_not_loaded(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(BadCatalogue, match=re.escape(fault)):
        load(_folder(tmp_path, text))


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogue) as caught:
        load(_folder(tmp_path, '[a]\nen = "x"\n[b]\nja = "{}"'))
    assert len(caught.value.faults) == 2


def test_holes() -> None:
    assert holes_in("{when}は、{what} です") == {"when", "what"}


SAME_WAY = {
    "way.back_label": BACK,
    "way.stop_label": STOP,
    "way.afresh_label": AFRESH,
    "way.resume_label": RESUME,
    "settings.undo": UNDO,
}
NO_CHOICE = {"bulky.state_cancelled"}


def test_nobody_who_types_a_printed_label_is_led_out_instead() -> None:
    """A way out wins over every choice; so no choice may be called like one that means something else."""
    for key, sentence in catalogue().items():
        for speech, text in sentence.texts.items():
            if key not in NO_CHOICE and (out := way_out(text)):
                assert SAME_WAY.get(key) == out, f"{key} ({speech}): 「{text}」 leads out ({out})"


def test_no_choice_waits_for_a_word_that_leads_out() -> None:
    """Such a word never reaches its choice, unless the choice calls it its own."""
    for path, source in SOURCES.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.keyword) and node.arg == "words":
                said = [each.value for each in ast.walk(node.value) if isinstance(each, ast.Constant)]
                assert not [word for word in said if isinstance(word, str) and way_out(word)], path.name
