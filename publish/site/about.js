import { h } from "./dom.js";
import { half, pick, t } from "./words.js";
import { load } from "./data.js";
import { section, table } from "./parts.js";

export async function dataPage(now, about) {
  const [dictionary, examples] = await Promise.all([load("dictionary"), load("examples")]);
  return [
    h("h1", {}, t("data")),
    section("build", t("build"), h("p", {}, h("code", {}, about.build ?? "—"), about.release ? [` · ${t("release")} `, h("b", {}, about.release)] : ""), h("details", {}, h("summary", {}, `${Number(about.counts?.facts ?? 0).toLocaleString("en-US")} ${t("facts")}`), h("dl", {}, Object.entries(about.counts ?? {}).map(([name, count]) => [h("dt", {}, name), h("dd", {}, Number(count).toLocaleString("en-US"))]))),
      about.audit ? h("p", { id: "audit" }, audited(about.audit)) : null,
      about.files?.length ? h("ul", {}, about.files.map(([file, size]) => h("li", {}, h("a", { href: file, download: true }, file), h("span", { class: "quiet" }, ` ${Math.ceil(size / 1024).toLocaleString("en-US")} KB`)))) : null),
    about.server ? section("server", t("server"), h("p", {}, t("serverHint")), h("ul", {}, ["api", "openapi.json", "recipes"].map((name) => h("li", {}, h("a", { href: name }, name))))) : null,
    section("examples", t("examples"), examples.map((one) => h("details", {}, h("summary", {}, pick(one.zh, one.en)), h("pre", {}, h("code", {}, one.sql)), one.problem ? h("p", {}, one.problem) : table(one.name, one.columns, one.rows.map((row) => row.map((value) => (value === null ? "—" : String(value)))), { first: false })))),
    section("dictionary", t("dictionary"), dictionary.map((one) => h("details", { id: `view-${one.view}` }, h("summary", {}, h("code", {}, one.view), ` ${half(one.comment)}`), table(one.view, [t("column"), t("type"), t("meaning")], one.columns.map(([name, type, comment]) => [h("code", {}, name), type, half(comment)]))))),
  ];
}

// The error rate that people measured on a sample: a share is never told without its interval.
function audited({ reports, wrong, low, high, unseen }) {
  const percent = (share) => (100 * share).toFixed(2);
  return pick(
    `抽样重录 ${reports} 份报告，${wrong} 份读错：${percent(wrong / reports)} %（95 % 区间 ${percent(low)}–${percent(high)} %）；${unseen} 份未在其列。`,
    `Of ${reports} reports keyed anew by people, ${wrong} were read wrongly: ${percent(wrong / reports)} % (95 % interval ${percent(low)} to ${percent(high)} %); ${unseen} are not among those measured.`,
  );
}
