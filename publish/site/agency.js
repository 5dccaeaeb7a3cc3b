import { h, outside } from "./dom.js";
import { address, state, change } from "./state.js";
import { half, pick, t } from "./words.js";
import { agency } from "./data.js";
import { lines, percent } from "./charts.js";
import { downloads } from "./download.js";
import { cellAddress, functionName, measureName, measureWhole, numberText, section, table } from "./parts.js";

const SMALL = 10;
const FIRST = ["disclosure", "merits_disclosure", "nonmerits", "clearance", "dispute", "reconsideration_correction"];
const TABLES = [
  ["who", (row) => row === "t3:1", true],
  ["grounds", (row) => row.startsWith("t3:")],
  ["disputes", (row) => row.startsWith("t4:")],
  ["proactive", (row) => row.startsWith("t2:")],
  ["statistics", (row) => row.startsWith("s14:")],
  ["text", (row) => row.startsWith("x")],
];

export async function agencyPage(now, about) {
  const one = await agency(now.id);
  if (!one) return [h("h1", {}, t("notHere"))];
  const cells = cellsOf(one, about);
  const { years, gaps } = yearsOf(one, about);
  return [
    heading(one, about),
    years.length ? section("ledger", t("ledger"), ledger(one, about, years)) : null,
    charts(one, about, years, gaps, cells),
    peers(one, about),
    TABLES.map(([id, wanted, byApplicant]) => numbers(one, about, cells, id, wanted, byApplicant)),
    findings(one, about),
    revisions(one, about),
    documents(one),
  ];
}

function heading(one, about) {
  return [
    h("h1", {}, one.name),
    h("p", { class: "quiet" }, [...new Set([one.province_name, one.prefecture_name, one.place_name].filter(Boolean))].join(" · "), one.function_code ? ` · ${functionName(about, one.function_code)}` : "", one.level ? ` · ${t(`l_${one.level}`)}` : ""),
    one.lineage.length ? h("p", {}, `${t("lineage")}: `, one.lineage.map((step) => {
      const other = step.from_id === one.id ? "to" : "from";
      return [h("a", { href: address("agency", { id: step[`${other}_id`] }) }, step[`${other}_name`]), ` (${step.year}, ${step.change}) `];
    })) : null,
    h("p", { class: "actions" }, h("a", { class: "button", href: address("compare", { a: one.id }) }, t("add")), h("button", { type: "button", onclick: () => print() }, t("print"))),
  ];
}

// The years from the first to the last that anything was due or is known of, and for each why a rate of it may be missing:
// the report is, or it is there and does not print what the rate is made of.
export function yearsOf(one, about) {
  const printed = one.reports.map((report) => report.year);
  const due = one.ledger.filter(([, status]) => about.statuses[status] !== "not_due"), listed = (due.length || printed.length ? due : one.ledger).map(([year]) => year);
  const known = [...printed, ...listed];
  if (!known.length) return { years: [], gaps: {} };
  const years = Array.from({ length: Math.max(...known) - Math.min(...known) + 1 }, (_, at) => Math.min(...known) + at);
  const gaps = {};
  for (const year of years) {
    const entry = one.ledger.find(([own]) => own === year);
    if (printed.includes(year)) gaps[year] = t("noRate");
    else if (entry) gaps[year] = [t(`s_${about.statuses[entry[1]]}`), half(entry[2])].filter(Boolean).join(": ");
    else gaps[year] = t("s_unknown");
  }
  return { years, gaps };
}

function ledger(one, about, years) {
  return h("ol", { class: "years" }, years.map((year) => {
    const entry = one.ledger.find(([own]) => own === year), report = one.reports.find((own) => own.year === year);
    const status = entry ? about.statuses[entry[1]] : report ? "found" : "unknown";
    const told = [t(`s_${status}`), half(entry?.[2]), entry?.[3] ? `${t("publishedOn")} ${entry[3]}` : ""].filter(Boolean).join(" · ");
    return h("li", { class: `status s-${status}`, title: told }, h("b", {}, year), h("span", {}, t(`s_${status}`)), h("span", { class: "unseen" }, half(entry?.[2])));
  }));
}

function charts(one, about, years, gaps, cells) {
  const known = about.measures.filter((measure) => one.measures[measure.measure]);
  if (!known.length) return null;
  const all = state().m === "all";
  const chosen = all ? known : known.filter((measure) => FIRST.includes(measure.measure));
  const columns = [t("measure"), t("year"), t("rate"), t("numerator"), t("denominator"), t("doubted")];
  const rows = known.flatMap((measure) => one.measures[measure.measure].map(([year, n, d, doubted]) => [measureName(measure), year, d > 0 ? n / d : "", n, d, doubted]));
  return section("series", t("series"),
    h("p", { class: "quiet key" }, h("span", { class: "hollow" }), ` ${t("smallMark")}　`, h("span", { class: "dashed" }), ` ${t("break")}　`, h("span", { class: "hatched" }), ` ${t("gap")}`),
    h("div", { class: "charts" }, chosen.map((measure) => figure(one, about, measure, years, gaps, cells))),
    h("p", { class: "actions" }, known.length > chosen.length || all ? h("button", { type: "button", onclick: () => change({ m: all ? null : "all" }) }, all ? t("series") : `${t("more")} (${known.length})`) : null),
    downloads(`${one.name}-${t("series")}`, columns, rows));
}

// The address of the first cell that prints what a rate divides, in the report of that year.
export function cellOfRate(one, measure, year, cells) {
  for (const name of measure.cells) {
    const cell = cells.get(name)?.get(year);
    if (cell) return cellAddress(one.id, cell.report.id, cell.row, cell.applicant);
  }
  return null;
}

function figure(one, about, measure, years, gaps, cells) {
  const told = one.measures[measure.measure];
  const points = told.map(([year, n, d]) => ({ year, value: d > 0 ? n / d : null, denominator: d, small: d < SMALL, label: `${percent(d > 0 ? n / d : null)} (${n}/${d})`, link: cellOfRate(one, measure, year, cells) }));
  return h("figure", {},
    h("figcaption", {}, h("b", {}, measureName(measure)), h("span", { class: "quiet" }, measureWhole(measure).replace(/^[^：:]*[：:]\s*/, ""))),
    lines([{ points }], { years, gaps, breaks: breaksOf(about, measure, told), label: `${one.name}: ${measureWhole(measure)}` }),
    h("details", {}, h("summary", {}, t("table")), table(measureName(measure), [t("year"), t("rate"), t("numerator"), t("denominator"), t("remarks")],
      told.map(([year, n, d, doubted, edition]) => [year, percent(d > 0 ? n / d : null), numberText(n), numberText(d), [d < SMALL ? t("small") : "", doubted ? `${t("doubted")}: ${doubted}` : "", edition].filter(Boolean).join("; ")]))));
}

export function breaksOf(about, measure, told = []) {
  const own = about.breaks.filter((one) => one.measures === "*" || one.measures.split("|").includes(measure.measure)).map((one) => ({ year: Number(one.first_year), label: pick(one.zh, one.en) }));
  told.forEach((point, at) => { if (at && told[at - 1][4] !== point[4]) own.push({ year: point[0], label: `${told[at - 1][4]} → ${point[4]}` }); });
  return own;
}

function peers(one, about) {
  if (!one.peers.length) return null;
  const last = Math.max(...one.peers.map(([, year]) => year));
  const among = (measure, scope) => one.peers.find(([name, year, own]) => name === measure.measure && year === last && own === scope);
  const rows = about.measures.filter((measure) => among(measure, "prefecture") || among(measure, "province")).map((measure) => {
    const [, n, d] = one.measures[measure.measure]?.find(([year]) => year === last) ?? [];
    const beside = ["prefecture", "province"].flatMap((scope) => {
      const [, , , rank, median, compared, expected] = among(measure, scope) ?? [];
      return rank === undefined ? ["—", "—"] : [
        h("a", { href: address("compare", { a: one.id, m: measure.measure, y: last, scope }), title: `${compared}${t("of")} ${expected ?? "?"}` }, `${rank} / ${compared}`),
        percent(median)];
    });
    return [measureName(measure), percent(d > 0 ? n / d : null), ...beside];
  });
  const heads = ["prefecture", "province"].flatMap((scope) => [`${t("rank")} (${t(scope)})`, t("median")]);
  return section("like", `${t("like")} ${last}`, table(t("like"), [t("measure"), t("rate"), ...heads], rows));
}

// All printed cells by row, applicant and year.
export function cellsOf(one, about) {
  const found = new Map(), units = new Map(about.rows.map((row) => [row.row_code, row.unit]));
  for (const report of one.reports) {
    report.k.forEach((key, at) => {
      const [row, applicant] = about.keys[key].split("|");
      const cell = { report, row, applicant, value: report.v[at] === null ? null : Number(report.v[at]), status: about.value_statuses[report.s[at]], published: report.p[at] ?? report.v[at] ?? "", locator: report.l[at], flags: report.f[at] ?? [], unit: report.u[at] ?? units.get(row.split("#")[0]) };
      const name = `${row}|${applicant}`;
      if (!found.has(name)) found.set(name, new Map());
      found.get(name).set(report.year, cell);
    });
  }
  return found;
}

export const shownAs = (cell) => (cell.value !== null ? numberText(cell.value) : cell.published.trim() || "␣");

function numbers(one, about, cells, id, wanted, byApplicant) {
  const rows = [...cells.entries()].filter(([name]) => {
    const [row, applicant] = name.split("|");
    return wanted(row) && (byApplicant || applicant === "total");
  });
  if (!rows.length) return null;
  const order = new Map(about.rows.map((row, at) => [row.row_code, at]));
  const place = ([name]) => order.get(name.split("|")[0].split("#")[0]) ?? 9999;
  const applicants = Object.keys(APPLICANTS);
  rows.sort((a, b) => place(a) - place(b) || applicants.indexOf(a[0].split("|")[1]) - applicants.indexOf(b[0].split("|")[1]));
  const years = [...new Set(rows.flatMap(([, byYear]) => [...byYear.keys()]))].sort();
  const said = ([name]) => { const [row, applicant] = name.split("|"); return byApplicant ? applicantName(applicant) : rowName(about, row); };
  const link = (cell) => cell ? h("a", { href: cellAddress(one.id, cell.report.id, cell.row, cell.applicant), class: `number v-${cell.status}${cell.flags.length ? " flagged" : ""}`, title: cell.flags.length ? `${t("doubts")}: ${cell.flags.join(", ")}` : null }, shownAs(cell)) : h("span", { class: "quiet", title: t("gap") }, "·");
  const body = table(t(id), [t(byApplicant ? "applicant" : "row"), ...years], rows.map((row) => [said(row), ...years.map((year) => link(row[1].get(year)))]));
  const plain = rows.flatMap((row) => [...row[1].values()].map((cell) => [one.name, cell.report.year, cell.row, said(row), cell.applicant, cell.value ?? "", cell.status, cell.published, cell.unit ?? "", cell.flags.join(" "), cell.report.url ?? cell.report.file, cell.report.sha256, cell.locator]));
  return section(id, t(id), h("details", { open: id === "who" || id === "grounds" || id === "disputes" }, h("summary", {}, `${rows.length} × ${years.length}`), body),
    downloads(`${one.name}-${t(id)}`, [t("agency"), t("year"), "row_code", t("row"), t("applicant"), t("value"), t("status"), t("published"), t("unit"), t("doubts"), t("address"), "sha256", t("locator")], plain));
}

const APPLICANTS = { natural_person: ["自然人", "natural persons"], business: ["商业企业", "businesses"], research: ["科研机构", "research"], social_org: ["社会公益组织", "social organisations"], legal_service: ["法律服务机构", "legal services"], other_org: ["其他", "others"], total: ["总计", "total"] };
export const applicantName = (name) => (APPLICANTS[name] ? pick(...APPLICANTS[name]) : name);

export function rowName(about, code) {
  const [row, column] = code.split("#");
  const found = about.rows.find((one) => one.row_code === row);
  if (!found) return code;
  const above = about.rows.find((one) => one.row_code === found.parent);
  const zh = [found.label_zh, found.column_label_zh].filter(Boolean).join(" ");
  const named = pick(zh, found.label_en);
  const led = above && /^\d/.test(found.label_zh ?? "") ? `${pick(above.label_zh, above.label_en)} › ${named}` : named;
  return column ? `${led} (${column})` : led;
}

function findings(one, about) {
  if (!one.findings.length) return null;
  const year = (id) => one.reports.find((report) => report.id === id)?.year ?? "";
  const rows = one.findings.map((found) => [year(found.report), found.check, found.row ? h("a", { href: cellAddress(one.id, found.report, found.row, found.applicant ?? "total") }, rowName(about, found.row)) : "", half(found.message), h("span", { class: `by by-${found.by}` }, t(`by_${found.by}`))]);
  return section("findings", t("findings"), table(t("findings"), [t("year"), t("check"), t("row"), t("finding"), t("whose")], rows),
    downloads(`${one.name}-${t("findings")}`, [t("year"), "check", "row_code", "applicant", "expected", "found", "attributed_to", "message"], one.findings.map((found) => [year(found.report), found.check, found.row, found.applicant, found.expected, found.found, found.by, found.message])));
}

function revisions(one, about) {
  if (!one.revisions.length) return null;
  return section("revisions", t("revisions"), table(t("revisions"), [t("year"), t("row"), t("applicant"), t("before"), t("after"), t("fetched")],
    one.revisions.map((found) => [found.year, rowName(about, found.row), applicantName(found.applicant), found.before ?? "—", found.after ?? "—", `${String(found.last_seen_before).slice(0, 10)} → ${String(found.first_seen_after).slice(0, 10)}`])));
}

function documents(one) {
  if (!one.reports.length) return null;
  return section("documents", t("documents"), table(t("documents"), [t("year"), t("report"), t("publishedOn"), t("fetched"), t("format"), t("grade"), "SHA-256"],
    one.reports.map((report) => [report.year, outside(report.url, report.title ?? report.file), report.published ?? "—", String(report.first_fetched ?? "—").slice(0, 10), report.format, report.grade ? t(`g_${report.grade}`) : "—", h("code", {}, report.sha256.slice(0, 12))])));
}

