"use strict";
// Everything works without this file; it counts what is about to be sent, and fetches answers as they come.

const NARROW = "\u202f";
const euros = (cents) =>
  new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR", signDisplay: "exceptZero" }).format(cents / 100);

function watchForm(form, changes, words) {
  const line = form.querySelector("[data-count]");
  const button = [...form.elements].find((one) => one.type === "submit");
  if (!line || !button) return;
  const still = line.dataset.count || line.textContent;
  let sending = false;
  let touched = !("fresh" in form.dataset); // a page drawn with its changes asks nothing of who leaves it at once
  const count = () => {
    const found = changes();
    line.textContent = found.length ? words(found) : still;
    line.classList.toggle("strong", found.length > 0);
    return found.length;
  };
  form.addEventListener("input", () => {
    touched = true;
    count();
  });
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
    if (!sending && touched && changes().length) event.preventDefault();
  });
  count();
}

const plural = (count, word) => `${count} ${word}${count < 2 ? "" : "s"}`;

// The planning: a week, a month, a preview. A box says what changing it costs (data-cents) and how it began (data-on).
function watchCells(form) {
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const answers = [...form.querySelectorAll("input[type=radio]")];
  const changed = () => [
    ...boxes.filter((box) => box.checked !== ("on" in box.dataset)),
    ...answers.filter((answer) => answer.checked && answer.value),
  ];
  watchForm(form, changed, (found) => {
    const cents = found.reduce((sum, box) => sum + Number(box.dataset.cents || 0), 0);
    const costs = [...new Set(found.map((box) => box.dataset.cost).filter(Boolean))].join(", ");
    const many = found.reduce((sum, box) => sum + Number(box.dataset.many || 1), 0); // a week's box turns several
    return `${plural(many, "changement")} à enregistrer${NARROW}: ${euros(cents)}${costs && ` (${costs})`}`;
  });
  const spot = (box) => box.value.split(":");
  moveByArrows(boxes, spot);
  if (!("fresh" in form.dataset)) tickTogether(form, boxes, spot);
}

// Left and right: the same unit, another day; up and down: the same day, another unit.
function moveByArrows(boxes, spot) {
  for (const box of boxes) {
    box.addEventListener("keydown", (event) => {
      const side = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!side || event.altKey || event.ctrlKey || event.metaKey) return;
      const along = event.key === "ArrowLeft" || event.key === "ArrowRight" ? 0 : 1;
      const row = boxes.filter((other) => spot(other)[along] === spot(box)[along]);
      const next = row[row.indexOf(box) + side];
      event.preventDefault();
      if (next) next.focus();
    });
  }
}

// « Cocher partout »: one button for each unit that has several boxes; pressed again, it puts them back as they began.
function tickTogether(form, boxes, spot) {
  const units = new Map();
  for (const box of boxes) {
    if (box.dataset.cost || box.closest(".queue, .listed, .refused")) continue;
    const [unit] = spot(box);
    if (!units.has(unit)) units.set(unit, []);
    units.get(unit).push(box);
  }
  const bar = document.createElement("p");
  bar.className = "together";
  bar.append("Cocher partout : ");
  for (const [, some] of [...units].sort(([a], [b]) => a - b)) {
    if (some.length < 2) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "second small";
    const [label] = some[0].labels;
    button.append((label.querySelector("input + span") || label).firstChild.textContent.trim());
    const show = () => button.setAttribute("aria-pressed", String(some.every((box) => box.checked)));
    button.addEventListener("click", () => {
      const all = some.every((box) => box.checked);
      const back = some.some((box) => !("on" in box.dataset)); // as it began; all booked: none
      for (const box of some) box.checked = all ? back && "on" in box.dataset : true;
      form.dispatchEvent(new Event("input", { bubbles: true }));
    });
    form.addEventListener("input", show);
    show();
    bar.append(button);
  }
  if (bar.querySelector("button")) form.prepend(bar);
}

for (const form of document.querySelectorAll("form[data-cells]")) watchCells(form);

// A secret link is copied with one press.
for (const field of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "second";
  button.textContent = "Copier le lien";
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Copié";
    } catch {
      button.textContent = "Sélectionné : copiez-le";
    }
  });
  field.after(button);
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

for (const field of document.querySelectorAll("[data-counter]")) {
  const line = document.getElementById(field.dataset.counter);
  const count = () => {
    const left = field.maxLength - field.value.length;
    line.textContent = field.value ? `${NARROW}: encore ${left.toLocaleString("fr-FR")}` : "";
  };
  field.addEventListener("input", count);
  count();
}

// Mes factures: the total of what is ticked; a form that must leave once
for (const form of document.querySelectorAll("form[data-basket]")) {
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const line = form.querySelector("[data-total]");
  const still = line.textContent;
  const money = new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" });
  const add = () => {
    const ticked = boxes.filter((box) => box.checked);
    const cents = ticked.reduce((sum, box) => sum + Number(box.dataset.cents), 0);
    line.textContent = ticked.length
      ? `${plural(ticked.length, "facture")} à payer${NARROW}: ${money.format(cents / 100)}`
      : still;
    line.classList.toggle("strong", ticked.length > 0);
  };
  form.addEventListener("input", add);
  window.addEventListener("pageshow", add);
  add();
}

for (const form of document.querySelectorAll("form[data-once]")) {
  const button = form.querySelector("button[type=submit]");
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    button.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", () => {
    sent = false;
    button.removeAttribute("aria-disabled");
  });
}

// Mes documents: pages chosen one after another, put in order, then sent together
function watchUpload(form) {
  const [input, ...others] = form.querySelectorAll("input[type=file]");
  const list = form.querySelector("ol");
  const over = form.querySelector("[data-over]");
  const told = form.querySelector("[data-told]");
  const add = form.querySelector("[data-add]");
  const submit = form.querySelector("button[type=submit]");
  const limits = form.dataset;
  let files = [];
  const megabytes = (size) =>
    size < 1e6
      ? `${Math.max(1, Math.round(size / 1e3))}${NARROW}ko`
      : `${(size / 1e6).toLocaleString("fr-FR", { maximumFractionDigits: 1 })}${NARROW}Mo`;
  const trouble = () => {
    const heavy = files.find((file) => file.size > Number(limits.file));
    if (heavy) return `${heavy.name} pèse ${megabytes(heavy.size)}${NARROW}: ${megabytes(limits.file)} au plus par fichier.`;
    const whole = files.reduce((sum, file) => sum + file.size, 0);
    if (whole > Number(limits.sending)) return `L'ensemble pèse ${megabytes(whole)}${NARROW}: ${megabytes(limits.sending)} au plus.`;
    return files.length > Number(limits.files) ? `${limits.files} fichiers au plus à la fois.` : "";
  };
  const put = () => {
    const kept = new DataTransfer();
    for (const file of files) kept.items.add(file);
    input.files = kept.files;
  };
  const button = (words, name, act, off) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "quiet";
    made.textContent = words;
    made.setAttribute("aria-label", `${words} ${name}`);
    made.hidden = off;
    made.addEventListener("click", act);
    return made;
  };
  const move = (from, to) => {
    files.splice(to, 0, ...files.splice(from, 1));
    draw(`${files[to].name}, page ${to + 1} sur ${files.length}`);
    const [up, down] = list.children[to].querySelectorAll("button");
    (to < from && !up.hidden) || down.hidden ? up.focus() : down.focus();
  };
  const remove = (at) => {
    const [gone] = files.splice(at, 1);
    draw(`${gone.name} retiré`);
    const next = list.children[Math.min(at, files.length - 1)];
    (next ? next.querySelector("button:last-child") : input).focus();
  };
  const draw = (sentence) => {
    put();
    list.replaceChildren(
      ...files.map((file, at) => {
        const row = document.createElement("li");
        const name = document.createElement("span");
        name.textContent = `${file.name} (${megabytes(file.size)})`;
        row.append(
          name,
          button("Monter", file.name, () => move(at, at - 1), at === 0),
          button("Descendre", file.name, () => move(at, at + 1), at === files.length - 1),
          button("Retirer", file.name, () => remove(at), false),
        );
        return row;
      }),
    );
    form.querySelector("[data-picked]").hidden = add.hidden = !files.length;
    input.closest(".field").hidden = files.length > 0;
    over.textContent = trouble();
    over.hidden = !over.textContent;
    told.textContent = [sentence, over.textContent].filter(Boolean).join(". ");
  };
  for (const other of others) other.closest(".field").remove();
  add.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    files.push(...[...input.files].filter((file) => !files.includes(file)));
    draw(plural(files.length, "fichier") + ` choisi${files.length < 2 ? "" : "s"}`);
    if (files.length) add.focus();
  });
  let sending = false;
  form.addEventListener("submit", (event) => {
    if (sending || trouble()) return event.preventDefault();
    sending = true;
    submit.setAttribute("aria-disabled", "true");
    told.textContent = "Envoi en cours";
  });
  window.addEventListener("pageshow", () => {
    sending = false;
    submit.removeAttribute("aria-disabled");
  });
}

for (const form of document.querySelectorAll("form[data-upload]")) if (window.DataTransfer) watchUpload(form);
