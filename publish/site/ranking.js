import { h } from "./dom.js";
import { address, change } from "./state.js";
import { t } from "./words.js";
import { directory, load } from "./data.js";
import { percent } from "./charts.js";
import { downloads } from "./download.js";
import { choice, functionName, measureName, measureWhole, numberText, placeOf, table } from "./parts.js";

const SHOWN = 200;
const LEVELS = ["province", "prefecture", "county", "below_county"];

export async function ranking(now, about) {
  const measure = about.measures.find((one) => one.measure === (now.m ?? "disclosure")) ?? about.measures[0];
  if (!measure?.years.length) return [h("h1", {}, t("ranking")), h("p", {}, t("none"))];
  const year = measure.years.includes(Number(now.y)) ? Number(now.y) : measure.years.at(-1);
  const least = Math.max(Number(now.min ?? 10) || 0, 1);
  const [all, file] = await Promise.all([directory(), load(`measures/${measure.measure}-${year}`)]);
  const within = (number) => !now.p || all.places[all.place[number]].includes(now.p);
  const wanted = (number) => within(number) && (!now.f || all.function[number] === now.f) && (!now.l || all.level[number] === now.l);
  const rates = file.agency.map((number, at) => ({ number, n: file.n[at], d: file.d[at], rate: file.d[at] > 0 ? file.n[at] / file.d[at] : null, doubted: file.doubted[at] })).filter((one) => one.rate !== null && one.d >= least && wanted(one.number)).sort((a, b) => b.rate - a.rate || b.d - a.d || a.number - b.number);
  rates.forEach((one, at) => { one.rank = at && rates[at - 1].rate === one.rate ? rates[at - 1].rank : at + 1; });
  const ledger = about.ledgers.includes(year) ? await load(`ledger/${year}`) : null;
  const expected = ledger ? ledger.agency.filter((number, at) => about.statuses[ledger.status[at]] !== "not_due" && wanted(number)).length : "?";
  const areas = new Map();
  for (const [code, name, prefecture, prefectureName, province, provinceName] of all.places) {
    if (province) areas.set(province, provinceName);
    if (prefecture) areas.set(prefecture, provinceName === prefectureName ? prefectureName : `${provinceName} ${prefectureName}`);
    if (code && all.places.length < 400) areas.set(code, `${prefectureName} ${name}`);
  }
  const functions = [...new Set(all.function.filter(Boolean))].sort();
  const row = (one) => [one.rank, all.name[one.number], placeOf(all, one.number), one.rate, one.n, one.d];
  return [
    h("h1", {}, t("ranking")),
    h("p", { class: "quiet" }, [measureWhole(measure), year, areas.get(now.p) ?? now.p, now.f && functionName(about, now.f), now.l && t(`l_${now.l}`), `${t("least")} ${least}`].filter(Boolean).join(" · ")),
    h("div", { class: "choices" },
      choice(t("measure"), "m", about.measures.map((one) => [one.measure, measureName(one)]), measure.measure, (m) => change({ m })),
      choice(t("year"), "y", measure.years.map((own) => [own, own]), year, (y) => change({ y })),
      choice(t("place"), "p", [["", t("all")], ...[...areas].sort()], now.p, (p) => change({ p })),
      choice(t("function"), "f", [["", t("all")], ...functions.map((code) => [code, functionName(about, code)])], now.f, (f) => change({ f })),
      choice(t("level"), "l", [["", t("all")], ...LEVELS.map((level) => [level, t(`l_${level}`)])], now.l, (l) => change({ l })),
      h("label", { class: "choice" }, h("span", { class: "label" }, t("least")), h("input", { type: "number", min: 1, value: least, onchange: (event) => change({ min: event.target.value }) }))),
    h("p", {}, h("b", {}, numberText(rates.length)), `${t("of")} ${expected}　`, rates.length > SHOWN ? `${t("shown")} ${SHOWN}` : "", "　", h("span", { class: "quiet" }, t("ties"))),
    table(t("ranking"), [t("rank"), t("agency"), t("rate"), "", t("numerator"), t("denominator")], rates.slice(0, SHOWN).map((one) => {
      const bar = h("span", { class: "share" }); bar.style.width = `${Math.min(one.rate, 1) * 100}%`;
      return [one.rank, [h("a", { href: address("agency", { id: all.id[one.number] }) }, all.name[one.number]), one.doubted ? h("span", { class: "flagged", title: `${t("doubted")}: ${one.doubted}` }, " ⚑") : null], percent(one.rate), h("span", { class: "track", "aria-hidden": "true" }, bar), numberText(one.n), numberText(one.d)];
    }), { first: false }),
    downloads(`${t("ranking")}-${measureName(measure)}-${year}`, [t("rank"), t("agency"), t("place"), t("rate"), t("numerator"), t("denominator")], rates.map(row)),
  ];
}
