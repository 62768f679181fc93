// The simulator behind the page: its control API, its clock, its live news.

async function answerOf(response) {
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `HTTP ${response.status}`);
  return answer;
}

export async function get(path) {
  return answerOf(await fetch(`/control/${path}`));
}

export async function post(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return answerOf(await fetch(`/control/${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

export async function postForm(path, form) {
  return answerOf(await fetch(`/control/${path}`, { method: "POST", body: form }));
}

export async function remove(path) {
  return answerOf(await fetch(`/control/${path}`, { method: "DELETE" }));
}

let ahead = 0;
let offset = 0;

/** Ask for the time again; afterwards `now` is right. */
export async function readClock() {
  const clock = await get("clock");
  ahead = Date.parse(clock.now) - Date.now();
  offset = clock.offset_seconds;
  return clock;
}

export function now() {
  return new Date(Date.now() + ahead);
}

export function offsetSeconds() {
  return offset;
}

const ZONE = { timeZone: "Asia/Ho_Chi_Minh" };
const HOUR = new Intl.DateTimeFormat("vi-VN", { ...ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const SECOND = new Intl.DateTimeFormat("vi-VN", { ...ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const DATE = new Intl.DateTimeFormat("vi-VN", { ...ZONE, day: "2-digit", month: "2-digit", year: "numeric" });
const WEEKDAY = new Intl.DateTimeFormat("vi-VN", { ...ZONE, weekday: "long" });
const DAY = new Intl.DateTimeFormat("en-CA", ZONE);

export const hourText = (moment) => HOUR.format(moment);
export const secondText = (moment) => SECOND.format(moment);
export const dateText = (moment) => DATE.format(moment);
export const dayOf = (moment) => DAY.format(moment);

/** "Hôm nay", "Hôm qua" or "Thứ Bảy, 14/11/2026". */
export function dayText(moment) {
  const day = dayOf(moment);
  if (day === dayOf(now())) return "Hôm nay";
  if (day === dayOf(new Date(now().getTime() - 86_400_000))) return "Hôm qua";
  return `${WEEKDAY.format(moment)}, ${dateText(moment)}`;
}

/** The hour of today, else the day: for lists. */
export function shortText(moment) {
  return dayOf(moment) === dayOf(now()) ? hourText(moment) : dateText(moment).slice(0, 5);
}

const POLL = 2000;

/** Call `hear(topic, news)` for live news; without a stream, `hear("all", {})` every two seconds. */
export function listen(topics, hear, isConnected) {
  const source = new EventSource(`/stream?topics=${topics.join(",")}`);
  let polling = null;
  source.onopen = () => {
    clearInterval(polling);
    polling = null;
    isConnected(true);
    hear("all", {});
  };
  source.onerror = () => {
    isConnected(false);
    polling ??= setInterval(() => hear("all", {}), POLL);
  };
  for (const topic of topics) {
    source.addEventListener(topic, (event) => hear(topic, JSON.parse(event.data)));
  }
}
