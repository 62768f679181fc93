// Comfort for the composer: drafts kept on the server, canned texts under "/", the time left.
"use strict";

(() => {
  const PAUSE = 2500;
  const timers = new WeakMap();
  const kept = new WeakMap();

  const keep = async (area) => {
    clearTimeout(timers.get(area));
    const text = area.value;
    if (kept.get(area) === text) return;
    kept.set(area, text);
    const sent = new FormData();
    sent.set("csrf_token", area.form.elements.csrf_token.value);
    sent.set("text", text);
    const state = area.closest(".field").querySelector(".draft-state");
    try {
      const answer = await fetch(`${area.dataset.draftPath}?kind=${area.dataset.draft}`, {
        method: "POST", body: sent, headers: { "HX-Request": "true" }, keepalive: true,
      });
      if (!answer.ok) throw new Error(answer.statusText);
      state.textContent = state.dataset.kept;
    } catch {
      kept.delete(area);
      state.textContent = state.dataset.failed;
    }
  };

  document.addEventListener("input", (event) => {
    const area = event.target.closest("textarea[data-draft]");
    if (!area) return;
    clearTimeout(timers.get(area));
    timers.set(area, setTimeout(() => keep(area), PAUSE));
    offer(area);
  });
  document.addEventListener("focusout", (event) => {
    const area = event.target.closest?.("textarea[data-draft]");
    if (area && timers.has(area)) keep(area);
    close(area);
  });
  // Sending removes the draft: a timer that is still running must not bring it back.
  document.addEventListener("submit", (event) => {
    for (const area of event.target.querySelectorAll("textarea[data-draft]")) {
      clearTimeout(timers.get(area));
      timers.delete(area);
      kept.set(area, area.value);
    }
  }, true);

  // "/" at the beginning of a line opens the canned texts.
  const boxes = new WeakMap();
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
  const lineOf = (area) => {
    const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    return { start, text: area.value.slice(start, area.selectionStart) };
  };
  const close = (area) => {
    const box = area && boxes.get(area);
    if (!box) return;
    box.remove();
    boxes.delete(area);
    area.removeAttribute("aria-activedescendant");
    area.setAttribute("aria-expanded", "false");
  };
  const put = (area, text, start, end) => {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  };
  const choose = (area, box, by) => {
    const options = [...box.children];
    const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const next = (now + by + options.length) % options.length;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === next)));
    options[next].scrollIntoView({ block: "nearest" });
    area.setAttribute("aria-activedescendant", options[next].id);
  };
  function offer(area) {
    close(area);
    const select = document.querySelector(`select[data-canned="${area.id}"]`);
    const line = lineOf(area);
    if (!select || !line.text.startsWith("/")) return;
    const wanted = plain(line.text.slice(1)).trim();
    const found = [...select.options].filter((option) => option.value && plain(option.text).includes(wanted)).slice(0, 12);
    if (!found.length) return;
    const box = document.createElement("ul");
    box.className = "listbox";
    box.id = `${area.id}-list`;
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", select.labels[0]?.textContent ?? "");
    found.forEach((option, number) => {
      const item = document.createElement("li");
      item.id = `${box.id}-${number}`;
      item.setAttribute("role", "option");
      item.textContent = option.text;
      // Before the focus leaves the composer.
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(area, option);
      });
      item.addEventListener("take", () => take(area, option));
      box.append(item);
    });
    area.after(box);
    area.setAttribute("aria-controls", box.id);
    area.setAttribute("aria-expanded", "true");
    boxes.set(area, box);
    choose(area, box, 1);
  }
  const take = (area, option) => {
    const { start } = lineOf(area);
    const end = area.selectionStart;
    close(area);
    put(area, option.dataset.text, start, end);
  };
  document.addEventListener("keydown", (event) => {
    const area = event.target.closest?.("textarea[data-draft]");
    if (!area || event.isComposing) return;
    const box = boxes.get(area);
    if (box && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      choose(area, box, event.key === "ArrowDown" ? 1 : -1);
    } else if (box && (event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      box.querySelector('[aria-selected="true"]').dispatchEvent(new Event("take"));
    } else if (box && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close(area);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      area.form.requestSubmit(area.form.querySelector("button.go"));
    }
  }, true);

  document.addEventListener("click", (event) => {
    // A key opens a fold and goes into it, again and again; only a hand closes it.
    const summary = event.target.closest(".fold > summary[data-key]");
    if (summary?.parentElement.open && !event.isTrusted) event.preventDefault();
    const button = event.target.closest("button[data-insert]");
    if (button) {
      event.preventDefault();
      const select = button.form.elements.insert;
      const area = document.getElementById(select.dataset.canned);
      const text = select.selectedOptions[0]?.dataset.text;
      if (text) put(area, text, area.selectionStart, area.selectionEnd);
    }
    const chip = event.target.closest("button[data-days]");
    if (chip) {
      const days = chip.form.elements.delay_days;
      days.value = chip.dataset.days;
      days.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const all = event.target.closest("[data-pick-all]");
    if (all) {
      for (const box of document.querySelectorAll('input[name="report"][form="bulk-form"]')) box.checked = all.checked;
    }
  });

  // One fold of a group is open at a time. Not the `name` attribute: what is swapped in would come
  // closed, because its predecessor is still there.
  document.addEventListener("toggle", (event) => {
    const fold = event.target;
    if (!fold.dataset.group || !fold.open) return;
    for (const other of document.querySelectorAll(`details[data-group="${fold.dataset.group}"][open]`)) {
      if (other !== fold) other.open = false;
    }
  }, true);

  // What waits can be called back while the seconds run.
  setInterval(() => {
    for (const note of document.querySelectorAll(".waiting-words")) {
      const left = Math.max(0, Number(note.dataset.seconds) - 1);
      note.dataset.seconds = String(left);
      const shown = note.querySelector(".left");
      if (shown) shown.textContent = String(left);
      if (!left) note.remove();
    }
  }, 1000);
})();
