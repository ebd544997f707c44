// Keeps the phones fresh and does what taps say. What things look like is decided by the server.
import { openAddress, pickMoment, pickPhoto, pickPlace, pickSticker } from "/phone/static/dialogs.js";

const say = (text) => { document.getElementById("said").textContent = text; };
const phoneOf = (element) => element.closest(".phone");

export async function call(path, body, method = "POST") {
  const bytes = body instanceof Blob;
  const response = await fetch(path, { method, body: bytes ? body : JSON.stringify(body ?? {}),
    headers: { "Content-Type": bytes ? body.type : "application/json" } });
  const answer = await response.json();
  if (!response.ok) say(answer.message ?? "できませんでした。もう一度押してください。");
  else if (answer.webhook && answer.webhook.reason !== "ok" && answer.webhook.reason !== "inactive")
    say(`市のサーバーが受け取れませんでした（${answer.webhook.reason}）。サーバーが動いているか確認してください。`);
  else say("");
  return response.ok ? answer : null;
}

function count(phone) {
  const taps = phone.querySelector(".taps");
  taps.value = `タップ ${(phone.taps = (phone.taps ?? 0) + 1)}`;
}

const act = (phone, name, body) => call(`/sandbox/residents/${phone.dataset.user}/${name}`, body);
const send = (phone, message) => act(phone, "send", { message });

async function tap(phone, action) {
  switch (action.type) {
    case "uri": return openAddress(phone, action, { fill, place: () => choosePlace(phone), photo: () => choosePhoto(phone) });
    case "clipboard":
      try { await navigator.clipboard.writeText(action.clipboardText); } catch { /* the browser may forbid it */ }
      return say(`コピーしました：${action.clipboardText}`);
    case "datetimepicker": {
      const value = await pickMoment(action);
      return value && act(phone, "tap", { action: { ...action, value } });
    }
    case "camera": case "cameraRoll": return choosePhoto(phone);
    case "location": return choosePlace(phone);
    default: {
      const done = await act(phone, "tap", { action });
      if (action.inputOption === "openKeyboard") fill(phone, action.fillInText ?? "");
      if (action.inputOption === "closeRichMenu") openMenu(phone, false);
      if (action.inputOption === "openRichMenu") openMenu(phone, true);
      return done;
    }
  }
}

async function choosePlace(phone) {
  const place = await pickPlace();
  if (place) await send(phone, { type: "location", title: place.name || "選んだ位置", ...(place.address && { address: place.address }), latitude: place.latitude, longitude: place.longitude });
}

async function choosePhoto(phone) {
  const photo = await pickPhoto();
  if (photo) await call(`/phone/${phone.dataset.user}/photo`, photo);
}

async function chooseSticker(phone) {
  const id = await pickSticker();
  if (id) await send(phone, { type: "sticker", packageId: "446", stickerId: id, stickerResourceType: "STATIC" });
}

function fill(phone, text) {
  const input = phone.querySelector("textarea");
  input.value = text;
  input.focus();
}

function openMenu(phone, open) {
  phone.querySelector(".bar").setAttribute("aria-expanded", String(open));
}

// Fresh HTML for one phone. What did not change stays as it is: only new bubbles are read aloud, focus is kept.
async function refresh(phone) {
  const turn = phone.turn = (phone.turn ?? 0) + 1;
  const response = await fetch(`/phone/${phone.dataset.user}`);
  if (!response.ok) return location.reload();
  const fresh = await response.json();
  // An answer that was overtaken by a later one would take its news away again.
  if (turn < (phone.shown ?? 0)) return;
  phone.shown = turn;
  phone.dataset.standing = fresh.standing;
  phone.querySelector(".empty").hidden = !fresh.empty;
  for (const name of ["quick", "menu", "tray", "speech", "events"])
    renew(phone.querySelector(`[data-region="${name}"]`), fresh[name]);
  const bar = phone.querySelector(".bar");
  if (bar.hidden && fresh.bar) openMenu(phone, !fresh.menu.includes('data-selected="false"'));
  bar.hidden = !fresh.bar;
  bar.textContent = fresh.bar;
  renewLog(phone.querySelector(".log"), fresh.log);
}

function parse(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder;
}

function renew(region, html) {
  const fresh = parse(html);
  if (fresh.innerHTML === region.source) return;
  const focused = region.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
  region.source = fresh.innerHTML;
  region.replaceChildren(fresh.content);
  if (focused) region.querySelector(`[data-testid="${focused}"]`)?.focus();
}

function renewLog(log, rows) {
  const known = new Map([...log.children].map((row) => [row.dataset.id, row]));
  let last = null, added = false;
  for (const { id, html } of rows) {
    let row = known.get(id);
    known.delete(id);
    const made = parse(html).content.firstElementChild;
    if (row?.source !== made.outerHTML) {
      made.source = made.outerHTML;
      if (row) row.replaceWith(made); else { log.insertBefore(made, last ? last.nextSibling : log.firstChild); added = true; }
      row = made;
    }
    last = row;
  }
  for (const row of known.values()) row.remove();
  markLast(log);
  if (added) log.scrollTop = log.scrollHeight;
}

function markLast(log) {
  const bubbles = log.querySelectorAll('.row[data-id^="b"]');
  for (const row of bubbles) row.removeAttribute("data-testid");
  bubbles[bubbles.length - 1]?.setAttribute("data-testid", "msg-last");
}

document.addEventListener("click", async (event) => {
  const on = (selector) => event.target.closest(selector);
  const phone = phoneOf(event.target);
  const action = on("[data-action]");
  if (action && phone) {
    event.preventDefault();
    count(phone);
    return tap(phone, JSON.parse(action.dataset.action));
  }
  if (on("[data-act]")) { count(phone); return act(phone, on("[data-act]").dataset.act); }
  if (on("[data-unsend]")) { count(phone); return act(phone, "unsend", { id: on("[data-unsend]").dataset.unsend }); }
  if (on("[data-turn]")) {
    const cards = on(".carousel").querySelector(".cards");
    return cards.scrollBy({ left: Number(on("[data-turn]").dataset.turn) * cards.clientWidth * 0.8, behavior: "auto" });
  }
  if (on(".bar")) { count(phone); return openMenu(phone, on(".bar").getAttribute("aria-expanded") !== "true"); }
  if (on("[data-open]") && phone) {
    count(phone);
    phone.querySelector(".more").open = false;
    return { photo: choosePhoto, place: choosePlace, sticker: chooseSticker }[on("[data-open]").dataset.open]?.(phone);
  }
  if (on("[data-forward]")) return call("/sandbox/clock", { forward: Number(on("[data-forward]").dataset.forward) });
  if (on("#clock-now")) return call("/sandbox/clock", { offset: 0 });
  if (on("#add")) return (await call("/sandbox/residents", {})) && location.reload();
  if (on("#reset") && confirm("すべてのトークと友だちの状態を消します。よろしいですか。")) return (await call("/sandbox/reset")) && location.reload();
});

document.addEventListener("keydown", (event) => {
  if (event.target.matches('[role="button"]') && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); event.target.click(); }
  if (event.target.matches(".compose textarea") && event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); event.target.form.requestSubmit(); }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches(".compose")) {
    event.preventDefault();
    const phone = phoneOf(form), text = form.elements.text.value;
    if (!text.trim()) return;
    form.elements.text.value = "";
    count(phone);
    await act(phone, "say", { text });
  } else if (form.id === "clock-form") {
    event.preventDefault();
    await call("/phone/clock", { value: form.elements.value.value });
  } else if (form.id === "scan") {
    event.preventDefault();
    const found = await call("/phone/scan", { user: form.elements.user.value, link: form.elements.link.value });
    if (!found) return;
    const phone = document.querySelector(`.phone[data-user="${found.user}"]`);
    if (!phone) return location.assign(`/phone?${new URLSearchParams({ show: found.user, to: found.user, text: found.text })}`);
    fill(phone, found.text);
  }
});

document.addEventListener("change", (event) => {
  const { target } = event;
  if (target.matches("[data-set]")) {
    const log = phoneOf(target).querySelector(".log");
    phoneOf(target).dataset[target.dataset.set] = target.value;
    log.scrollTop = log.scrollHeight;
  }
  if (target.name === "show") {
    const shown = [...document.querySelectorAll('[name="show"]:checked')].map((box) => box.value);
    if (shown.length) location.assign(`/phone?show=${shown.join(",")}`);
  }
});

for (const phone of document.querySelectorAll(".phone")) {
  const log = phone.querySelector(".log");
  for (const row of log.children) row.source = row.outerHTML;
  for (const region of phone.querySelectorAll("[data-region]")) region.source = region.innerHTML;
  markLast(log);
  log.scrollTop = log.scrollHeight;
  openMenu(phone, !phone.querySelector('[data-selected="false"].menu-image'));
  if (document.body.dataset.to === phone.dataset.user) phone.querySelector("textarea").focus();
}

const source = new EventSource("/phone/events");
// Nobody tells what changed while the connection was away: after the first time, everything is looked at.
let isAgain = false;
source.addEventListener("open", () => {
  if (isAgain) document.querySelectorAll(".phone").forEach(refresh);
  isAgain = true;
});
source.addEventListener("message", ({ data }) => {
  const { changed, clock } = JSON.parse(data);
  document.getElementById("clock").value = clock;
  for (const phone of document.querySelectorAll(".phone"))
    if (changed.includes("*") || changed.includes(phone.dataset.user)) refresh(phone);
});
