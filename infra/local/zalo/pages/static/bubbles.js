// How each kind of message looks.

import { icon, linked, make, sizeText } from "./elements.js";

const QUERY = ["oa.query.show", "oa.query.hide"];
const OWN = location.origin;

/** What stands under the citizen's last message. */
export function stateText(message) {
  return message.delivered ? { icon: "taken", text: "Đã nhận" } : { icon: "sent", text: "Đã gửi" };
}

/** The bubble of a message with its buttons. `quoted` is the message that it answers. */
export function bubble(message, quoted, acts) {
  const isBare = ["sticker", "image", "gif", "video"].includes(message.kind) && !message.text;
  const content = [
    quoted ? make("blockquote", { text: quoted.text || "Tin nhắn" }) : null,
    message.origin === "person" ? make("small", { class: "by", text: "Cán bộ trả lời" }) : null,
    ...message.attachments.map((attachment) => part(message, attachment, acts)),
    textOf(message),
    ...buttons(message, acts),
  ];
  return make(
    "div",
    { class: `bubble kind-${message.kind}${isBare ? " is-bare" : ""}` },
    ...content,
    make("button", { type: "button", class: "reply", "aria-label": "Trả lời tin nhắn này", onclick: acts.reply }, icon("reply")),
  );
}

function textOf(message) {
  const isSaidElsewhere = ["article", "location", "business_card"].includes(message.kind);
  return message.text && !isSaidElsewhere ? make("p", { class: "text" }, ...linked(message.text)) : null;
}

function buttons(message, acts) {
  const keys = message.buttons.map((button) => key(button, acts));
  return keys.length ? [make("div", { class: "keys" }, ...keys)] : [];
}

function key(button, acts) {
  const payload = button.payload;
  if (QUERY.includes(button.type)) {
    return make("button", { type: "button", text: button.title, onclick: () => acts.tap(payload) });
  }
  if (button.type === "oa.open.phone") {
    return make("a", { href: `tel:+${payload.phone_code}` }, icon("call"), button.title);
  }
  if (button.type === "oa.open.sms") {
    return make("a", { href: `sms:+${payload.phone_code}?body=${encodeURIComponent(payload.content)}` }, icon("message"), button.title);
  }
  return make("a", { href: payload.url, target: "_blank", rel: "noopener noreferrer" }, icon("web"), button.title);
}

/** One attachment, by its type. */
function part(message, attachment, acts) {
  const { type, url } = attachment;
  if (type === "image" || type === "gif") return picture(attachment, acts);
  if (type === "video") {
    return make("video", { src: url, controls: true, preload: "metadata", playsinline: true, onloadedmetadata: acts.loaded });
  }
  if (type === "audio") return make("audio", { src: url, controls: true, preload: "metadata" });
  if (type === "sticker") return make("img", { class: "sticker", src: url, alt: "Nhãn dán", width: 120, height: 120 });
  if (type === "file") return file(attachment);
  if (type === "location") return place(message, attachment);
  if (type === "business_card") return card("card", message.text, `+${attachment.phone}`);
  if (type === "article") return article(attachment);
  if (type === "template") return make("h4", { class: "template", text: attachment.title });
  if (type === "element") return element(message, attachment, acts);
  return null;
}

function picture(attachment, acts) {
  if (!attachment.url.startsWith(OWN)) {
    return make("p", { class: "elsewhere", text: `Ảnh từ ${new URL(attachment.url).host}` });
  }
  const name = attachment.name ?? "Hình ảnh";
  return make(
    "button",
    { type: "button", class: "photo", "aria-label": `Xem ảnh ${name}`, onclick: () => acts.view(attachment.url, name) },
    make("img", { src: attachment.url, alt: name, onload: acts.loaded }),
  );
}

function file(attachment) {
  const extension = attachment.name.split(".").pop().slice(0, 4);
  return make(
    "a",
    { class: "card", href: attachment.url, download: attachment.name },
    make("span", { class: "extension", text: extension }),
    make("span", { class: "card-text" }, make("strong", { text: attachment.name }), make("small", { text: sizeText(attachment.size) })),
  );
}

function card(name, title, line) {
  return make("span", { class: "card" }, icon(name), make("span", { class: "card-text" }, make("strong", { text: title }), make("small", { text: line })));
}

function place(message, attachment) {
  const { latitude, longitude } = attachment;
  return make(
    "figure",
    { class: "place" },
    make("img", { src: "/static/map.svg", alt: "", width: 240, height: 120 }),
    icon("place"),
    make("figcaption", {}, make("strong", { text: message.text || "Vị trí của tôi" }), make("small", { text: `${latitude}, ${longitude}` })),
  );
}

function article(attachment) {
  return make(
    "a",
    { class: "article", href: attachment.url, target: "_blank", rel: "noopener" },
    make("img", { src: "/static/news.svg", alt: "", width: 260, height: 110 }),
    make("strong", { text: attachment.title }),
    make("span", { text: attachment.description }),
    make("small", { text: "Đọc bài viết" }),
  );
}

function element(message, attachment, acts) {
  const action = attachment.default_action;
  const title = make("strong", { text: attachment.title });
  const subtitle = attachment.subtitle ? make("small", { text: attachment.subtitle }) : null;
  if (message.kind === "request_user_info") {
    return make("div", { class: "form" }, title, subtitle, make("button", { type: "button", class: "button is-main", text: "Chia sẻ thông tin", onclick: acts.share }));
  }
  if (action && QUERY.includes(action.type)) {
    return make("button", { type: "button", class: "item", onclick: () => acts.tap(action.payload) }, title, subtitle);
  }
  return action
    ? make("a", { class: "item", href: action.url, target: "_blank", rel: "noopener noreferrer" }, title, subtitle)
    : make("div", { class: "item" }, title, subtitle);
}
