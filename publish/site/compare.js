import { h } from "./dom.js";
import { address, change } from "./state.js";
import { t } from "./words.js";
import { agency, directory, load } from "./data.js";
import { legend, lines, percent, strip } from "./charts.js";
import { downloads } from "./download.js";
import { breaksOf, cellOfRate, cellsOf, yearsOf } from "./agency.js";
import { choice, finder, functionName, measureName, measureWhole, numberText, placeOf, section, table } from "./parts.js";

const MOST = 10, SMALL = 10;

export async function compare(now, about) {
  const ids = (now.a ?? "").split("~").filter(Boolean).slice(0, MOST);
  const agencies = (await Promise.all(ids.map(agency))).filter(Boolean);
  const measure = about.measures.find((one) => one.measure === (now.m ?? "disclosure")) ?? about.measures[0];
  const put = (list) => change({ a: list.join("~") });
  return [
    h("h1", {}, t("compare")),
    finder((number, all) => h("button", { type: "button", disabled: ids.length >= MOST || ids.includes(all.id[number]), onclick: () => put([...ids, all.id[number]]) }, `+ ${all.name[number]} `, h("span", { class: "quiet" }, placeOf(all, number)))),
    ids.length >= MOST ? h("p", { class: "quiet" }, t("atMost")) : null,
    agencies.length ? h("ul", { class: "chosen" }, agencies.map((one) => h("li", {}, h("a", { href: address("agency", { id: one.id }) }, one.name), " ", h("button", { type: "button", "aria-label": `${t("remove")} ${one.name}`, onclick: () => put(ids.filter((id) => id !== one.id)) }, "×")))) : h("p", {}, t("noneChosen")),
    measure ? choice(t("measure"), "m", about.measures.map((one) => [one.measure, measureName(one)]), measure.measure, (m) => change({ m })) : null,
    agencies.length && measure ? together(agencies, measure, about) : null,
    agencies.length && measure ? await among(agencies[0], measure, now, about) : null,
  ];
}

function together(agencies, measure, about) {
  const printed = agencies.map((one) => cellsOf(one, about));
  const series = agencies.map((one, at) => ({
    name: one.name, link: address("agency", { id: one.id }),
    points: (one.measures[measure.measure] ?? []).map(([year, n, d]) => ({ year, value: d > 0 ? n / d : null, denominator: d, small: d < SMALL, label: `${percent(d > 0 ? n / d : null)} (${n}/${d})`, link: cellOfRate(one, measure, year, printed[at]) })),
  }));
  const known = series.flatMap((one) => one.points.map((point) => point.year));
  if (!known.length) return h("p", {}, t("none"));
  const years = Array.from({ length: Math.max(...known) - Math.min(...known) + 1 }, (_, at) => Math.min(...known) + at);
  const gaps = agencies.map((one) => yearsOf(one, about).gaps);
  const text = (at, year) => { const point = series[at].points.find((own) => own.year === year); return point ? `${percent(point.value)} (${point.denominator})${point.small && point.denominator > 0 ? " ○" : ""}` : h("span", { class: "quiet", title: gaps[at][year] }, gaps[at][year] ? `× ${gaps[at][year].split(": ")[0]}` : "·"); };
  return section("together", measureWhole(measure),
    h("div", { class: "wide-chart" }, lines(series, { years, gaps: agencies.length === 1 ? gaps[0] : {}, breaks: breaksOf(about, measure), label: measureWhole(measure), width: innerWidth < 600 ? 360 : 720 }), legend(series)),
    table(measureName(measure), [t("agency"), ...years], series.map((one, at) => [one.name, ...years.map((year) => text(at, year))])),
    downloads(`${t("compare")}-${measureName(measure)}`, [t("agency"), t("year"), t("rate"), t("numerator"), t("denominator")], agencies.flatMap((one) => (one.measures[measure.measure] ?? []).map(([year, n, d]) => [one.name, year, d > 0 ? n / d : "", n, d]))));
}

// An agency among those of its function and level: rank, median, n of N.
async function among(one, measure, now, about) {
  if (!one.function_code || !measure.years.length) return null;
  const year = Number(now.y ?? measure.years.at(-1)), scope = now.scope ?? "province";
  const all = await directory();
  const area = (number) => all.places[all.place[number]][scope === "prefecture" ? 2 : 4];
  const own = area(one.number);
  const alike = (number) => all.function[number] === one.function_code && all.level[number] === one.level && (scope === "country" || area(number) === own);
  const file = measure.years.includes(year) ? await load(`measures/${measure.measure}-${year}`) : { agency: [], n: [], d: [] };
  const rates = file.agency.map((number, at) => [number, file.d[at] > 0 ? file.n[at] / file.d[at] : null, file.d[at]]).filter(([number, rate, d]) => rate !== null && d >= SMALL && alike(number));
  const values = rates.map(([, rate]) => rate).sort((a, b) => b - a);
  const mine = rates.find(([number]) => number === one.number)?.[1] ?? null;
  const median = values.length ? (values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2 : null;
  const ledger = about.ledgers.includes(year) ? await load(`ledger/${year}`) : null;
  const expected = ledger ? ledger.agency.filter((number, at) => about.statuses[ledger.status[at]] !== "not_due" && alike(number)).length : "?";
  return section("like", `${one.name}: ${t("like")} (${functionName(about, one.function_code)}, ${t(`l_${one.level}`)}, ${t(scope)}, ${year})`,
    h("div", { class: "choices" }, choice(t("scope"), "scope", ["prefecture", "province", "country"].map((name) => [name, t(name)]), scope, (value) => change({ scope: value })), choice(t("year"), "y", measure.years.map((own) => [own, own]), year, (y) => change({ y }))),
    values.length ? [h("p", { class: "big" }, mine === null ? "—" : values.filter((value) => value > mine).length + 1, h("span", { class: "quiet" }, ` / ${values.length}　${t("median")} ${percent(median)}　${numberText(values.length)}${t("of")} ${expected}`)), strip(values, mine, median)] : h("p", {}, `0${t("of")} ${expected}`),
    h("p", { class: "quiet" }, t("small"), "; ", t("ties")));
}
