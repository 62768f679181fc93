// The page with the phones: who is shown, the dialogs, and live news for each phone.

import { make, personPicture } from "./elements.js";
import { Phone } from "./handset.js";
import { dateText, get, listen, now, offsetSeconds, post, readClock, secondText } from "./world.js";

const NAMES = [
  "Nguyễn Văn An", "Trần Thị Bình", "Lê Minh Châu", "Phạm Thu Dung", "Hoàng Gia Khánh",
  "Vũ Ngọc Lan", "Đặng Hữu Nghĩa", "Bùi Thị Quỳnh", "Đỗ Thanh Sơn", "Ngô Mỹ Uyên",
];
const TINTS = 6;
const SHOWN = "shown-citizens";

const byId = (id) => document.getElementById(id);
const phones = new Map();
let citizens = [];
let pages = [];

function shownIds() {
  const kept = JSON.parse(localStorage.getItem(SHOWN) ?? "null");
  const known = new Set(citizens.map((citizen) => citizen.user_id));
  return kept ? kept.filter((id) => known.has(id)) : [...known].slice(-3);
}

function show(ids) {
  localStorage.setItem(SHOWN, JSON.stringify(ids));
  arrange();
}

/** Bring the phones in line with who is to be shown. */
function arrange() {
  const ids = shownIds();
  for (const [id, phone] of phones) {
    if (!ids.includes(id)) {
      phone.element.remove();
      phones.delete(id);
    }
  }
  for (const id of ids) {
    const citizen = citizens.find((one) => one.user_id === id);
    const phone = phones.get(id);
    if (phone) {
      phone.setCitizen(citizen);
    } else {
      const added = new Phone(citizen, pages, { change, view });
      phones.set(id, added);
      byId("phones").append(added.element);
      added.refreshAll();
    }
  }
  byId("nobody").hidden = ids.length > 0;
  byId("people").replaceChildren(...ids.map(tab));
}

function tab(id) {
  const citizen = citizens.find((one) => one.user_id === id);
  return make(
    "button",
    { type: "button", class: "person-tab", onclick: () => phones.get(id).element.scrollIntoView({ inline: "center", block: "nearest" }) },
    personPicture(citizen),
    make("span", { text: citizen.name.split(" ").slice(-2).join(" ") }),
  );
}

async function readPeople() {
  const [people, all] = await Promise.all([get("citizens"), get("pages")]);
  citizens = people.map((citizen, number) => ({ ...citizen, tint: number % TINTS }));
  pages = all.map((page, number) => ({ ...page, tint: number % TINTS }));
  for (const phone of phones.values()) phone.setPages(pages);
  arrange();
}

const heard = new Map();

/** News come in bursts: gather them for a moment, then read each changed thing once. */
function hear(topic, news) {
  if (topic === "message" && !phones.has(news.user_id)) return;
  if (heard.size === 0) setTimeout(catchUp, 60);
  heard.set(`${topic} ${news.user_id ?? ""} ${news.page_id ?? ""}`, { topic, news });
}

async function catchUp() {
  const all = [...heard.values()];
  heard.clear();
  if (all.some(({ topic }) => topic === "clock" || topic === "all")) await readClock();
  await readPeople();
  for (const { topic, news } of all) {
    if (topic === "message") phones.get(news.user_id)?.refresh(news.page_id);
  }
  if (all.some(({ topic }) => topic !== "message")) {
    for (const phone of phones.values()) phone.refreshAll();
  }
}

function openDialog(dialog, submit) {
  const form = dialog.querySelector("form");
  form.onsubmit = async (event) => {
    event.preventDefault();
    await submit(new FormData(form), form);
    dialog.close();
  };
  dialog.showModal();
}

function add() {
  const dialog = byId("adding");
  const form = dialog.querySelector("form");
  form.reset();
  const taken = new Set(citizens.map((citizen) => citizen.name));
  form.elements.name.value = NAMES.find((name) => !taken.has(name)) ?? `Người dân ${citizens.length + 1}`;
  openDialog(dialog, async (fields) => {
    const { user_id } = await post("citizens", {
      name: fields.get("name"),
      phone: fields.get("phone"),
      reads_at_once: false,
    });
    await readPeople();
    show([...new Set([...shownIds(), user_id])]);
    phones.get(user_id).element.scrollIntoView({ inline: "center", block: "nearest" });
  });
  form.elements.name.select();
}

function choose() {
  const ids = new Set(shownIds());
  const choices = [...citizens].reverse().map((citizen) =>
    make(
      "label",
      { class: "check" },
      make("input", { type: "checkbox", name: "shown", value: citizen.user_id, checked: ids.has(citizen.user_id) }),
      personPicture(citizen),
      make("span", { text: citizen.name }),
    ),
  );
  byId("choices").replaceChildren(...choices);
  openDialog(byId("choosing"), (fields) => {
    const wanted = new Set(fields.getAll("shown"));
    show(citizens.map((citizen) => citizen.user_id).filter((id) => wanted.has(id)));
  });
}

/** The settings of one citizen's account. */
function change(citizen) {
  const dialog = byId("changing");
  const fields = dialog.querySelector("form").elements;
  for (const name of ["name", "phone", "persona"]) fields[name].value = citizen[name];
  for (const name of ["blocked", "is_admin"]) fields[name].checked = citizen[name];
  byId("changing-id").textContent = `Mã người dùng: ${citizen.user_id}`;
  openDialog(dialog, (form) =>
    post(`citizens/${citizen.user_id}/settings`, {
      name: form.get("name"),
      phone: form.get("phone"),
      persona: form.get("persona"),
      blocked: form.has("blocked"),
      is_admin: form.has("is_admin"),
    }),
  );
}

/** One picture, as large as the window allows. */
function view(url, description) {
  const picture = byId("viewing").querySelector("img");
  picture.src = url;
  picture.alt = description;
  byId("viewing").showModal();
}

function tick() {
  byId("moment").textContent = `${secondText(now())} · ${dateText(now())}`;
  byId("shifted").hidden = offsetSeconds() === 0;
  for (const phone of phones.values()) phone.tick();
}

byId("add").onclick = add;
byId("add-first").onclick = add;
byId("choose").onclick = choose;
for (const button of document.querySelectorAll("[data-close]")) {
  button.onclick = () => button.closest("dialog").close();
}
byId("viewing").onclick = () => byId("viewing").close();

await readClock();
await readPeople();
tick();
setInterval(tick, 1000);
listen(["message", "clock", "citizen", "page"], hear, (isConnected) => {
  byId("lost").hidden = isConnected;
});
