// What every page does beyond htmx. Everything works without it, only less comfortably.
"use strict";

(() => {
  const banner = document.getElementById("banner");
  const announcer = document.getElementById("announcer");
  const words = announcer.dataset;

  const show = (sentence, link) => {
    banner.replaceChildren(sentence);
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link.href;
      anchor.textContent = link.text;
      anchor.target = "_blank";
      anchor.rel = "noopener";
      banner.append(" ", anchor);
    }
    banner.hidden = false;
  };

  // A hidden tab asks for nothing.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.detail.elt.matches("[data-refresh]")) event.preventDefault();
  });

  document.addEventListener("htmx:responseError", (event) => {
    const { xhr, elt } = event.detail;
    if (xhr.status === 401) {
      show(words.ended, { href: "/sign-in", text: words.signIn });
    } else if (elt.matches("[data-refresh]")) {
      show(words.later);
    } else {
      const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
      const sentence = answer.querySelector("[data-sentence]");
      show(sentence ? sentence.textContent : words.failed);
    }
  });
  document.addEventListener("htmx:sendError", () => show(words.offline));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) banner.hidden = true;
  });

  // Light, dark, or as the machine says.
  const root = document.documentElement;
  const mark = () => {
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === (root.dataset.theme ?? "")));
    }
  };
  mark();

  document.addEventListener("click", (event) => {
    const theme = event.target.closest("[data-theme-choice]");
    if (theme) {
      const chosen = theme.dataset.themeChoice;
      if (chosen) {
        localStorage.setItem("theme", chosen);
        root.dataset.theme = chosen;
      } else {
        localStorage.removeItem("theme");
        delete root.dataset.theme;
      }
      mark();
    }
    // A menu closes when something else is pressed.
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
