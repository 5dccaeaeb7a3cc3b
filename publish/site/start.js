import { h } from "./dom.js";
import { address } from "./state.js";
import { t } from "./words.js";
import { finder, numberText, placeOf, section } from "./parts.js";

export function start(now, about) {
  const expected = about.years.reduce((sum, year) => sum + year.expected, 0);
  const found = about.years.reduce((sum, year) => sum + year.found, 0);
  const most = Math.max(...about.years.map((year) => year.expected), 1);
  return [
    h("h1", {}, t("title")),
    h("p", { class: "lead" }, t("what")),
    finder((number, all) => h("a", { href: address("agency", { id: all.id[number] }) }, h("b", {}, all.name[number]), " ", h("span", { class: "quiet" }, placeOf(all, number)))),
    about.years.length ? section("known", t("known"),
      h("p", { class: "big" }, numberText(found), h("span", { class: "quiet" }, `${t("of")} ${numberText(expected)}`)),
      h("ol", { class: "bars" }, about.years.map((year) => {
        const bar = h("span", { class: "bar" }, h("span", { class: "filled" }));
        bar.style.height = `${(year.expected / most) * 100}%`;
        bar.firstChild.style.height = `${year.expected ? (year.found / year.expected) * 100 : 0}%`;
        return h("li", {}, h("a", { href: address("coverage", {}), title: `${year.year}: ${year.found}${t("of")} ${year.expected}` }, bar, h("span", {}, year.year), h("span", { class: "quiet" }, `${year.found}/${year.expected}`)));
      }))) : null,
    h("ul", { class: "cards" },
      ["compare", "ranking", "coverage", "data"].map((page) => h("li", {}, h("a", { href: address(page, {}) }, h("b", {}, t(page)), h("span", { class: "quiet" }, t(`about_${page}`)))))),
    section("cite", t("howToCite"), h("p", {}, `gknb 公开年报库. ${t("build")} ${about.build}${about.release ? `, ${t("release")} ${about.release}` : ""}.`), h("p", {}, t("notOfficial"))),
  ];
}
