"""Looks at a page as a reader of HTML would: what every page must have, and what none may have."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
SVG_LEAVES = {"path", "rect", "circle"}
CONTROLS = {"input", "select", "textarea"}
NEEDS_TEXT = {"a", "button", "h1", "h2", "h3", "label", "legend", "title", "th", "caption", "option", "dt"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: Element | None
    text: str = ""

    def inside(self, tag: str) -> Element | None:
        above = self.parent
        while above is not None and above.tag != tag:
            above = above.parent
        return above


@dataclass
class Page(HTMLParser):
    """The elements of a page in order, and what is wrong with it."""

    source: str
    elements: list[Element] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.here: Element | None = None
        self.feed(self.source)
        self.close()
        if self.here is not None:
            self.problems.append(f"<{self.here.tag}> is never closed")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        repeated = [name for name, count in Counter(name for name, _ in attrs).items() if count > 1]
        if repeated:
            self.problems.append(f"<{tag}> has {repeated} twice")
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.elements.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        if self.here is None or self.here.tag != tag:
            self.problems.append(f"</{tag}> closes <{self.here.tag if self.here else 'nothing'}>")
            return
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        above = self.here
        while above is not None:
            above.text += data
            above = above.parent

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def text(self, tag: str) -> str:
        """The text of the first element of that name."""
        return " ".join(self.all(tag)[0].text.split()) if self.all(tag) else ""


def problems_of(source: str) -> list[str]:
    """Everything wrong with a page, in words; an empty list is a good page."""
    page = Page(source)
    found = list(page.problems)
    if not source.lstrip().lower().startswith("<!doctype html>"):
        found.append("no doctype")
    if [html.attributes.get("lang") for html in page.all("html")] != ["ja"]:
        found.append("html has no lang=ja")
    if len(page.all("h1")) != 1:
        found.append(f"{len(page.all('h1'))} h1")
    found += _headings(page) + _ids(page) + _controls(page) + _forms(page) + _forbidden(page)
    found += [f"<{e.tag}> without text: {e.attributes}" for e in page.all(*NEEDS_TEXT) if not e.text.strip()]
    found += [f"th without scope: {e.text}" for e in page.all("th") if "scope" not in e.attributes]
    found += [f"img without alt: {e.attributes}" for e in page.all("img") if "alt" not in e.attributes]
    found += [
        f"<table> without caption: {e.attributes}" for e in page.all("table") if not _has(page, e, "caption")
    ]
    if not page.all("title"):
        found.append("no title")
    return found


def _has(page: Page, outer: Element, tag: str) -> bool:
    return any(element.inside(outer.tag) is outer for element in page.all(tag))


def _headings(page: Page) -> list[str]:
    levels = [int(e.tag[1]) for e in page.all("h1", "h2", "h3", "h4")]
    return [f"h{after} follows h{before}" for before, after in pairwise(levels) if after > before + 1]


def _ids(page: Page) -> list[str]:
    ids = Counter(e.attributes["id"] for e in page.elements if "id" in e.attributes)
    found = [f"id used twice: {name}" for name, count in ids.items() if count > 1]
    for element in page.elements:
        for name in ("aria-describedby", "aria-labelledby", "for"):
            targets = element.attributes.get(name, "").split()
            found += [f"{name} points nowhere: {each}" for each in targets if each not in ids]
        link = element.attributes.get("href", "")
        if link.startswith("#") and link[1:] not in ids:
            found.append(f"link points nowhere: {link}")
    return found


def _controls(page: Page) -> list[str]:
    labelled = {e.attributes["for"] for e in page.all("label") if "for" in e.attributes}
    return [
        f"no label: {e.attributes}"
        for e in page.all(*CONTROLS)
        if e.attributes.get("type") not in ("hidden", "submit")
        and e.attributes.get("id") not in labelled
        and e.inside("label") is None
        and not e.attributes.get("aria-label")
    ]


def _forms(page: Page) -> list[str]:
    found = []
    tokens = [e.inside("form") for e in page.all("input") if e.attributes.get("name") == "csrf_token"]
    for form in page.all("form"):
        method = form.attributes.get("method")
        if method not in ("post", "get"):
            found.append(f"form without a method: {form.attributes}")
        # What only looks something up has its answer in an address; it changes nothing and needs no token.
        if (method == "get") == any(token is form for token in tokens):
            found.append(f"form without a CSRF token, or one that shows it: {form.attributes}")
        if not _has(page, form, "button"):
            found.append(f"form without a button: {form.attributes}")
        if form.inside("form") is not None:
            found.append("form inside a form")
    return found


def _forbidden(page: Page) -> list[str]:
    found = [
        f"{name} in <{e.tag}>"
        for e in page.elements
        for name in e.attributes
        if name.startswith("on") or name == "style"
    ]
    found += [
        f"<{e.tag}> without nonce" for e in page.all("script", "style") if not e.attributes.get("nonce")
    ]
    for e in page.elements:
        for name in ("src", "action"):
            if "//" in e.attributes.get(name, ""):
                found.append(f"{name} leads elsewhere: {e.attributes[name]}")
    return found
