// The audit: the pages of a report, and one cell after the other by keys alone. Nothing here knows the reading.
const by = (id) => document.getElementById(id);
const key = new URLSearchParams(location.hash.slice(1)).get("key") ?? "";
const headers = { "x-gknb-desk": key, "content-type": "application/json" };
const typed = by("typed");
let now = null; // the cell that is open
let before = null; // the one keyed before it, with what was keyed
let shown = null; // the report whose pages are shown
let busy = false;

async function ask(path, body) {
  const answer = await fetch(`api/${path}`, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers });
  if (!answer.ok) throw Object.assign(new Error((await answer.json()).error), { status: answer.status });
  return answer;
}

function element(name, text, properties = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  return Object.assign(made, properties);
}

function open(cell, text = "") {
  now = cell;
  by("place").textContent = `${now.number}/${now.of} · ${now.file} · 还有 ${now.left} 格 cells left`;
  by("label").textContent = [now.above, now.label, now.column].filter(Boolean).join(" / ") + ` · ${now.applicant} · ${now.row}`;
  typed.value = text;
  typed.focus();
  typed.select();
  document.body.dataset.state = `${now.report}:${now.row}:${now.applicant}`;
}

async function next() {
  const cell = await (await ask("next")).json();
  by("foot").textContent = `${cell.who} · Enter 继续 goes on · PageUp PageDown 翻看 scroll · Ctrl+↑ Ctrl+↓ 换页 another page`;
  by("told").replaceChildren();
  if (cell.kind === "none") {
    by("label").textContent = "录完了 All is keyed";
    by("seen").replaceChildren(...cell.lacking.map((one) => element("p", `${one}: 没有原件 the original is not here`)));
    by("form").hidden = true;
    document.body.dataset.state = "done";
    return;
  }
  if (cell.report !== shown) await show(cell);
  open(cell);
}

async function show(cell) {
  shown = cell.report;
  const box = by("seen");
  box.replaceChildren();
  for (const page of cell.pages) {
    try {
      const picture = await (await ask("page", { report: cell.report, page: String(page) })).blob();
      box.append(Object.assign(new Image(), { src: URL.createObjectURL(picture), alt: `第 ${page} 页 page ${page}` }));
    } catch (error) {
      if (error.status !== 404) throw error; // the page behind the last
    }
  }
  if (box.children.length) return;
  const data = await (await ask("original", { report: cell.report })).blob();
  const link = element("a", `打开原件 open the original: ${cell.file} (Ctrl+O)`, { href: URL.createObjectURL(data), download: cell.file.split("/").pop(), id: "original" });
  box.replaceChildren(link);
}

async function go(act) {
  if (busy) return;
  busy = true;
  try { await act(); } catch (error) { by("told").replaceChildren(element("p", error.message, { role: "alert" })); } finally { busy = false; }
}

async function keep() {
  const text = typed.value;
  await ask("key", { report: now.report, row: now.row, applicant: now.applicant, keyed: text });
  before = { cell: now, text };
  await next();
}

function turn(pages) {
  const box = by("seen");
  box.scrollTop += pages * (box.firstElementChild?.clientHeight ?? 0);
}

by("form").addEventListener("submit", (event) => { event.preventDefault(); go(keep); });
document.addEventListener("keydown", (event) => {
  const box = by("seen");
  const acts = {
    PageUp: () => { box.scrollTop -= box.clientHeight * 0.8; },
    PageDown: () => { box.scrollTop += box.clientHeight * 0.8; },
    ArrowUp: () => (event.ctrlKey ? turn(-1) : before && before.cell.report === shown && open(before.cell, before.text)),
    ArrowDown: () => event.ctrlKey && turn(1),
    o: () => by("original")?.click(),
  };
  if (!(event.key in acts) || (event.key === "o" && !event.ctrlKey)) return;
  event.preventDefault();
  acts[event.key]();
});
go(next);
