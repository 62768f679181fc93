// Where the citizen writes: text, photos, files, a place, a sticker.

import { icon, make } from "./elements.js";
import { postForm } from "./world.js";

const STICKERS = {
  21979: "Cảm ơn", 21980: "Vui", 21981: "Yêu mến", 21982: "Đồng ý", 21983: "Lo lắng", 21984: "Hoan hô",
};
/** Made-up places of the made-up province. */
const PLACES = [
  ["Ngã tư Hòa Bình, phường Bến Vân", 20.95512, 107.08341],
  ["Cầu Tân Lâm, phường Tân Lâm", 20.96874, 107.04926],
  ["Chợ An Hòa, xã An Hòa", 20.99137, 107.12085],
  ["Km12+500 Quốc lộ 88", 21.01463, 107.15792],
];
const FIELDS = { latitude: "Vĩ độ", longitude: "Kinh độ" };

/** How a file goes out: photos and clips as such, the rest as a file. */
function kindOf(file) {
  if (file.type === "image/gif") return "gif";
  const [major] = file.type.split("/");
  return ["image", "video", "audio"].includes(major) ? major : "file";
}

export class Composer {
  constructor(send) {
    this.send = send;
    this.quoted = null;
    this.text = make("textarea", { rows: 1, placeholder: "Tin nhắn", "aria-label": "Nội dung tin nhắn", oninput: () => this.fit(), onkeydown: (event) => this.press(event) });
    this.photos = make("input", { type: "file", accept: "image/*,video/*", multiple: true, hidden: true, onchange: () => this.pick(this.photos) });
    this.files = make("input", { type: "file", multiple: true, hidden: true, onchange: () => this.pick(this.files) });
    this.quoteLine = make("div", { class: "quote", hidden: true });
    this.sheet = make("div", { class: "sheet", hidden: true });
    this.sendButton = this.button("send", "Gửi", () => this.sendText());
    this.element = make(
      "div",
      { class: "composer", onkeydown: (event) => event.key === "Escape" && this.closeSheet() },
      this.quoteLine,
      make(
        "div",
        { class: "write" },
        this.button("sticker", "Nhãn dán", () => this.toggle("stickers")),
        this.text,
        this.button("plus", "Gửi thêm: vị trí, tệp, danh thiếp", () => this.toggle("more")),
        this.button("photo", "Gửi ảnh hoặc video", () => this.photos.click()),
        this.sendButton,
      ),
      this.sheet, this.photos, this.files,
    );
    this.fit();
  }

  button(name, label, act) {
    return make("button", { type: "button", class: `do do-${name}`, "aria-label": label, title: label, onclick: act }, icon(name));
  }

  focus() {
    this.text.focus();
  }

  fit() {
    this.element.classList.toggle("has-text", this.text.value.trim() !== "");
    this.sendButton.disabled = this.text.value.trim() === "";
  }

  press(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.sendText();
    }
  }

  quote(message) {
    this.quoted = message.message_id;
    this.quoteLine.replaceChildren(
      make("span", { text: `Trả lời: ${message.text || "tin nhắn"}` }),
      make("button", { type: "button", "aria-label": "Bỏ trả lời", onclick: () => this.unquote() }, icon("close")),
    );
    this.quoteLine.hidden = false;
    this.focus();
  }

  unquote() {
    this.quoted = null;
    this.quoteLine.hidden = true;
  }

  async sendText() {
    const text = this.text.value.trim();
    if (!text) return;
    this.text.value = "";
    this.fit();
    const details = this.quoted ? { text, quote_message_id: this.quoted } : { text };
    this.unquote();
    await this.send("text", details, []);
  }

  pick(input) {
    const files = [...input.files];
    input.value = "";
    this.sendFiles(files, input === this.files ? "file" : null);
  }

  /** One message per file; what stands in the box becomes the caption of the first. */
  async sendFiles(files, kind = null) {
    this.closeSheet();
    let text = this.text.value.trim();
    this.text.value = "";
    this.fit();
    for (const file of files) {
      await this.send(kind ?? kindOf(file), text ? { text } : {}, [file]);
      text = "";
    }
  }

  /** Post one message; the problem in words, or null. */
  async post(userId, pageId, kind, details, files) {
    const form = new FormData();
    for (const [name, value] of Object.entries({ page: pageId, type: kind, ...details })) form.append(name, value);
    for (const file of files) form.append("file", file, file.name);
    try {
      await postForm(`citizens/${userId}/send`, form);
      return null;
    } catch (error) {
      return error.message;
    }
  }

  toggle(name) {
    if (!this.sheet.hidden && this.sheet.dataset.name === name) return this.closeSheet();
    this.sheet.dataset.name = name;
    this.sheet.replaceChildren(...(name === "stickers" ? this.stickers() : name === "more" ? this.more() : this.places()));
    this.sheet.hidden = false;
    return this.sheet.querySelector("button")?.focus();
  }

  closeSheet() {
    this.sheet.hidden = true;
  }

  stickers() {
    return Object.entries(STICKERS).map(([id, name]) =>
      make("button", { type: "button", class: "pick-sticker", "aria-label": `Gửi nhãn dán ${name}`, onclick: () => this.sendAndClose("sticker", { sticker: id }) },
        make("img", { src: `/static/sticker-${id}.svg`, alt: "", width: 72, height: 72 })),
    );
  }

  more() {
    const choice = (name, label, act) => make("button", { type: "button", class: "pick", onclick: act }, icon(name), make("span", { text: label }));
    return [
      choice("place", "Vị trí", () => this.toggle("places")),
      choice("file", "Tệp", () => this.files.click()),
      choice("photo", "Ảnh, video", () => this.photos.click()),
      choice("card", "Danh thiếp", () => this.sendAndClose("business_card", { text: "Nguyễn Văn Bảy", phone: "84900000999" })),
    ];
  }

  places() {
    const form = make(
      "form",
      { class: "coordinates", onsubmit: (event) => {
        event.preventDefault();
        const fields = new FormData(event.target);
        this.sendAndClose("location", { latitude: fields.get("latitude"), longitude: fields.get("longitude") });
      } },
      ...Object.entries(FIELDS).map(([name, label]) => make("input", { name, "aria-label": label, placeholder: label, required: true, type: "number", step: "any", min: name === "latitude" ? -90 : -180, max: name === "latitude" ? 90 : 180 })),
      make("button", { type: "submit", class: "button is-main", text: "Gửi" }),
    );
    return [
      ...PLACES.map(([text, latitude, longitude]) =>
        make("button", { type: "button", class: "pick-place", onclick: () => this.sendAndClose("location", { text, latitude, longitude }) }, icon("place"), make("span", { text })),
      ),
      form,
    ];
  }

  /** The box has the focus at once: taken later, it would be torn from what is pressed meanwhile. */
  async sendAndClose(kind, details) {
    this.closeSheet();
    this.focus();
    await this.send(kind, details, []);
  }
}
