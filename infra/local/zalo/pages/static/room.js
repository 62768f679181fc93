// The control room: the clock, the pages, the faults, and what goes over the wire.

import { make } from "./elements.js";
import { dateText, get, listen, now, offsetSeconds, post, readClock, remove, secondText } from "./world.js";

const SHOWN_LINES = 200;
const STATES = {
  waiting: ["đang chờ", ""], delivered: ["đã nhận", "is-good"], lost: ["đã mất", "is-bad"],
  switched_off: ["không bật", "is-plain"],
};

const byId = (id) => document.getElementById(id);
let shown = "both";
let pageNames = {};

// Clock

function offsetText(seconds) {
  if (!seconds) return "Đang theo giờ thật của máy.";
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  const parts = [[days, "ngày"], [hours, "giờ"], [minutes, "phút"], [Math.floor(seconds % 60), "giây"]];
  return `Nhanh hơn giờ thật ${parts.filter(([amount]) => amount).map((part) => part.join(" ")).join(" ")}.`;
}

function tick() {
  byId("hour").textContent = secondText(now());
  byId("date").textContent = dateText(now());
  byId("offset").textContent = offsetText(offsetSeconds());
}

async function advance(duration) {
  await attempt(() => post("clock", { advance: duration }));
  await readClock();
  tick();
}

/** Do it, and say what is wrong if it fails. */
async function attempt(act) {
  try {
    byId("problem").hidden = true;
    return await act();
  } catch (error) {
    byId("problem").textContent = error.message;
    byId("problem").hidden = false;
    return null;
  }
}

// Pages

async function showPages() {
  const pages = await get("pages");
  pageNames = Object.fromEntries(pages.map((page) => [page.page_id, page.name]));
  byId("pages").replaceChildren(...pages.map(pageRow));
}

function pageRow(page) {
  const answer = make("span", { class: "answer", role: "status" });
  const probe = make("button", { type: "button", class: "button", text: "Kiểm tra webhook", onclick: async () => {
    const { status, problem } = await post(`pages/${page.page_id}/probe`);
    answer.textContent = status ? `HTTP ${status}` : problem;
  } });
  const enable = page.webhook_is_enabled ? null : make("button", { type: "button", class: "button is-main", text: "Bật lại", onclick: () => post(`pages/${page.page_id}/enable`).then(showPages) });
  const money = page.linked_account ? `${page.balance.toLocaleString("vi-VN")} đồng` : "chưa liên kết";
  const webhook = page.webhook_is_enabled ? ["đang bật", "is-good"] : ["đã bị tắt", "is-bad"];
  return make(
    "tr",
    {},
    make("td", {}, make("strong", { text: page.name }), make("small", { text: page.page_id })),
    make("td", {}, make("span", { class: "badge is-plain", text: page.oa_type === 4 ? "Cơ quan nhà nước" : "Doanh nghiệp" })),
    make("td", { text: page.followers }),
    make("td", { text: money }),
    make("td", {}, make("span", { class: `badge ${webhook[1]}`, text: webhook[0] })),
    make("td", {}, answer, enable, probe),
  );
}

// Faults

async function showFaults() {
  const { faults } = await get("faults");
  const on = new Map(faults.map((fault) => [fault.name, fault]));
  for (const form of document.querySelectorAll(".fault")) {
    const fault = on.get(form.dataset.fault);
    form.classList.toggle("is-on", Boolean(fault));
    form.dataset.id = fault?.id ?? "";
    form.querySelector(".switch").setAttribute("aria-checked", String(Boolean(fault)));
    if (!fault) continue;
    for (const [name, value] of Object.entries({ ...fault.parameters, rate: fault.rate, count: fault.count ?? "" })) {
      if (form.elements[name]) form.elements[name].value = value;
    }
  }
  for (const group of document.querySelectorAll(".faults details")) {
    mark(group.querySelector(".badge"), group.querySelectorAll(".is-on").length);
  }
  mark(byId("fault-count"), faults.length);
}

function mark(badge, amount) {
  badge.hidden = amount === 0;
  badge.textContent = `${amount} đang bật`;
}

async function toggleFault(form) {
  if (form.dataset.id) return remove(`faults/${form.dataset.id}`);
  const body = { name: form.dataset.fault };
  for (const [name, standard] of Object.entries(JSON.parse(form.dataset.parameters))) {
    const text = form.elements[name].value;
    if (typeof standard === "number") body[name] = Number(text);
    else body[name] = typeof standard === "boolean" ? text.toLowerCase() === "true" : text;
  }
  body.rate = Number(form.elements.rate.value);
  if (form.elements.count.value) body.count = Number(form.elements.count.value);
  return post("faults", body);
}

// Traffic

async function showTraffic() {
  const [events, calls] = await Promise.all([
    shown === "calls" ? [] : get(`events?limit=${SHOWN_LINES}`),
    shown === "events" ? [] : get("calls"),
  ]);
  const lines = [...events.map(eventLine), ...calls.slice(-SHOWN_LINES).map(callLine)];
  lines.sort((one, other) => other.order - one.order);
  const open = new Set([...document.querySelectorAll("#lines details[open]")].map((line) => line.dataset.key));
  byId("lines").replaceChildren(...lines.slice(0, SHOWN_LINES).map((line) => draw(line, open.has(line.key))));
  byId("quiet").hidden = lines.length > 0;
}

function eventLine(event) {
  const first = event.attempts[0]?.time ?? event.due;
  const last = event.attempts.at(-1);
  const marks = [STATES[event.state]];
  if (event.attempts.length > 1) marks.unshift([`lần ${event.attempts.length}`, ""]);
  if (last && last.status !== 200) marks.unshift([last.status ? `HTTP ${last.status}` : last.problem, "is-bad"]);
  return {
    key: `event ${event.number}`, order: Date.parse(first) + event.number / 1e6, time: first, way: "out",
    what: event.event_name || "sự kiện", where: pageNames[event.page] ?? "", marks,
    more: { event: event.event, attempts: event.attempts },
  };
}

function callLine(call) {
  const isFine = call.status !== null && call.status < 400 && !call.error;
  const marks = [[call.status === null ? "không trả lời" : call.error ? `mã ${call.error}` : `HTTP ${call.status}`, isFine ? "is-good" : "is-bad"]];
  if (call.fault) marks.unshift([call.fault, ""]);
  return {
    key: `call ${call.number}`, order: Date.parse(call.time) + call.number / 1e6, time: call.time, way: "in",
    what: `${call.method} ${call.path}`, where: pageNames[call.page] ?? "", marks,
    more: { request: call.request, message: call.message },
  };
}

function draw(line, isOpen) {
  return make(
    "li",
    {},
    make(
      "details",
      { class: `is-${line.way}`, "data-key": line.key, open: isOpen },
      make(
        "summary",
        {},
        make("time", { datetime: line.time, text: secondText(new Date(line.time)) }),
        make("span", { class: "way", role: "img", "aria-label": line.way === "out" ? "gửi đi" : "nhận được", text: line.way === "out" ? "→" : "←" }),
        make("span", { class: "what" }, make("code", { text: line.what }), make("small", { text: line.where })),
        make("span", { class: "how" }, ...line.marks.map(([text, tone]) => make("span", { class: `badge ${tone}`, text }))),
      ),
      make("pre", { text: JSON.stringify(line.more, null, 2) }),
    ),
  );
}

const SHOW = { clock: readClock, fault: showFaults, page: showPages, call: showTraffic, delivery: showTraffic };
const waiting = new Map();

/** Show a part again soon; a burst of news is shown once. */
function soon(topic) {
  if (waiting.has(topic)) return;
  waiting.set(topic, setTimeout(() => {
    waiting.delete(topic);
    SHOW[topic]();
  }, 150));
}

function hear(topic) {
  for (const one of topic === "all" ? Object.keys(SHOW) : [topic]) soon(one);
}

for (const button of document.querySelectorAll("[data-advance]")) {
  button.onclick = () => advance(button.dataset.advance);
}
byId("jump").onsubmit = (event) => {
  event.preventDefault();
  advance(new FormData(event.target).get("advance"));
};
byId("all-off").onclick = () => attempt(() => remove("faults"));
for (const form of document.querySelectorAll(".fault")) {
  form.onsubmit = (event) => {
    event.preventDefault();
    attempt(() => toggleFault(form));
  };
}
const tabs = [...document.querySelectorAll("[role=tab]")];
for (const [number, tab] of tabs.entries()) {
  tab.onclick = () => {
    shown = tab.dataset.shown;
    for (const one of tabs) {
      one.setAttribute("aria-selected", String(one === tab));
      one.tabIndex = one === tab ? 0 : -1;
    }
    byId("traffic").setAttribute("aria-labelledby", tab.id);
    showTraffic();
  };
  tab.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(number + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  };
}

await readClock();
tick();
setInterval(tick, 1000);
await showPages();
await Promise.all([showFaults(), showTraffic()]);
listen(Object.keys(SHOW), hear, (isConnected) => {
  byId("lost").hidden = isConnected;
});
