"use strict";
// Everything works without this file; it counts what is about to be sent, and fetches answers as they come.

const NARROW = "\u202f";
const euros = (cents) =>
  new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR", signDisplay: "exceptZero" }).format(cents / 100);

function watchForm(form, changes, words) {
  const line = form.querySelector("[data-count]");
  const button = form.querySelector("button[type=submit]");
  if (!line || !button) return;
  const still = line.textContent;
  let sending = false;
  const count = () => {
    const found = changes();
    line.textContent = found.length ? words(found) : still;
    line.classList.toggle("strong", found.length > 0);
    return found.length;
  };
  form.addEventListener("input", count);
  form.addEventListener("submit", (event) => {
    if (sending) event.preventDefault();
    sending = true;
    button.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", (event) => {
    sending = false;
    button.removeAttribute("aria-disabled");
    if (event.persisted) count();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!sending && changes().length) event.preventDefault();
  });
  count();
}

const plural = (count, word) => `${count} ${word}${count < 2 ? "" : "s"}`;

for (const form of document.querySelectorAll("form[data-week]")) {
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const changed = () => boxes.filter((box) => box.checked !== (box.dataset.was === "booked"));
  watchForm(form, changed, (found) => {
    const cents = found.reduce((sum, box) => sum + (box.checked ? 1 : -1) * Number(box.dataset.cents || 0), 0);
    const costs = [...new Set(found.map((box) => box.dataset.cost).filter(Boolean))].join(", ");
    return `${plural(found.length, "changement")} à enregistrer${NARROW}: ${euros(cents)}${costs && ` (${costs})`}`;
  });
}

for (const form of document.querySelectorAll("form[data-sheet]")) {
  const fields = [...form.querySelectorAll("input[name^='f.'], select[name^='f.']")];
  const first = new Map(fields.map((field) => [field, field.value]));
  const changed = () => fields.filter((field) => field.value !== first.get(field));
  watchForm(form, changed, (found) => `${plural(found.length, "changement")} à enregistrer`);
}

const answer = document.querySelector("[data-poll]");
if (answer) {
  const began = Date.now();
  const ask = async () => {
    try {
      const response = await fetch(answer.dataset.poll, { headers: { Accept: "text/html" } });
      if (response.redirected) return window.location.reload();
      if (response.ok) {
        const drawn = new DOMParser().parseFromString(await response.text(), "text/html");
        if (drawn.querySelector("[data-answered]")) return answer.replaceChildren(...drawn.body.childNodes);
      }
    } catch {
      // the network comes back, or the family presses « Actualiser »
    }
    const waited = Date.now() - began;
    if (waited < 1800000) setTimeout(ask, waited < 120000 ? 2000 : 15000);
  };
  setTimeout(ask, 1000);
}
