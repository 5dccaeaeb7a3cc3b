import { h, outside } from "./dom.js";
import { address } from "./state.js";
import { half, pick, t } from "./words.js";
import { agency } from "./data.js";
import { applicantName, cellsOf, rowName } from "./agency.js";
import { numberText, section } from "./parts.js";

export async function cellPage(now, about) {
  const one = await agency(now.id);
  const report = one?.reports.find((own) => own.id === now.report);
  const applicant = now.applicant ?? "total";
  const cell = report && cellsOf({ reports: [report] }, about).get(`${now.row}|${applicant}`)?.get(report.year);
  if (!cell) return [h("h1", {}, t("notHere"))];
  const told = [
    [t("value"), [h("b", {}, numberText(cell.value)), " ", cell.unit ?? "", " ", h("span", { class: "quiet" }, t(`v_${cell.status}`))]],
    [t("published"), cell.published.trim() ? h("q", {}, cell.published) : t("blank")],
    [t("row"), [h("code", {}, cell.row), " ", rowName(about, cell.row)]],
    [t("applicant"), applicantName(applicant)],
    [t("report"), report.title ?? "—"],
    [t("grade"), report.grade ? t(`g_${report.grade}`) : "—"],
    [t("address"), outside(report.url, report.url ?? report.file)],
    [t("publishedOn"), report.published ?? "—"],
    [t("fetched"), report.first_fetched ? `${report.first_fetched.slice(0, 16)} UTC` : "—"],
    [t("hash"), h("code", {}, report.sha256)],
    [t("locator"), h("code", {}, cell.locator)],
  ];
  const findings = one.findings.filter((found) => found.report === report.id && (!found.row || (found.row === cell.row && (!found.applicant || found.applicant === applicant))));
  return [
    h("p", {}, h("a", { href: address("agency", { id: one.id }) }, `← ${one.name}`)),
    h("h1", {}, `${one.name} ${report.year}: ${rowName(about, cell.row)}`),
    h("dl", { class: "cell" }, told.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    cell.flags.length ? section("doubts", t("doubts"), h("ul", {}, cell.flags.map((flag) => { const said = about.flags.find((own) => own.flag === flag); return h("li", { class: "flagged" }, h("code", {}, flag), " ", said ? pick(said.meaning_zh, said.meaning_en) : ""); }))) : null,
    findings.length ? section("findings", t("findings"), h("ul", {}, findings.map((found) => h("li", {}, h("code", {}, found.check), " ", half(found.message), " ", h("span", { class: `by by-${found.by}` }, t(`by_${found.by}`)))))) : null,
    section("original", t("inOriginal"), about.server ? original(report.id, cell.row, applicant) : [h("p", {}, t("noArchive")), h("pre", {}, h("code", {}, `gknb show --report ${report.id} --locator "${cell.locator}" --picture cell.png`))]),
  ];
}

// What the server shows of the place: a picture, or the table as read, redrawn.
function original(report, row, applicant) {
  const query = new URLSearchParams({ report, row, applicant });
  const box = h("div", { class: "original", "aria-live": "polite" }, h("p", { class: "quiet" }, t("reading")));
  fetch(`api/cell?${query}`).then((answer) => answer.json()).then((seen) => {
    box.replaceChildren(...[
      seen.problem ? h("p", { role: "alert" }, seen.problem) : null,
      seen.has_picture ? printed(`api/picture?${query}`, seen) : null,
      seen.excerpt ? [h("p", { class: "quiet" }, t("readTable")), redrawn(seen.excerpt)] : null,
    ].flat().filter(Boolean));
    show(box.querySelector(".as-read"), box.querySelector("mark"));
  }).catch((error) => box.replaceChildren(h("p", { role: "alert" }, `${t("failed")}: ${error.message}`)));
  return box;
}

// The picture as wide as it can be read; where that is wider than the page, it begins at the frame.
function printed(src, seen) {
  const image = h("img", { class: "printed", src, alt: `${t("inOriginal")}: ${seen.published}` });
  const held = h("div", { class: "held", tabindex: 0, role: "group", "aria-label": t("inOriginal") }, image);
  image.addEventListener("load", () => { const [x0, , x1] = seen.frames[0] ?? [0, 0, 0]; held.scrollLeft = ((x0 + x1) / 2) * image.clientWidth - held.clientWidth / 2; });
  return held;
}

// Only within what scrolls by itself: the page stays where it is read from.
function show(held, mark) {
  if (!held || !mark) return;
  const [outer, inner] = [held, mark].map((one) => one.getBoundingClientRect());
  held.scrollTop += inner.top - outer.top - held.clientHeight / 2;
  held.scrollLeft += inner.left - outer.left - held.clientWidth / 2;
}

function redrawn(excerpt) {
  if (excerpt.kind === "text") return h("div", { class: "as-read" }, excerpt.paragraphs.map((one) => h("p", {}, marked(one))));
  return h("div", { class: "scroll as-read", tabindex: 0, role: "group", "aria-label": t("readTable") }, h("table", {}, h("tbody", {}, excerpt.rows.map((row) => h("tr", {}, row.map((one) => h("td", { rowspan: one.row_span, colspan: one.column_span, class: one.marks.length ? "marked" : null }, marked(one))))))));
}

function marked({ text, marks }) {
  const parts = [];
  let at = 0;
  for (const [start, stop] of marks) {
    parts.push(text.slice(at, start), h("mark", {}, text.slice(start, stop) || "　"));
    at = stop;
  }
  return [...parts, text.slice(at)];
}
