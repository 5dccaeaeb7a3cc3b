import { h } from "./dom.js";
import { address, change } from "./state.js";
import { t } from "./words.js";
import { load } from "./data.js";
import { downloads } from "./download.js";
import { choice, section, table } from "./parts.js";

const LEVELS = { county: ["province_name", "prefecture_name", "place_name"], prefecture: ["province_name", "prefecture_name"], province: ["province_name"] };
const REASONS = ["in_time", "late", "empty_form", "narrative_only", "withdrawn", "blocked", "unreachable", "missing", "never_crawled"];
const MOST = 120;

export async function coverage(now) {
  const { columns, rows } = await load("coverage");
  if (!rows.length) return [h("h1", {}, t("coverage")), h("p", {}, t("none"))];
  const found = rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])));
  const counties = new Set(found.map((row) => row.region_code)).size;
  const level = LEVELS[now.level] ? now.level : counties <= MOST ? "county" : "prefecture";
  const areas = new Map(), years = [...new Set(found.map((row) => row.year))].sort();
  for (const row of found) {
    const name = [...new Set(LEVELS[level].map((one) => row[one]).filter(Boolean))].join(" ");
    if (!areas.has(name)) areas.set(name, new Map());
    const years = areas.get(name), sum = years.get(row.year) ?? {};
    for (const one of ["expected", "found", ...REASONS]) sum[one] = (sum[one] ?? 0) + row[one];
    years.set(row.year, sum);
  }
  const picked = now.at && areas.get(now.at)?.get(Number(now.y));
  return [
    h("h1", {}, t("coverage")),
    h("div", { class: "choices" }, choice(t("place_level"), "level", [["county", t("counties")], ["prefecture", t("prefectures")], ["province", t("provinces")]], level, (value) => change({ level: value, at: null }))),
    h("p", { class: "quiet key" }, [0, 0.25, 0.5, 0.75, 1].map((share) => [tile(share), ` ${share * 100}%　`])),
    picked ? section("why", `${now.at} ${now.y}: ${t("why")}`, h("p", {}, `${picked.found}${t("of")} ${picked.expected}`), h("ul", { class: "reasons" }, REASONS.filter((one) => picked[one]).map((one) => h("li", { class: `status s-${one}` }, h("b", {}, picked[one]), ` ${t(`s_${one}`)}`)))) : null,
    h("div", { class: "tiles" }, table(t("coverage"), [t("place"), ...years], [...areas].slice(0, 2000).map(([name, byYear]) => [name, ...years.map((year) => {
      const sum = byYear.get(year);
      if (!sum?.expected) return h("span", { class: "quiet" }, "·");
      const told = `${name} ${year}: ${sum.found}${t("of")} ${sum.expected}; ${REASONS.filter((one) => sum[one]).map((one) => `${t(`s_${one}`)} ${sum[one]}`).join(", ")}`;
      return h("a", { href: address("coverage", { level, at: name, y: year }), class: `tile share-${Math.floor((sum.found / sum.expected) * 4)}`, title: told, "aria-label": told }, `${sum.found}/${sum.expected}`);
    })]))),
    downloads(t("coverage"), columns, rows),
  ];
}

const tile = (share) => h("span", { class: `tile share-${Math.floor(share * 4)}`, "aria-hidden": "true" }, "　");
