// Small comforts for whoever writes policy; every page works without this file.
"use strict";

const announce = (words) => {
  const said = document.querySelector("[data-said]");
  if (said) said.replaceChildren(Object.assign(document.createElement("p"), { className: "visually-hidden", textContent: words }));
};

// A page that was fetched takes the place of what is shown, and the focus stays with what was pressed.
function show(page, focus) {
  const now = document.querySelector("[data-draft]");
  const next = page.querySelector("[data-draft]");
  if (!now || !next) return false;
  now.replaceWith(next);
  wire(next);
  // A region that is put in with its words says nothing; one whose words change is read out.
  const said = next.querySelector("[data-said]");
  const words = [...(said?.childNodes ?? [])];
  said?.replaceChildren();
  setTimeout(() => said?.replaceChildren(...words), 100);
  const row = focus.rule && document.getElementById(`rule-${focus.rule}`);
  const acts = focus.rule && document.querySelector(`[data-acts="${CSS.escape(focus.rule)}"]`);
  const again = acts && acts.querySelector(`[data-act="${focus.act}"]:not(:disabled)`);
  if (row) {
    row.classList.add("is-moved");
    if (row.getBoundingClientRect().top < 0 || row.getBoundingClientRect().bottom > innerHeight) row.scrollIntoView({ block: "center" });
  }
  (again || (acts && acts.querySelector("button:not(:disabled)")) || document.getElementById("main")).focus({ preventScroll: true });
  next.querySelector("[data-errors]")?.focus();
  return true;
}

let busy = false;

async function send(form, button) {
  const action = button?.getAttribute("formaction") || form.action;
  const fields = new URLSearchParams(new FormData(form));
  if (button?.name) fields.set(button.name, button.value);
  const acts = button?.closest("[data-acts]");
  busy = true;
  try {
    const answer = await fetch(action, { method: "POST", body: fields, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!show(page, { rule: acts?.dataset.acts, act: button?.dataset.act })) location.assign(answer.url);
    else history.replaceState(null, "", new URL(answer.url).pathname.replace(/\/rules\/.*$/, ""));
  } finally {
    busy = false;
  }
}

// Where fetching fails, the browser sends the same button of the same form as it would without this file.
function plainly(form, button) {
  form.dataset.plain = "yes";
  form.requestSubmit(button);
}

function live(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.plain) return;
    event.preventDefault();
    const button = event.submitter;
    if (!busy) send(form, button).catch(() => plainly(form, button));
  });
}

// Alt and an arrow key move the rule whose button has the focus.
addEventListener("keydown", (event) => {
  const step = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  const acts = event.altKey && step && document.activeElement?.closest("[data-acts]");
  if (!acts || busy) return;
  event.preventDefault();
  const button = acts.querySelector(`[data-act="${step}"]:not(:disabled)`);
  if (button) send(button.form, button).catch(() => plainly(button.form, button));
  else announce(document.querySelector(".rules caption")?.textContent ?? "");
});

// A rule that is being written is tried in the background, and what stands beside it is drawn anew.
function tryAlong(form) {
  let waiting = 0;
  let asked = null;
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const fields = new URLSearchParams(new FormData(form));
    fields.set("act", "try");
    const answer = await fetch(form.action, { method: "POST", body: fields, credentials: "same-origin", signal: asked.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of ["[data-tried]", "[data-beside]"]) {
      const [now, next] = [document.querySelector(part), page.querySelector(part)];
      if (answer.ok && now && next) now.replaceChildren(...next.childNodes);
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => ask().catch(() => null), 700);
  });
}

// The link to a line of the text selects it.
function toLine(link) {
  link.addEventListener("click", (event) => {
    const box = document.getElementById("text");
    const lines = box.value.split("\n");
    const start = lines.slice(0, link.dataset.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
    event.preventDefault();
    box.focus();
    box.setSelectionRange(start, start + (lines[link.dataset.line - 1]?.length ?? 0));
    box.scrollTop = (link.dataset.line - 4) * parseFloat(getComputedStyle(box).lineHeight);
  });
}

function wire(part) {
  part.querySelectorAll("form[data-live]").forEach(live);
  part.querySelectorAll("form[data-try]").forEach(tryAlong);
  part.querySelectorAll("a[data-line]").forEach(toLine);
}

wire(document);
