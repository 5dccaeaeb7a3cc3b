// The frame of the page, and the way from an address to a view.

import { h, visible } from "./dom.js";
import { address, change, state } from "./state.js";
import { speak, spoken, t } from "./words.js";
import { site } from "./data.js";
import { start } from "./start.js";
import { agencyPage } from "./agency.js";
import { compare } from "./compare.js";
import { ranking } from "./ranking.js";
import { coverage } from "./coverage.js";
import { dataPage } from "./about.js";
import { cellPage } from "./cell.js";
import { runsPage } from "./runs.js";

const PAGES = { start, agency: agencyPage, compare, ranking, coverage, data: dataPage, cell: cellPage, runs: runsPage };
const IN_MENU = ["start", "compare", "ranking", "coverage", "data", "runs"];
let shown = 0;

async function show() {
  const now = state(), turn = ++shown;
  speak(now.lang);
  const main = document.getElementById("main");
  main.setAttribute("aria-busy", "true");
  let view, about = {};
  try {
    about = await site();
    frame(now, about);
    view = await (PAGES[now.page] ?? nowhere)(now, about);
  } catch (error) {
    view = [h("h1", {}, t("failed")), h("p", { role: "alert" }, error.message)];
  }
  if (turn !== shown) return;
  main.replaceChildren(...[view].flat(Infinity).filter(Boolean));
  main.removeAttribute("aria-busy");
  const title = main.querySelector("h1");
  document.title = `${title ? `${title.textContent} · ` : ""}${t("title")}`;
  document.querySelector(".citation p")?.replaceChildren(visible(cited(about)));
  if (show.again && show.page !== now.page) { scrollTo(0, 0); main.focus({ preventScroll: true }); }
  show.again = true;
  show.page = now.page;
  document.body.dataset.ready = String(turn);
}

function frame(now, about) {
  const notice = document.getElementById("notice");
  notice.replaceChildren(...(about.demo ? [h("p", { class: "made-up" }, t("madeUp"))] : []));
  document.getElementById("top").replaceChildren(
    h("a", { class: "brand", href: address("start", {}) }, h("img", { src: "icon.svg", alt: "", width: 28, height: 28 }), h("b", {}, "公开年报库"), " gknb"),
    h("nav", { "aria-label": "gknb" }, IN_MENU.map((page) => h("a", { href: address(page, {}), "aria-current": now.page === page ? "page" : null }, t(page)))),
    h("div", { class: "switches" },
      h("button", { type: "button", lang: spoken() === "en" ? "zh" : "en", onclick: () => change({ lang: spoken() === "en" ? "zh" : "en" }) }, t("language")),
      h("button", { type: "button", onclick: turnLight }, t("theme"))));
  document.getElementById("foot").replaceChildren(
    h("p", {}, t("notOfficial"), " ", t("terms")),
    h("p", {}, `${t("build")} `, h("code", {}, about.build ?? "—"), about.release ? ` · ${t("release")} ${about.release}` : ""),
    h("details", { class: "citation" }, h("summary", {}, t("citation")), h("p", {})));
}

function cited(about) {
  return `gknb 公开年报库, ${document.title}. ${t("build")} ${about.build ?? "—"}${about.release ? `, ${t("release")} ${about.release}` : ""}. ${location.href}`;
}

function turnLight() {
  const dark = document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  document.documentElement.dataset.theme = dark === "dark" ? "light" : "dark";
  try { localStorage.setItem("theme", document.documentElement.dataset.theme); } catch { /* kept for this visit only */ }
}

const nowhere = () => [h("h1", {}, t("notHere"))];

try { const kept = localStorage.getItem("theme"); if (kept) document.documentElement.dataset.theme = kept; } catch { /* the system's own */ }
addEventListener("hashchange", show);
// On paper there is nothing to open: the citation stands there.
addEventListener("beforeprint", () => { for (const one of document.querySelectorAll(".citation")) one.open = true; });
document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); document.getElementById("main").focus(); });
show();
