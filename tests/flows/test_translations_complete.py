"""Every language folder beside the Japanese sentences: the same keys, the same holes, labels that fit a button."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from content.limits import QUICK_LABEL
from content.sentences import FOLDER, catalogue, holes_in, spoken

FLOWS = Path(__file__).parents[2] / "bot_flows"
LANGUAGES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir() and any(path.glob("*.toml")))
WITHOUT_KANA = ("zh-Hans", "zh-Hant", "ko", "vi", "ne")
KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc]")
BRACKETS = re.compile(r"「[^」]*」|（[^）]*）")

LABELS = {
    "area": "by_position by_ward by_list outside as_it_is more yes no",  # Choices of the questions on districts
    "bulky": "add calendar cancel cancel_no cancel_yes contact_page contact_saved copy drop drop_none fee_only flat hold_again house later mend more_pieces move move_no move_yes my_orders next none_of not_now other_area other_fee paid pay_now pay_online pay_sticker pay_trouble pieces send sizes_label start to_order to_sticker",  # Choices and doors
    "children": "pick not_yet skip more_yes more_no add drop as_it_is",  # Choices of the questions on children
    "counter": "agree change add_child add_area later start",  # Choices, and the door after a lost code
    "damage": "album by_map by_words calm call camera copy mend no_district no_photo no_words not_same other_place quiet_short road_call same send",
    "garbage": "title to_sorting to_month to_reminder to_keep to_other",  # doors below every answer
    "guide": "open_page call call_number care_counter shelter_title",  # pages, the telephone, and the door below an alert day
    "menu": "label area_garbage area_sorting area_map area_apply area_pay area_settings area_contact photo_other photo_report",  # doors
    "reminder": "pick never to_setting by_kind rest unrest",  # Choices of the time
    "settings": "whole_town title row_reminder row_language stop data enough undo stop_one keep_one",  # doors and Choices
    "setup": "row_topics row_area row_reminder row_children register fix",  # rows are Choices of 「なおす」
    "sorting": "to_garbage to_other to_bulky not_sure none_of",  # doors and Choices
    "topics": "next",  # the last Choice of the list
    "way": "back_label stop_label human_label yes no afresh_label resume_label",  # under every question
    "welcome": "start later languages keep anew forget forget_yes forget_no",  # doors of the first bubble
    "childcare": "all book done done_more done_n facility later resume resume_n still still_n to_child to_consult to_events to_register wrong",
    "events": "button_apply button_pay button_calendar button_google button_map button_call button_web all back_to_list by_age by_ward choose mine more pages pick_month this_month week weekend free near other_days to_event wait",
    "faq": "good_label none_label wrong_label",
    "nearby": "kind_shelter kind_events kind_nursing go here_area here_report here_more by_position by_ward call kind_garbage kind_pages map my_district other_kind route share web",
    "payment": "other_label visit_label",
    "person": "connect languages leave more other pages urgent",
    "stop": "topic week month less often quiet all erase restart keep_emergency stop_emergency why_many why_wrong why_hard why_secret quiet_hours",
    "mydata": "show download delete shown_settings download_page all children record title",
    "place": "call_label map_label page_label",
}
"""Sentences shown as a button, by file: LINE refuses a quick reply whose label is longer than 20 characters."""

RUN_ON = (
    "children.ask",
    "topics.ask",
    "setup.done",
    "counter.done",
    "nearby.ask_where",
    "nearby.ask_here",
)
"""Sentences another one follows on the same line: Japanese and Chinese need no blank there, the others do."""


def _texts(language: str) -> dict[str, str]:
    return {
        f"{path.stem}.{name}": text
        for path in sorted((FOLDER / language).glob("*.toml"))
        for name, text in tomllib.loads(path.read_text(encoding="utf-8")).items()
    }


def _stems() -> list[str]:
    return sorted({key.partition(".")[0] for key in catalogue()})


def _labels() -> list[str]:
    return [f"{stem}.{name}" for stem, names in LABELS.items() for name in names.split()]


def _filled(texts: dict[str, str]) -> dict[str, str]:
    """Labels with a hole, filled: the usual times of the reminder, the children in 「お子さんを消す」, a telephone."""
    values = {"number": "6", "month": "2024年10月", "time": texts.get("reminder.hour", "").format(hour=20)}
    keys = ("reminder.before", "reminder.same", "children.born", "children.expected")
    filled = {key: texts[key].format_map(values) for key in keys if key in texts}
    if "guide.call_number" in texts:
        filled["guide.call_number"] = texts["guide.call_number"].format(number="0120-279-338")
    return filled


def _too_long(texts: dict[str, str]) -> list[str]:
    plain = {key: texts[key] for key in _labels() if key in texts}
    return [f"{key}: {text}" for key, text in {**plain, **_filled(texts)}.items() if len(text) > QUICK_LABEL]


def _said_as_label() -> set[str]:
    """Literal keys said in the label of a Choice (second argument) or of a door (first argument)."""
    found = set()
    for path in FLOWS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            place = {"Choice": 1, "door": 0}.get(getattr(getattr(node, "func", None), "id", ""))
            if isinstance(node, ast.Call) and place is not None and len(node.args) > place:
                label = node.args[place]
                if isinstance(label, ast.Call) and isinstance(label.func, ast.Attribute):
                    found |= {arg.value for arg in label.args if isinstance(arg, ast.Constant)}
    return {key for key in found if isinstance(key, str)}


def test_no_label_of_the_code_is_forgotten() -> None:
    said = _said_as_label()
    assert len(said) > 40
    assert sorted(said - set(_labels())) == []


@pytest.mark.table
def test_the_table_of_languages() -> None:
    rows = []
    for language in LANGUAGES:
        texts = _texts(language)
        missing = sorted(set(catalogue()) - set(texts))
        rows.append(f"{language:8} {len(texts):9} {len(missing):7} {len(_too_long(texts)):14}")
        by_file = {stem: [key for key in missing if key.startswith(f"{stem}.")] for stem in _stems()}
        rows += [f"  {stem}: {len(keys)} {' '.join(keys)}" for stem, keys in by_file.items() if keys]
    print("\n" + "\n".join(["language sentences missing label too long", *rows]))
    assert len([row for row in rows if not row.startswith(" ")]) == len(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_incomplete_language_is_not_spoken(language: str) -> None:
    """Never mixed: while a sentence is missing, residents of that language read Japanese (``spoken``)."""
    if set(catalogue()) - set(_texts(language)):
        assert spoken(language) == "ja"


def test_the_labels_are_sentences() -> None:
    assert set(_labels()) | set(RUN_ON) <= set(catalogue())
    assert _too_long({key: catalogue()[key].texts["ja"] for key in catalogue()}) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_known_keys_with_the_same_holes(language: str) -> None:
    texts = _texts(language)
    assert sorted(set(texts) - set(catalogue())) == [], "keys the Japanese files do not have"
    assert [key for key, text in texts.items() if not text.strip()] == []
    wrong = [key for key, text in texts.items() if holes_in(text) != catalogue()[key].holes]
    assert wrong == [], "holes differ from the Japanese"


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_fit_a_button(language: str) -> None:
    assert _too_long(_texts(language)) == []


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name in WITHOUT_KANA])
def test_japanese_letters_only_in_brackets(language: str) -> None:
    left = [key for key, text in _texts(language).items() if KANA.search(BRACKETS.sub("", text))]
    assert left == [], "a resident reads Japanese only where it is to be typed or recognised"


@pytest.mark.parametrize("language", LANGUAGES)
def test_telephone_numbers_stay(language: str) -> None:
    texts = _texts(language)
    for key, sentence in catalogue().items():
        if key in texts and key.startswith("guide."):
            numbers = re.findall(r"\b(?:119|110|0120-[\d-]+)", sentence.texts["ja"], re.ASCII)
            assert all(number in texts[key] for number in numbers), key


@pytest.mark.parametrize("language", [name for name in LANGUAGES if not name.startswith("zh")])
def test_a_blank_parts_two_sentences_on_one_line(language: str) -> None:
    texts = _texts(language)
    assert [key for key in RUN_ON if key in texts and not texts[key].endswith((" ", "\n"))] == []
