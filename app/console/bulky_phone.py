"""電話で受ける: an order typed while the resident is on the phone, into the same list with the same rules and room."""

from __future__ import annotations

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.bulky import desk, queries, rules
from app.console.bulky import book, box
from app.console.shell import back_to, console, counted, me, now, parts, town
from app.errors import KairanError, Refused
from bot_flows import bulky_page
from bot_flows.bulky_days import coming, left_on
from bot_flows.bulky_facts import HOUSES, House
from bot_flows.bulky_place import day_of
from bot_flows.bulky_words import receipt
from bot_flows.days import written
from bot_flows.pack_facts import District

ROWS = 5
"""Lines of the form; an order holds ten items, of which few are different."""


@console.get("/bulky/new")
def bulky_new() -> ResponseReturnValue:
    """First the district, since days and room depend on it; then the rest on one page."""
    return _page(_district(request.args.get("district", "")))


def _district(code: str) -> District | None:
    return town().district(code) if code else None


def _page(district: District | None, problem: str = "", faults: dict[str, str] | None = None) -> str:
    area = book().area_of(district.ward, district.code) if district else None
    days = []
    if area is not None:
        today = parts().clock.today()
        with parts().sessions() as db:
            known = queries.days_known(db, today)
        days = [(day, left_on(area, day, known)) for day in coming(book(), area, today, known.holidays)]
    return render_template(
        "console/bulky_new.html",
        district=district,
        districts=[(ward, town().districts(ward)) for ward in town().wards],
        area=area,
        days=[(day, left) for day, left in days if left],
        kinds=[kind for item in book().items.values() for kind in item.kinds],
        not_taken=book().not_taken.values(),
        rows=range(1, ROWS + 1),
        rules=book().rules,
        written=written,
        typed=request.form,
        problem=problem,
        faults=faults or {},
        labels=bulky_page.words("ja"),
        fields=bulky_page.FIELDS,
        most={"name": rules.LONGEST_NAME, "address": rules.LONGEST_ADDRESS, "phone": 20},
    )


@console.post("/bulky/new")
def bulky_new_post() -> ResponseReturnValue:
    """Placed at once, or everything typed comes back with what is wrong."""
    district = _district(request.form.get("district", ""))
    checked = rules.check({field: request.form.get(field, "") for field in bulky_page.FIELDS})
    faults = {field: bulky_page.why(fault, "ja") for field, fault in checked.faults.items()}
    try:
        day, house = day_of({"day": request.form.get("day", "")}), _house()
        counts = _counts()
        if district is None or day is None:
            raise Refused("地区と収集日をえらんでください。")
        if checked.contact is None:
            raise Refused("氏名、住所、電話番号を直してください。")
        asked = desk.Taken(counts, district, house, day, checked.contact)
        with parts().sessions.begin() as db:
            order = desk.take_on_the_phone(db, asked, book(), box(), by=me(), now=now())
    except KairanError as error:
        return make_response(_page(district, error.sentence, faults), 422)
    said = f"受け付けました。受付番号は {receipt(order.number)} です。住民に伝えてください。"
    return back_to("console.bulky_order", said, number=order.number)


def _house() -> House:
    typed = request.form.get("house", "")
    if typed not in HOUSES:
        raise Refused("建物をえらんでください。")
    return "flat" if typed == "flat" else "house"


def _counts() -> dict[str, int]:
    """Kinds with their counts; a kind chosen twice counts together."""
    counts: dict[str, int] = {}
    for row in range(1, ROWS + 1):
        kind, typed = request.form.get(f"kind{row}", ""), request.form.get(f"count{row}", "").strip()
        if not kind:
            continue
        number = counted(typed.removesuffix("点")) if typed else 1
        if number is None:
            raise Refused(f"{row}行目の数を、1のような数字で書いてください。")
        counts[kind] = counts.get(kind, 0) + number
    return counts
