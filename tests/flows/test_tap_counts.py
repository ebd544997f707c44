"""The tap counts that were promised (experience 1.3): each held by a script that counts its own taps.

A script's ``= n taps`` fails when the way gets longer; here every promise is matched with the one count of a script that
holds it, by its place in the script: another promise's smaller count does not meet it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "scripts"
PROMISED = {
    "A useful after adding": ("a_follow", 0, 0),
    "A the set-up begins": ("a_follow", 1, 1),
    "B after scanning: add (in LINE), send, agree": ("b_place_qr", 0, 2),
    "C topics, area, reminder": ("c_setup", 0, 6),
    "D one topic changed": ("d_settings", 0, 3),
    "E garbage with a known district": ("e_tomorrow", 0, 1),
    "E garbage with picking it": ("e_area_unknown", 0, 4),
    "F an item": ("f_sorting", 0, 1),
    "F an item of several kinds": ("f_sorting", 1, 2),
    "G another hour": ("d_reminder", 0, 2),
    "G any hour of the picker": ("g_picker", 0, 4),
    "H one item, known district": ("h_one_item", 0, 12),
    "H one item with picking the district": ("h_pick_district", 0, 14),
    "I shelters near where one is": ("i_shelter", 0, 3),
    "I shelters of one's own district": ("i_own_district", 0, 2),
    "K a child's own timeline": ("k_child", 0, 1),
    "L a list for me": ("l_list", 0, 1),
    "L an event with its calendar": ("l_list", 1, 2),
    "L an event saved": ("l_list", 2, 3),
    "N the right way to pay": ("n_payment", 0, 3),
    "O a report with photo and place": ("o_report", 0, 9),
    "P a question answered": ("p_questions", 0, 1),
    "Q a telephone number": ("q_person", 0, 2),
    "Q a chat with staff": ("q_person", 1, 3),
    "R one topic": ("r_one_topic", 0, 2),
    "R everything": ("r_stop_all", 0, 3),
    "S all data deleted": ("s_delete_all", 0, 4),
    "T data saved": ("t_download", 0, 3),
    "V another language": ("v_language", 0, 2),
}
"""From the rich menu or the word typed; I from the tab for emergencies is ``test_promises``."""


def counts_of(script: str) -> list[int]:
    return [
        int(n)
        for n in re.findall(r"^= (\d+) taps$", (FOLDER / f"{script}.txt").read_text(encoding="utf-8"), re.M)
    ]


@pytest.mark.parametrize("promise", PROMISED)
def test_a_script_keeps_the_promise(promise: str) -> None:
    name, place, most = PROMISED[promise]
    assert counts_of(name)[place] <= most, (
        f"{name} counts {counts_of(name)}, promised {most} at place {place}"
    )


@pytest.mark.parametrize("script", sorted({name for name, _, _ in PROMISED.values()}))
def test_every_count_belongs_to_a_promise(script: str) -> None:
    places = sorted(place for name, place, _ in PROMISED.values() if name == script)
    assert places == list(range(len(counts_of(script))))
