"""Cries for help are found in every language of the town, whatever language is set."""

from __future__ import annotations

import pytest

from bot_flows.distress import cry_for_help
from bot_flows.engine import step
from bot_flows.types import Facts, Incoming, Resident, State
from tests.flows.chat import NOON
from tests.flows.town import SmallTown

EMERGENCIES = (
    "help|Help me!|HELP|please help|There is a fire|Call an ambulance|He's not breathing|救命|救命啊！|救救我|叫救护车|救護車|살려줘|살려 주세요|"
    "도와주세요|불이 났어요|cứu tôi|Cứu tôi với|cuu toi|gọi cấp cứu|cháy nhà|बचाउनुहोस्|मलाई मद्दत गर्नुहोस्|एम्बुलेन्स|たすけて ください|ひが でて います|いきが できません"
)
SORROWS = (
    "I want to die|I don't want to live|I don’t want to live anymore|my husband hits me|no money for food|我想死|不想活了|自殺|被打了|没钱吃饭|"
    "죽고 싶어요|자살|왕따|tôi muốn chết|tự tử|bạo lực|मर्न मन लाग्छ|आत्महत्या|しにたい です|おかねが ありません"
)
OTHERS = "hello|English|menu|tiếng Việt|中文|繁體中文|한국어|नेपाली|help desk|fire extinguisher|helpful|garbage|ヘルプ|Helper|khó"


@pytest.mark.parametrize("text", EMERGENCIES.split("|"))
def test_an_emergency_is_found_in_every_language(text: str) -> None:
    assert cry_for_help(text) == "emergency"


@pytest.mark.parametrize("text", SORROWS.split("|"))
def test_distress_is_found_in_every_language(text: str) -> None:
    assert cry_for_help(text) == "care"


@pytest.mark.parametrize("text", OTHERS.split("|"))
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert cry_for_help(text) == ""


@pytest.mark.parametrize("language", ["ja", "easy", "en", "zh-Hans", "zh-Hant", "ko", "vi", "ne"])
@pytest.mark.parametrize("text", ["help", "救命", "살려줘", "cứu tôi", "बचाउनुहोस्", "助けて"])
def test_the_numbers_that_help_are_shown_in_any_language(language: str, text: str) -> None:
    resident = Resident(frozenset(), "東区", "e01", language=language, is_new=False)
    turn = step(State(), Incoming("text", text), Facts(SmallTown(), resident, NOON))
    assert "119" in str(turn.messages[0])
