// Everything that opens above the phones. Each picker answers with what was chosen, or null.

const KINDS = { date: "date", time: "time", datetime: "datetime-local" };

function ask(dialog, listen) {
  return new Promise((resolve) => {
    const stop = new AbortController();
    const finish = (value) => { stop.abort(); if (dialog.open) dialog.close(); resolve(value); };
    listen(finish, stop.signal);
    dialog.addEventListener("close", () => finish(null), { signal: stop.signal });
    dialog.showModal();
  });
}

export function pickMoment(action) {
  const dialog = document.getElementById("picker");
  const input = dialog.querySelector("input");
  input.type = KINDS[action.mode];
  input.min = action.min ?? "";
  input.max = action.max ?? "";
  input.value = action.initial ?? "";
  return ask(dialog, (finish, signal) => {
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      finish(event.submitter?.value === "ok" ? input.value : null);
    }, { signal });
  });
}

export function pickPlace() {
  const dialog = document.getElementById("place");
  return ask(dialog, (finish, signal) => {
    dialog.addEventListener("click", (event) => {
      const mark = event.target.closest("[data-place]");
      if (mark) finish(JSON.parse(mark.dataset.place));
    }, { signal });
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const { latitude, longitude } = event.target.elements;
      finish(event.submitter?.value === "ok" ? { latitude: latitude.valueAsNumber, longitude: longitude.valueAsNumber } : null);
    }, { signal });
  });
}

export function pickPhoto() {
  const dialog = document.getElementById("photo");
  return ask(dialog, (finish, signal) => {
    dialog.addEventListener("click", async (event) => {
      const sample = event.target.closest("[data-sample]");
      if (sample) finish(await (await fetch(`/phone/samples/${sample.dataset.sample}.jpg`)).blob());
    }, { signal });
    dialog.querySelector("[type=file]").addEventListener("change", (event) => finish(event.target.files[0] ?? null), { signal });
  });
}

export function pickSticker() {
  const dialog = document.getElementById("sticker");
  return ask(dialog, (finish, signal) => {
    dialog.addEventListener("click", (event) => {
      const sticker = event.target.closest("[data-sticker]");
      if (sticker) finish(sticker.dataset.sticker);
    }, { signal });
  });
}

// LINE's own addresses act inside the chat; others open in the app, or outside with openExternalBrowser=1.
export function openAddress(phone, action, { fill, place, photo }) {
  const address = phone.dataset.view === "pc" && action.altUri?.desktop ? action.altUri.desktop : action.uri;
  const inside = /^(?:https:\/\/line\.me|line:\/)\/R\/(.*)$/.exec(address);
  if (inside?.[1].startsWith("nv/location")) return place();
  if (inside?.[1].startsWith("nv/camera")) return photo();
  if (inside?.[1].startsWith("oaMessage/")) return fill(phone, decodeURIComponent(address.split("?").slice(1).join("?")));
  const dialog = document.getElementById("panel");
  const web = /^https?:/.test(address);
  const outside = web && new URL(address).searchParams.get("openExternalBrowser") === "1";
  dialog.dataset.mode = web ? (outside ? "external" : "app") : "phone";
  dialog.querySelector(".mode").textContent = !web ? "電話などのアプリが開きます。" : outside ? "外のブラウザで開きます。" : "トークのアプリの中で開きます。";
  dialog.querySelector(".address").textContent = address;
  const frame = dialog.querySelector("iframe");
  frame.hidden = !web || outside;
  frame.src = frame.hidden ? "about:blank" : address;
  const link = dialog.querySelector("a");
  link.hidden = !web;
  link.href = web ? address : "/phone";
  dialog.querySelector("[data-close]").onclick = () => dialog.close();
  dialog.showModal();
}
