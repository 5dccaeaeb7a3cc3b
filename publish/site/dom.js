// Elements made of plain data. Strings become text nodes and nothing else: what strangers wrote stays text.

const SVG = "http://www.w3.org/2000/svg";

export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : visible(String(value)));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : visible(String(child)));
  }
  return element;
}

// Control characters, marks that turn the direction of writing and what else nobody sees are shown, not obeyed:
// those of base/streams.py, written as there.
const UNSEEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e007f}]/gu;

export function visible(text) {
  return text.replace(UNSEEN, (one) => {
    const code = one.codePointAt(0), hex = code.toString(16);
    if (code === 13) return "\\r";
    return code < 0x100 ? `\\x${hex.padStart(2, "0")}` : code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
  });
}

// A link that a stranger gave leads to the web or nowhere.
export function outside(address, ...children) {
  const safe = /^https?:\/\//i.test(address ?? "");
  return safe
    ? h("a", { href: address, rel: "noreferrer noopener external" }, ...children)
    : h("span", {}, ...children);
}
