"""The tap counts that were promised (experience 1.3): each held by a script that counts its own taps.

A script's ``= n taps`` fails when the way gets longer; here every flow's promise is matched with a script that keeps it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "scripts"
PROMISED = {
    "A useful after adding": ("a_follow", 0),
    "A the set-up begins": ("a_follow", 1),
    "B after scanning: add (in LINE), send, agree": ("b_place_qr", 2),
    "C topics, area, reminder": ("c_setup", 6),
    "D one topic changed": ("d_settings", 3),
    "E garbage with a known district": ("e_tomorrow", 1),
    "E garbage with picking it": ("e_area_unknown", 4),
    "F an item": ("f_sorting", 1),
    "F an item of several kinds": ("f_sorting", 2),
    "G another hour": ("d_reminder", 2),
    "H one item, known district": ("h_one_item", 12),
    "I shelters of one's own district": ("i_own_district", 2),
    "K a child's own timeline": ("k_child", 1),
    "L a list for me": ("l_list", 1),
    "L an event with its calendar": ("l_list", 2),
    "N the right way to pay": ("n_payment", 3),
    "O a report with photo and place": ("o_report", 9),
    "P a question answered": ("p_questions", 1),
    "Q a telephone number": ("q_person", 2),
    "Q a chat with staff": ("q_person", 3),
    "R one topic": ("r_one_topic", 2),
    "R everything": ("r_stop_all", 3),
    "S all data deleted": ("s_delete_all", 4),
    "T data saved": ("t_download", 3),
}
"""From the rich menu or the word typed; I from the tab for emergencies is ``test_promises``."""


@pytest.mark.parametrize("promise", PROMISED)
def test_a_script_keeps_the_promise(promise: str) -> None:
    name, most = PROMISED[promise]
    counted = re.findall(r"^= (\d+) taps$", (FOLDER / f"{name}.txt").read_text(encoding="utf-8"), re.M)
    assert any(int(each) <= most for each in counted), f"{name} counts {counted}, promised {most}"
