// One phone: the list of pages, or the chat with one of them.

import { Chat } from "./chat.js";
import { icon, make, pagePicture, personPicture } from "./elements.js";
import { get, hourText, now, shortText } from "./world.js";

const KINDS = {
  image: "Hình ảnh", video: "Video", audio: "Tin nhắn thoại", file: "Tệp", gif: "Ảnh động",
  location: "Vị trí", sticker: "Nhãn dán", link: "Liên kết", business_card: "Danh thiếp",
  request_user_info: "Yêu cầu chia sẻ thông tin", list: "Danh mục", template: "Thông báo",
  article: "Bài viết",
};

export class Phone {
  constructor(citizen, pages, acts) {
    this.pages = pages;
    this.acts = acts;
    this.messages = new Map();
    this.chat = null;
    this.caption = make("h2", { class: "caption" });
    this.clock = make("time", { class: "bar-clock" });
    this.screen = make("div", { class: "screen" });
    this.element = make(
      "section",
      { class: "phone" },
      this.caption,
      make(
        "div",
        { class: "body" },
        make("div", { class: "bar", "aria-hidden": "true" }, this.clock, make("span", { class: "bar-icons" }, icon("signal"), icon("battery"))),
        this.screen,
      ),
    );
    this.setCitizen(citizen);
    const opened = pages.find((page) => page.page_id === localStorage.getItem(this.openedKey));
    if (opened) this.open(opened);
    else this.showList();
    this.tick();
  }

  get openedKey() {
    return `opened-${this.citizen.user_id}`;
  }

  setCitizen(citizen) {
    const before = JSON.stringify(this.citizen);
    this.citizen = citizen;
    if (JSON.stringify(citizen) === before) return;
    this.element.setAttribute("aria-label", `Điện thoại của ${citizen.name}`);
    this.caption.replaceChildren(
      personPicture(citizen),
      make("span", { class: "caption-name", text: citizen.name }),
      make("button", { type: "button", class: "button is-quiet", "aria-label": `Cài đặt của ${citizen.name}`, onclick: () => this.acts.change(this.citizen) }, icon("sliders")),
    );
    this.chat?.setCitizen(citizen);
  }

  setPages(pages) {
    this.pages = pages;
    this.chat?.setPage(pages.find((page) => page.page_id === this.chat.page.page_id));
  }

  tick() {
    this.clock.textContent = hourText(now());
  }

  /** Read the chat with one page again. */
  async refresh(pageId) {
    const messages = await get(`citizens/${this.citizen.user_id}/messages?page=${pageId}`);
    this.messages.set(pageId, messages);
    if (this.chat === null) this.showList();
    else if (this.chat.page.page_id === pageId) this.chat.show(messages);
  }

  async refreshAll() {
    const all = await get(`citizens/${this.citizen.user_id}/messages`);
    for (const page of this.pages) {
      this.messages.set(page.page_id, all.filter((message) => message.page === page.page_id));
    }
    if (this.chat === null) this.showList();
    else this.chat.show(this.messages.get(this.chat.page.page_id) ?? []);
  }

  open(page) {
    localStorage.setItem(this.openedKey, page.page_id);
    this.chat = new Chat(this.citizen, page, { back: () => this.close(), view: this.acts.view });
    this.screen.replaceChildren(this.chat.element);
    this.chat.show(this.messages.get(page.page_id) ?? []);
    this.refresh(page.page_id);
  }

  close() {
    localStorage.removeItem(this.openedKey);
    const pageId = this.chat.page.page_id;
    this.chat = null;
    this.showList();
    this.screen.querySelector(`[data-page="${pageId}"]`)?.focus();
  }

  showList() {
    this.screen.replaceChildren(
      make("header", { class: "head" }, make("h3", { text: "Tin nhắn" })),
      make("ul", { class: "pages" }, ...this.pages.map((page) => make("li", {}, this.row(page)))),
    );
  }

  row(page) {
    const messages = this.messages.get(page.page_id) ?? [];
    const last = messages.at(-1);
    const unread = messages.filter((message) => message.from === "page" && !message.seen).length;
    const follows = this.citizen.pages.find((one) => one.page_id === page.page_id)?.is_follower;
    const preview = last
      ? `${last.from === "citizen" ? "Bạn: " : ""}${last.text || KINDS[last.kind] || ""}`
      : follows ? "Đã quan tâm" : "Nhấn để xem trang";
    return make(
      "button",
      { type: "button", class: unread ? "page-row is-unread" : "page-row", "data-page": page.page_id, onclick: () => this.open(page) },
      pagePicture(page),
      make(
        "span",
        { class: "page-name" },
        make("strong", { text: page.name }),
        page.is_verified ? icon("tick", "Đã xác thực") : null,
      ),
      make("time", { text: last ? shortText(new Date(last.time)) : "" }),
      make("span", { class: "preview", text: preview }),
      unread ? make("span", { class: "count", "aria-label": `${unread} tin chưa đọc`, text: unread }) : null,
    );
  }
}
