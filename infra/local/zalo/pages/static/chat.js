// The chat of a citizen with a page: head, messages, menu.

import { bubble, stateText } from "./bubbles.js";
import { Composer } from "./composer.js";
import { icon, make, pagePicture } from "./elements.js";
import { dayOf, dayText, hourText, post } from "./world.js";

const NEAR = 120;
/** Messages of one side within so many milliseconds stand together. */
const TOGETHER = 5 * 60_000;

export class Chat {
  constructor(citizen, page, acts) {
    this.citizen = citizen;
    this.acts = acts;
    this.shown = new Map();
    this.days = new Map();
    this.messages = [];
    this.page = page;
    this.head = make("header", { class: "head" });
    this.strip = make("div", { class: "strip" });
    this.log = make("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0", onscroll: () => this.noteEnd() });
    this.isAtEnd = true;
    this.top = 0;
    new ResizeObserver(() => this.isAtEnd && this.scrollDown()).observe(this.log);
    this.menu = make("div", { class: "menu", role: "group", "aria-label": "Menu của trang" });
    this.note = make("p", { class: "note", role: "status", hidden: true });
    this.composer = new Composer((kind, details, files) => this.send(kind, details, files));
    this.element = make(
      "div",
      { class: "chat" },
      this.head, this.strip, this.log, this.note, this.composer.element, this.menu,
      make("p", { class: "drop", "aria-hidden": "true", text: "Thả ảnh, video hoặc tệp để gửi" }),
    );
    this.catchDrops();
    this.setPage(page);
    this.greeting = this.makeGreeting();
    document.addEventListener("visibilitychange", () => this.look());
  }

  setCitizen(citizen) {
    this.citizen = citizen;
    this.showHead();
  }

  setPage(page) {
    const before = this.drawn;
    this.page = page;
    this.drawn = JSON.stringify(page);
    if (this.drawn === before) return;
    this.log.setAttribute("aria-label", `Tin nhắn với ${page.name}`);
    this.menu.replaceChildren(
      icon("grid"),
      ...page.menu.map((key) => make("button", { type: "button", text: key.title, onclick: () => this.act("tap", { payload: key.payload }) })),
    );
    this.showHead();
  }

  get follows() {
    return this.citizen.pages.find((one) => one.page_id === this.page.page_id)?.is_follower ?? false;
  }

  showHead() {
    const kind = this.page.oa_type === 4 ? "Cơ quan nhà nước" : "Tài khoản doanh nghiệp";
    const acts = make(
      "div",
      { class: "acts", popover: "auto", role: "menu" },
      this.menuItem(this.follows ? "Bỏ quan tâm" : "Quan tâm", () => this.act(this.follows ? "unfollow" : "follow")),
      this.menuItem("Chia sẻ thông tin của tôi", () => this.share()),
      this.menuItem("Rút lại sự đồng ý", () => this.actAndTell("withdraw", {}, "Đã rút lại sự đồng ý.")),
    );
    const more = make("button", { type: "button", "aria-label": "Thêm lựa chọn với trang" }, icon("more"));
    more.popoverTargetElement = acts;
    acts.addEventListener("toggle", () => {
      const place = more.getBoundingClientRect();
      acts.style.top = `${place.bottom + 6}px`;
      acts.style.left = `${place.right - acts.offsetWidth}px`;
    });
    this.head.replaceChildren(
      make("button", { type: "button", class: "back", "aria-label": "Về danh sách tin nhắn", onclick: this.acts.back }, icon("back")),
      pagePicture(this.page),
      make(
        "span",
        { class: "head-name" },
        make("span", { class: "page-name" }, make("strong", { text: this.page.name }), this.page.is_verified ? icon("tick", "Đã xác thực") : null),
        make("small", { text: kind }),
      ),
      more,
      acts,
    );
    this.strip.hidden = this.follows;
    this.strip.replaceChildren(
      make("span", { text: "Quan tâm trang để nhận thông tin" }),
      make("button", { type: "button", class: "button is-main", text: "Quan tâm", onclick: () => this.act("follow") }),
    );
  }

  menuItem(text, act) {
    return make("button", { type: "button", role: "menuitem", text, onclick: (event) => {
      event.target.closest("[popover]").hidePopover();
      act();
    } });
  }

  async act(name, body = {}) {
    try {
      const answer = await post(`citizens/${this.citizen.user_id}/${name}`, { page: this.page.page_id, ...body });
      this.tell("");
      return answer;
    } catch (error) {
      this.tell(`Không thực hiện được: ${error.message}`, true);
      return null;
    }
  }

  /** Act where nothing changes on the phone: say that it is done. */
  async actAndTell(name, body, done) {
    if (await this.act(name, body)) this.tell(done);
  }

  share() {
    const address = { city: "Hải Minh", ward: "Bến Vân", address: "Số 12 đường Hòa Bình" };
    this.actAndTell("share", address, "Đã chia sẻ họ tên, số điện thoại và địa chỉ với trang.");
  }

  tell(text, isProblem = false) {
    this.note.textContent = text;
    this.note.hidden = text === "";
    this.note.classList.toggle("is-problem", isProblem);
  }

  /** Send a message; resolves when the simulator has it. */
  async send(kind, details, files) {
    const failed = await this.composer.post(this.citizen.user_id, this.page.page_id, kind, details, files);
    this.tell(failed ? `Không gửi được: ${failed}` : "", true);
    this.scrollDown();
  }

  /** Show the messages; those that did not change keep their element, so a video plays on. */
  show(messages) {
    this.messages = messages;
    const lines = messages.length ? [] : [this.greeting];
    const lastOfCitizen = messages.findLast((message) => message.from === "citizen");
    messages.forEach((message, number) => {
      const before = messages[number - 1];
      const after = messages[number + 1];
      if (!before || dayOf(new Date(before.time)) !== dayOf(new Date(message.time))) {
        lines.push(this.day(dayText(new Date(message.time))));
      }
      const isLast = !after || after.from !== message.from || new Date(after.time) - new Date(message.time) > TOGETHER;
      const state = message === lastOfCitizen ? stateText(message) : null;
      lines.push(this.line(message, isLast, state));
    });
    this.arrange(lines);
    if (this.isAtEnd) this.scrollDown();
    this.look();
  }

  /** Put the lines in order without touching those that are in place: moving a video stops it. */
  arrange(lines) {
    const wanted = new Set(lines);
    for (const child of [...this.log.children]) if (!wanted.has(child)) child.remove();
    lines.forEach((line, place) => {
      if (this.log.children[place] !== line) this.log.insertBefore(line, this.log.children[place] ?? null);
    });
  }

  day(text) {
    const kept = this.days.get(text) ?? make("p", { class: "day", text });
    this.days.set(text, kept);
    return kept;
  }

  line(message, isLast, state) {
    const key = JSON.stringify([message, isLast, state]);
    const kept = this.shown.get(message.message_id);
    if (kept?.key === key) return kept.element;
    const quoted = this.messages.find((one) => one.message_id === message.quote_message_id);
    const element = make(
      "article",
      { class: `line from-${message.from}${isLast ? " is-last" : ""}` },
      message.from === "page" && isLast ? pagePicture(this.page) : null,
      make(
        "div",
        { class: "stack" },
        bubble(message, quoted, {
          tap: (payload) => this.act("tap", { payload }),
          share: () => this.share(),
          reply: () => this.composer.quote(message),
          view: this.acts.view,
          loaded: () => this.isAtEnd && this.scrollDown(),
        }),
        isLast || state
          ? make("p", { class: "under" }, make("time", { datetime: message.time, text: hourText(new Date(message.time)) }), ...(state ? [icon(state.icon), make("span", { text: state.text })] : []))
          : null,
      ),
    );
    this.shown.set(message.message_id, { key, element });
    return element;
  }

  makeGreeting() {
    return make(
      "div",
      { class: "greeting" },
      pagePicture(this.page),
      make("strong", { text: this.page.name }),
      make("p", { text: "Trang tiếp nhận phản ánh của người dân. Hãy nhắn tin, gửi ảnh, video hoặc vị trí để bắt đầu." }),
      make("button", { type: "button", class: "button is-main", text: "Nhắn tin", onclick: () => {
        this.act("chat_now");
        this.composer.focus();
      } }),
    );
  }

  scrollDown() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** Whether the reader is at the end; only scrolling up leaves it, not a picture that loads. */
  noteEnd() {
    const isNear = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
    if (isNear) this.isAtEnd = true;
    else if (this.log.scrollTop < this.top) this.isAtEnd = false;
    this.top = this.log.scrollTop;
  }

  /** Tell the simulator that the citizen sees the chat. */
  look() {
    const isUnseen = this.messages.some((message) => message.from === "page" && !message.seen);
    if (isUnseen && document.visibilityState === "visible" && this.element.isConnected) this.act("look");
  }

  catchDrops() {
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
    this.element.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.element.classList.add("is-dropping");
    });
    this.element.addEventListener("dragleave", (event) => {
      if (!this.element.contains(event.relatedTarget)) this.element.classList.remove("is-dropping");
    });
    this.element.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.element.classList.remove("is-dropping");
      this.composer.sendFiles([...event.dataTransfer.files]);
    });
  }
}
