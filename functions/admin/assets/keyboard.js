// Single keys outside of text fields, the sheet that tells them, and the palette of commands.
// They come from the page: `data-key` on what a key presses or enters, `data-command` on what the
// palette lists besides. Nothing happens while an input method composes letters.
"use strict";

(() => {
  const sheet = document.getElementById("keys");
  const palette = document.getElementById("palette");
  const input = document.getElementById("palette-words");
  const list = document.getElementById("palette-list");
  const none = palette.querySelector(".none");
  const toggle = document.getElementById("keys-on");

  const isOn = () => localStorage.getItem("keys") !== "off";
  toggle.checked = isOn();
  toggle.addEventListener("change", () => {
    if (toggle.checked) localStorage.removeItem("keys");
    else localStorage.setItem("keys", "off");
  });

  const isShown = (element) => element.getClientRects().length > 0;
  const isTyped = (element) =>
    element.isContentEditable ||
    element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
  const plain = (text) =>
    text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase();
  const wordsOf = (element) => {
    const copy = element.cloneNode(true);
    // The key is shown beside the words.
    for (const key of copy.querySelectorAll("kbd")) key.remove();
    return copy.textContent;
  };
  const titleOf = (element) =>
    (element.dataset.title || element.querySelector(".title")?.textContent || element.getAttribute("aria-label") || wordsOf(element))
      .replace(/\s+/g, " ").trim();

  const use = (element) => {
    const folded = element.closest("details:not([open])");
    if (folded && !element.matches("summary")) folded.open = true;
    if (isTyped(element)) {
      element.focus();
      element.select?.();
    } else {
      element.click();
      if (element.matches("summary") && element.parentElement.open) {
        element.parentElement.querySelector("textarea, select, input:not([type=hidden]), button")?.focus();
      }
    }
  };

  // Dialogs give the focus back to where it was.
  const open = (dialog) => {
    if (dialog.open) return;
    dialog.showModal();
  };

  const step = (by) => {
    const rows = [...document.querySelectorAll("a[data-row]")].filter(isShown);
    if (!rows.length) return;
    const here = rows.findIndex((row) => row === document.activeElement);
    const current = here >= 0 ? here : rows.findIndex((row) => row.hasAttribute("aria-current"));
    const next = rows[Math.min(Math.max(current + by, 0), rows.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };

  const tellKeys = () => {
    const here = document.getElementById("keys-here");
    here.replaceChildren();
    for (const element of document.querySelectorAll("[data-key]")) {
      if (!isShown(element)) continue;
      const line = document.createElement("div");
      const term = document.createElement("dt");
      const key = document.createElement("kbd");
      const meaning = document.createElement("dd");
      key.textContent = element.dataset.key;
      meaning.textContent = titleOf(element);
      term.append(key);
      line.append(term, meaning);
      here.append(line);
    }
  };

  let commands = [];
  let chosen = 0;
  const choose = (number) => {
    const options = [...list.children];
    chosen = Math.min(Math.max(number, 0), options.length - 1);
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
    const option = options[chosen];
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  };
  const filter = () => {
    const wanted = plain(input.value).split(/\s+/).filter(Boolean);
    list.replaceChildren();
    commands.forEach(({ title, key, element }, number) => {
      const words = plain(title);
      if (!wanted.every((word) => words.includes(word))) return;
      const option = document.createElement("li");
      option.id = `command-${number}`;
      option.setAttribute("role", "option");
      option.textContent = title;
      if (key) {
        const kbd = document.createElement("kbd");
        kbd.textContent = key;
        option.append(" ", kbd);
      }
      option.addEventListener("click", () => run(element));
      list.append(option);
    });
    none.hidden = list.children.length > 0;
    choose(0);
  };
  const run = (element) => {
    palette.close();
    use(element);
  };
  const openPalette = () => {
    const seen = new Set();
    commands = [];
    for (const element of document.querySelectorAll("[data-key], [data-command]")) {
      const title = titleOf(element);
      // What stands in a folded menu can be commanded too; what is hidden on purpose cannot.
      if (!title || seen.has(title) || element.closest("[hidden], dialog") || element.disabled) continue;
      seen.add(title);
      commands.push({ title, key: element.dataset.key, element });
    }
    input.value = "";
    open(palette);
    filter();
    input.focus();
  };
  input.addEventListener("input", filter);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      event.preventDefault();
      choose(chosen + by);
    } else if (event.key === "Enter") {
      event.preventDefault();
      list.children[chosen]?.click();
    }
  });
  for (const dialog of [sheet, palette]) {
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (!opener) return;
    const menu = opener.closest("details[data-menu]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    if (opener.dataset.open === "palette") openPalette();
    else {
      tellKeys();
      open(sheet);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key === "k") {
      event.preventDefault();
      openPalette();
      return;
    }
    if (key === "Escape" && isTyped(event.target) && !event.target.closest("dialog")) {
      event.target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyped(event.target)) return;
    if (!isOn() || document.querySelector("dialog[open]")) return;
    if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
    else if (key === "o" && document.activeElement.matches("a[data-row]")) document.activeElement.click();
    else if (key === "?") {
      tellKeys();
      open(sheet);
    } else {
      const found = [...document.querySelectorAll("[data-key]")].find(
        (element) => element.dataset.key === key && isShown(element) && !element.disabled,
      );
      if (!found) return;
      use(found);
    }
    event.preventDefault();
  });
})();
