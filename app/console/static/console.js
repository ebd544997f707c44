// Small improvements; every page works without them.

const EVERY = 2000; // ms between two looks at a running notice
const IDLE_WARNING = 25 * 60 * 1000; // the server ends a session after 30 minutes without use

for (const element of document.querySelectorAll("[data-with-script]")) element.hidden = false;
document.querySelector("[data-focus]")?.focus();
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());

// A form is sent once, whatever a finger does. The button pressed still travels, so it is only marked busy.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
    return true;
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

// Progress: replace the figures, keep everything that can hold the focus; say quarters and changes of state only.
const live = document.querySelector("[data-live]");
if (live) {
  const box = document.getElementById("refreshing");
  const announce = document.getElementById("announce");
  let said = quarter(figures());

  const look = async () => {
    if (!box.checked || document.hidden) return;
    try {
      const answer = await fetch(live.dataset.address, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const before = figures().dataset.state;
      const busy = document.activeElement?.closest("main form, main details");
      live.innerHTML = await answer.text();
      document.title = document.title.replace(/^[^｜]*/, figures().dataset.title);
      if (figures().dataset.state !== before) {
        announce.textContent = figures().querySelector(".state").textContent;
        if (!busy) window.location.reload();
      }
      if (quarter(figures()) !== said) {
        said = quarter(figures());
        announce.textContent = figures().querySelector(".sentence").textContent;
      }
    } catch {
      // The network is away: the next look tries again, and the page keeps what it last knew.
    }
  };
  setInterval(look, EVERY);
}

function figures() {
  return document.getElementById("figures");
}

function quarter(element) {
  return Math.floor(Number(element.dataset.percent) / 25);
}

// Audience: the number of people follows the form.
const audience = document.querySelector("form[data-count]");
if (audience) {
  const target = document.getElementById("count");
  let waiting = 0;
  let number = 0;

  const count = async () => {
    const mine = (number += 1);
    const query = new URLSearchParams(new FormData(audience));
    query.delete("csrf_token");
    target.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${audience.dataset.count}?${query}`, { headers: { Accept: "text/html" } });
      if (answer.ok && !answer.redirected && mine === number) target.innerHTML = await answer.text();
    } catch {
      // Without the network the button 「人数を数える」 remains.
    }
    if (mine === number) target.removeAttribute("aria-busy");
  };
  audience.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(count, 400);
  });
}

// Fields: after a field is left, show what would be put right; the server decides, the person can take it back.
const fields = document.querySelector("form[data-read]");
if (fields) {
  fields.addEventListener("change", async (event) => {
    const input = event.target;
    const place = input.closest("[data-label]");
    if (!place) return;
    const query = new URLSearchParams({ label: place.dataset.label, value: input.value });
    try {
      const answer = await fetch(`${fields.dataset.read}?${query}`, { headers: { Accept: "application/json" } });
      if (answer.ok && !answer.redirected) note(place, input, await answer.json());
    } catch {
      // The same reading happens when the form is sent.
    }
  });
}

function note(place, input, reading) {
  place.querySelector("[data-note]")?.remove();
  place.querySelector(`input[name="keep:${place.dataset.label}"]`)?.remove();
  if (!reading.sentence) return;
  const typed = input.value;
  const line = document.createElement("p");
  line.className = reading.problem ? "wrong" : "fixed";
  line.dataset.note = "";
  line.setAttribute("role", "status");
  line.append(reading.sentence);
  if (!reading.problem) {
    input.value = reading.text;
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "link-button";
    undo.textContent = "元に戻す";
    undo.addEventListener("click", () => {
      const keep = Object.assign(document.createElement("input"), { type: "hidden", value: "yes" });
      keep.name = `keep:${place.dataset.label}`;
      input.value = typed;
      line.replaceWith(keep);
      input.focus();
    });
    line.append(" ", undo);
  }
  place.append(line);
}

// Session: warn five minutes before it ends; one press goes on.
const staying = document.getElementById("staying");
if (staying) {
  let timer = setTimeout(warn, IDLE_WARNING);

  staying.querySelector("button").addEventListener("click", async () => {
    const body = new URLSearchParams({ csrf_token: staying.dataset.csrf });
    const answer = await fetch(staying.dataset.address, { method: "POST", body });
    if (!answer.ok || answer.redirected) return window.location.reload();
    staying.hidden = true;
    clearTimeout(timer);
    timer = setTimeout(warn, IDLE_WARNING);
    return undefined;
  });
}

function warn() {
  staying.hidden = false;
}
