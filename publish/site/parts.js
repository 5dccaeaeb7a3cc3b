// What several views are made of.

import { h } from "./dom.js";
import { address } from "./state.js";
import { half, pick, t } from "./words.js";
import { directory, search } from "./data.js";

const MOST_FOUND = 30;

// A field that finds agencies; each found one is made an element by `offer(number, all)`.
export function finder(offer, value = "") {
  const list = h("ul", { class: "found", "aria-live": "polite" });
  let turn = 0;
  async function look() {
    const own = ++turn, words = field.value;
    if (!words.trim()) { list.replaceChildren(); return; }
    const [found, all] = [await search(words), await directory()];
    if (own !== turn) return;
    list.replaceChildren(
      h("li", { class: "quiet" }, found.length ? `${found.length} ${t("results")}` : t("nothingFound")),
      ...found.slice(0, MOST_FOUND).map((number) => h("li", {}, offer(number, all))));
  }
  const field = h("input", { type: "search", value, placeholder: t("findHint"), "aria-label": t("find"), autocomplete: "off", oninput: look });
  if (value) look();
  return h("div", { class: "finder", role: "search" }, h("label", {}, h("span", { class: "label" }, t("find")), field), list);
}

export function placeOf(all, number) {
  const [, , , prefecture, , province] = all.places[all.place[number]];
  return [...new Set([province, prefecture].filter(Boolean))].join(" ");
}

export function choice(label, name, options, chosen, onchange) {
  return h("label", { class: "choice" }, h("span", { class: "label" }, label),
    h("select", { name, onchange: (event) => onchange(event.target.value) },
      options.map(([value, text]) => h("option", { value, selected: String(value) === String(chosen ?? "") }, text))));
}

export const measureName = (measure) => pick(measure.zh, measure.en).split(/[：:]/)[0];
export const measureWhole = (measure) => pick(measure.zh, measure.en);
export const functionName = (about, code) => half(about.functions[code]) || code || "—";
export const numberText = (value) => (value === null || value === undefined ? "—" : Number(value).toLocaleString("en-US", { maximumFractionDigits: 6 }));

export function section(id, title, ...content) {
  return h("section", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), ...content);
}

export function table(caption, heads, rows, { first = true } = {}) {
  return h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": caption },
    h("table", {}, h("caption", { class: "unseen" }, caption),
      h("thead", {}, h("tr", {}, heads.map((one) => (one === "" ? h("td") : h("th", { scope: "col" }, one))))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((one, at) => (at === 0 && first ? h("th", { scope: "row" }, one) : h("td", {}, one))))))));
}

export const cellAddress = (agency, report, row, applicant) => address("cell", { id: agency, report, row, applicant });
