// Making elements: the one way this page builds what it shows.

/** An element; `properties` are attributes, `on…` listeners, and `text`. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name, label = "") {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("class", `icon icon-${name}`);
  if (label) {
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", label);
  } else {
    picture.setAttribute("aria-hidden", "true");
  }
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  picture.append(use);
  return picture;
}

/** The round picture of a page, in a colour of its own. */
export function pagePicture(page) {
  return make("span", { class: `picture tint-${page.tint}` }, icon("shield"));
}

/** The round picture of a citizen: the first letters of the given names. */
export function personPicture(citizen) {
  const words = citizen.name.trim().split(/\s+/);
  const letters = words.slice(-2).map((word) => word[0]?.toUpperCase() ?? "").join("");
  return make("span", { class: `picture person tint-${citizen.tint}`, "aria-hidden": "true", text: letters });
}

/** Text in which web addresses can be followed. */
export function linked(text) {
  const pieces = text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/g);
  return pieces.map((piece, number) =>
    number % 2
      ? make("a", { href: piece, target: "_blank", rel: "noopener noreferrer", text: piece })
      : document.createTextNode(piece),
  );
}

export function sizeText(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const amount = bytes < 1024 * 1024 ? [bytes / 1024, "KB"] : [bytes / 1024 / 1024, "MB"];
  return `${amount[0].toLocaleString("vi-VN", { maximumFractionDigits: 1 })} ${amount[1]}`;
}
