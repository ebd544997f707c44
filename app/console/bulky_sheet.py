"""The sheet for the lorry: a day's orders with names and addresses, as a CSV no spreadsheet computes with."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import audit
from app.bulky import actions, queries
from app.bulky.models import BulkyOrder
from app.console.bulky import (
    HOUSE_WORDS,
    SOURCE_WORDS,
    box,
    date_in,
    goods,
    where,
    words_of_payments,
    words_of_states,
)
from app.console.shell import console, me, now, parts
from bot_flows.bulky_words import receipt

COLUMNS = (
    "受付番号",
    "地区",
    "建物",
    "氏名",
    "住所",
    "電話",
    "品物",
    "点数",
    "料金",
    "支払い",
    "状態",
    "受付方法",
)
DANGEROUS = "'=+-@＝＋－＠\t\r\n"
"""What makes a spreadsheet take a cell for a formula, full-width twins among them."""


@console.get("/bulky/days/<day>/orders-csv")
def bulky_csv(day: str) -> ResponseReturnValue:
    """The day's orders with names and addresses, for the lorry; who took it stands in the audit log."""
    on = date_in(day)
    with parts().sessions.begin() as db:
        orders = [each for each in queries.of_day(db, on) if each.state in ("accepted", "collected")]
        sheet = _sheet(_row(db, each) for each in orders)
        detail = {"orders": len(orders)}
        audit.record(db, "bulky.csv", f"bulky_day:{on}", by=me().login, at=now(), detail=detail)
    response = Response("\ufeff" + sheet, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="bulky-{on.isoformat()}.csv"'
    return response


def _row(db: Session, order: BulkyOrder) -> Sequence[str]:
    contact = actions.contact_in(db, order, box())
    return (
        receipt(order.number),
        where(order),
        HOUSE_WORDS[order.house],
        contact.name if contact else "",
        contact.address if contact else "",
        contact.phone if contact else "",
        goods(order),
        str(order.points),
        str(order.total),
        words_of_payments()[order.payment],
        words_of_states()[order.state],
        SOURCE_WORDS[order.source],
    )


def _sheet(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    written_ = csv.writer(out, lineterminator="\r\n")
    written_.writerow(COLUMNS)
    written_.writerows([plain_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def plain_cell(cell: str) -> str:
    """A cell no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.strip() and cell.strip(" \u3000")[0] in DANGEROUS else cell
