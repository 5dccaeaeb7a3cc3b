// How the crawl stands: its last runs, its sites and columns by outcome.

import { h, outside } from "./dom.js";
import { address, change } from "./state.js";
import { t } from "./words.js";
import { load } from "./data.js";
import { downloads } from "./download.js";
import { choice, section, table } from "./parts.js";

const MOST = 500;
const COLUMNS = ["site_id", "site", "column_id", "url", "outcome", "walked_at", "reports"];

export async function runsPage(now) {
  const told = await load("status");
  if (!told) return [h("h1", {}, t("runs")), h("p", {}, t("noRuns"))];
  const outcome = told.outcomes.some((one) => one.outcome === now.outcome) ? now.outcome : "";
  const columns = told.columns.filter((row) => !outcome || row[COLUMNS.indexOf("outcome")] === outcome);
  return [
    h("h1", {}, t("runs")),
    h("p", { class: "quiet" }, `${t("asOf")} ${clock(told.written_at)}. ${t("runsHint")}`),
    section("last-runs", `${t("lastRuns")} (${told.runs.length})`, table(t("lastRuns"), [t("run"), t("begun"), t("ended"), t("exitCode"), t("new"), t("changed"), t("s_withdrawn"), t("alarms"), t("columns")], told.runs.map(run))),
    section("outcomes", t("standing"), table(t("standing"), [t("outcome"), t("columns"), t("sites"), t("meaning"), t("toDo")], told.outcomes.map((one) => [
      h("a", { href: address("runs", { outcome: one.outcome }) }, one.outcome), one.columns, one.sites, one.meaning, one.needs_person ? h("b", { class: "needs-person" }, one.what_to_do) : one.what_to_do]))),
    section("columns", t("columns"),
      h("div", { class: "choices" }, choice(t("outcome"), "outcome", [["", t("all")], ...told.outcomes.map((one) => [one.outcome, one.outcome])], outcome, (value) => change({ outcome: value }))),
      columns.length > MOST ? h("p", { class: "quiet" }, `${t("shown")} ${MOST} / ${columns.length}`) : null,
      table(t("columns"), [t("site"), t("column_"), t("outcome"), t("walked"), t("known")], columns.slice(0, MOST).map(([site, name, column, url, ended, at, reports]) =>
        [`${name || "—"} ${site}`, column ? outside(url, column) : "—", ended, clock(at), reports])),
      downloads(t("columns"), COLUMNS, columns)),
  ];
}

const run = (one) => [h("code", {}, one.run_id), clock(one.begun_at), one.ended_at ? clock(one.ended_at) : t("underWay"), one.exit_code ?? "—", ...["new", "changed", "withdrawn", "alarms"].map((name) => one[name] ?? "—"),
  Object.entries(one.outcomes ?? {}).map(([outcome, count]) => `${outcome} ${count}`).join(", ") || "—"];

const clock = (at) => (at ? at.slice(0, 16).replace("T", " ") : "—");
