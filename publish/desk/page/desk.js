// The desk: one doubt after the other, by keys alone. Enter goes on, Escape puts off or leaves as it is.
const by = (id) => document.getElementById(id);
const key = new URLSearchParams(location.hash.slice(1)).get("key") ?? "";
const headers = { "x-gknb-desk": key, "content-type": "application/json" };
const typed = by("typed");
let now = null; // the doubt that is open
let act = null; // what Enter does
let leave = null; // what Escape does
let busy = false;

async function ask(path, body) {
  const answer = await fetch(`api/${path}`, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers });
  if (!answer.ok) throw new Error((await answer.json()).error);
  return answer;
}
const asJson = async (path, body) => (await ask(path, body)).json();

function element(name, text, properties = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  return Object.assign(made, properties);
}
const tell = (...lines) => by("told").replaceChildren(...lines);
const line = (text, properties) => element("p", text, properties);

// Ask for the next line to be typed.
function step(label, value, enter, escape) {
  by("ask").textContent = label;
  typed.value = value;
  act = enter;
  leave = escape;
  typed.focus();
  typed.select();
}

async function next(said) {
  now = await asJson("next");
  by("foot").textContent = `${now.who} · Enter 继续 goes on · Esc 以后再说 later`;
  tell(...(said ? [line(said)] : []));
  if (now.kind === "none") {
    by("place").textContent = "";
    by("label").textContent = "没有存疑的了 Nothing doubtful is left";
    by("seen").replaceChildren();
    by("form").hidden = true;
    document.body.dataset.state = "done";
    return;
  }
  by("place").textContent = [now.agency, now.year, now.title, now.url ?? now.file].filter(Boolean).join(" · ");
  by("label").textContent = now.kind === "cell"
    ? [now.label_zh, now.column_zh, now.label_en].filter(Boolean).join(" · ") + ` · ${now.applicant} · ${now.row}`
    : now.kind === "agency" ? "这是哪个机关的报告？ Whose report is this?" : "这是哪一年的报告？ Of which year is this report?";
  await show();
  if (now.kind === "cell") step("图上印的是什么？空白按 Enter，没有这一格按 ? · What is printed? Enter: blank, ?: no such cell", "", keyed, later);
  else if (now.kind === "year") step("报告年度，四位数字，不是发布年度 · the report year, four digits, not that of publication", "", dated, later);
  else step("机关名称，照原件 · the agency, as the page names it", "", named, later);
  document.body.dataset.state = `${now.kind}:${now.report}:${now.row ?? ""}:${now.applicant ?? ""}`;
}

async function show() {
  const box = by("seen");
  if (now.has_picture) {
    const picture = await (await ask("picture", place())).blob();
    box.replaceChildren(Object.assign(new Image(), { src: URL.createObjectURL(picture), alt: "原件此处的图 picture of the place" }));
  } else if (now.excerpt?.kind === "table") {
    const table = element("table", "");
    for (const row of now.excerpt.rows) {
      const line = table.insertRow();
      for (const cell of row) Object.assign(line.insertCell(), { textContent: cell.text, rowSpan: cell.row_span, colSpan: cell.column_span, className: cell.marks.length ? "marked" : "" });
    }
    box.replaceChildren(table);
    box.querySelector(".marked")?.scrollIntoView({ block: "center" });
  } else {
    box.replaceChildren(...(now.excerpt?.paragraphs ?? [{ text: now.problem ?? "—" }]).map((one) => line(one.text)));
  }
}

const place = () => ({ report: now.report, row: now.row ?? "", applicant: now.applicant ?? "" });

async function keyed(text) {
  const found = await asJson("key", { ...place(), keyed: text });
  if (found.verdict === "same") return next("相同 the same");
  const said = [
    line(`读数 the reading: ${found.published || `（${found.status}）`} · 你录入 you keyed: ${text || "（空白 blank）"}`, { className: "reading" }),
    ...found.doubts.map((one) => line(one)),
    ...found.findings.map((one) => line(one)),
  ];
  tell(...said);
  document.body.dataset.state = found.verdict;
  if (found.verdict === "no_number") return step("已记下；更正只收数字。Enter 继续 · kept; corrections are numbers. Enter goes on", "", () => next(), () => next());
  return step("更正的理由。Enter 写入 corrections.csv，Esc 只记录入 · Why? Enter writes the correction, Esc keeps the keying alone", found.why, (why) => correct(text, why), () => next());
}

async function correct(text, why) {
  const { status } = await asJson("correct", { ...place(), keyed: text, why });
  return next(`已写入 written: ${status}`);
}

async function named(text) {
  const { agencies } = await asJson("agencies", { report: now.report, named: text });
  if (!agencies.length) return tell(line(`${text}: 没有这个机关 no such agency`, { role: "alert" }));
  tell(...agencies.map((one, at) => line(`${at + 1}. ${one.name} · ${one.agency_id}`)));
  document.body.dataset.state = "candidates";
  return step("哪一个？写序号 · which? its number", agencies.length === 1 ? "1" : "", (number) => {
    const chosen = agencies[Number(number) - 1];
    if (!chosen) throw new Error("没有这个序号 no such number");
    document.body.dataset.state = "why";
    return step("为什么 · why", "照原件所载 as the page names it", async (why) => {
      await asJson("settle", { report: now.report, agency: chosen.agency_id, why });
      return next("已写入 settled.csv · written");
    }, later);
  }, later);
}

async function dated(year) {
  document.body.dataset.state = "why";
  return step("为什么 · why", "照原件所载 as the page says", async (why) => {
    await asJson("year", { report: now.report, year, why });
    return next("已写入 settled_years.csv · written");
  }, later);
}

async function later() {
  await ask("later", {});
  return next();
}

async function go(what, text) {
  if (busy || !what) return;
  busy = true;
  try { await what(text); } catch (error) { tell(line(error.message, { role: "alert" })); } finally { busy = false; }
}

by("form").addEventListener("submit", (event) => { event.preventDefault(); go(act, typed.value); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.preventDefault(); go(leave); } });
go(next);
