import { h, svg } from "./dom.js";
import { address, change } from "./state.js";
import { t } from "./words.js";
import { load } from "./data.js";
import { downloads } from "./download.js";
import { choice, section, table } from "./parts.js";

const LEVELS = { county: ["province_name", "prefecture_name", "place_name"], prefecture: ["province_name", "prefecture_name"], province: ["province_name"] };
const REASONS = ["in_time", "late", "empty_form", "narrative_only", "withdrawn", "blocked", "unreachable", "missing", "never_crawled"];
const MOST = 120;

export async function coverage(now, about) {
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
  const year = years.includes(Number(now.y)) ? Number(now.y) : years.at(-1);
  const picked = now.at ? areas.get(now.at)?.get(year) : now.in ? within(found, now.in, year) : null;
  return [
    h("h1", {}, t("coverage")),
    h("div", { class: "choices" }, choice(t("place_level"), "level", [["county", t("counties")], ["prefecture", t("prefectures")], ["province", t("provinces")]], level, (value) => change({ level: value, at: null }))),
    h("p", { class: "quiet key" }, [0, 0.25, 0.5, 0.75, 1].map((share) => [tile(share), ` ${share * 100}%　`])),
    picked ? section("why", `${now.at ?? picked.name} ${year}: ${t("why")}`, h("p", {}, `${picked.found}${t("of")} ${picked.expected}`), h("ul", { class: "reasons" }, REASONS.filter((one) => picked[one]).map((one) => h("li", { class: `status s-${one}` }, h("b", {}, picked[one]), ` ${t(`s_${one}`)}`)))) : null,
    about.map ? await map(found, years, year, about.map) : null,
    h("div", { class: "tiles" }, table(t("coverage"), [t("place"), ...years], [...areas].slice(0, 2000).map(([name, byYear]) => [name, ...years.map((year) => {
      const sum = byYear.get(year);
      if (!sum?.expected) return h("span", { class: "quiet" }, "·");
      const told = toldOf(name, year, sum);
      return h("a", { href: address("coverage", { level, at: name, y: year }), class: `tile share-${Math.floor((sum.found / sum.expected) * 4)}`, title: told, "aria-label": `${sum.found}/${sum.expected}, ${told}` }, `${sum.found}/${sum.expected}`);
    })]))),
    downloads(t("coverage"), columns, rows),
  ];
}

const toldOf = (name, year, sum) => `${name} ${year}: ${sum.found}${t("of")} ${sum.expected}; ${REASONS.filter((one) => sum[one]).map((one) => `${t(`s_${one}`)} ${sum[one]}`).join(", ")}`;

// The sums of all places that lie in a division, by its code: a prefecture's ends in two zeros, a province's in four.
function within(found, code, year) {
  const begins = code.replace(/(00){1,2}$/, "");
  const own = found.filter((row) => row.year === year && row.region_code?.startsWith(begins));
  if (!own.length) return null;
  const name = own[0][{ 2: "province_name", 4: "prefecture_name" }[begins.length] ?? "place_name"] ?? code;
  return own.reduce((sum, row) => { for (const one of ["expected", "found", ...REASONS]) sum[one] = (sum[one] ?? 0) + row[one]; return sum; }, { name });
}

// Boundaries that were given with the page, each filled by the share of reports found.
async function map(found, years, year, file) {
  const { width, height, outlines } = await load("boundaries");
  const drawing = svg("svg", { viewBox: `-4 -4 ${width + 8} ${height + 8}`, class: "map", role: "group", "aria-label": `${t("map")} ${year}` });
  for (const [code, path] of Object.entries(outlines)) {
    const sum = code ? within(found, code, year) : null;
    const outline = svg("path", { d: path, class: sum?.expected ? `outline share-${Math.floor((sum.found / sum.expected) * 4)}` : code ? "outline" : "outline bare" });
    if (!sum?.expected) { drawing.append(outline); continue; }
    const told = toldOf(sum.name, year, sum);
    outline.append(svg("title", {}, told));
    drawing.append(svg("a", { href: address("coverage", { in: code, y: year }), "aria-label": told }, outline));
  }
  return section("map", `${t("map")} ${year}`,
    h("div", { class: "choices" }, choice(t("year"), "y", years.map((own) => [own, own]), year, (y) => change({ y }))),
    h("p", { class: "quiet" }, `${t("mapOf")} `, h("code", {}, file)), drawing);
}

const tile = (share) => h("span", { class: `tile share-${Math.floor(share * 4)}`, "aria-hidden": "true" }, "　");
