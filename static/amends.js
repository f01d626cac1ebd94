// Small comforts only: every page works without this file.
"use strict";

const buttonsOf = (form) => Array.from(form.elements).filter((element) => element.type === "submit");

// One press is enough: a form marked data-once sends once, and opens again when the page comes back from the cache.
function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    buttonsOf(form).forEach((button) => button.setAttribute("aria-disabled", "true"));
  });
}

function openAgain() {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    buttonsOf(form).forEach((button) => button.removeAttribute("aria-disabled"));
  });
}

// Somebody who is writing is never interrupted by a refresh.
function isBusy() {
  const typed = Array.from(document.querySelectorAll("main textarea, main input[type=file]")).some(
    (box) => box.value !== box.defaultValue && box.value !== "",
  );
  return typed || document.activeElement?.matches("textarea, input, select") || document.querySelector("form[data-sent]");
}

// A claim in motion is asked after, ever more slowly, while the page is in view.
function watch(band) {
  let pause = 2500;
  const again = () => {
    pause = Math.min(pause * 1.4, 30000);
    setTimeout(ask, pause);
  };
  async function ask() {
    if (document.hidden) {
      again();
      return;
    }
    const answer = await fetch(band.dataset.watch, { headers: { Accept: "application/json" } }).catch(() => null);
    const news = answer && answer.ok ? await answer.json().catch(() => null) : null;
    if (!news || String(news.version) === band.dataset.version) {
      if (!news || news.moving) again();
      return;
    }
    if (isBusy()) {
      document.querySelector("[data-news]").hidden = false;
    } else {
      location.reload();
    }
  }
  setTimeout(ask, pause);
}

document.querySelectorAll("form[data-once]").forEach(sendOnce);
document.querySelectorAll("[data-watch]").forEach(watch);
document.querySelector("[data-errors]")?.focus();
addEventListener("pageshow", (event) => event.persisted && openAgain());
