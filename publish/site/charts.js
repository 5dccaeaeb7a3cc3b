// Small charts of our own: a gap is a gap with its reason, never a line drawn through.

import { h, svg } from "./dom.js";
import { t } from "./words.js";

const HEIGHT = 170, LEFT = 40, RIGHT = 10, TOP = 14, BOTTOM = 40;
const HUES = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

// points: [{year, value, denominator, small, link, label}], gaps: {year: reason}, breaks: [{year, label}]
export function lines(series, { years, gaps = {}, breaks = [], percent = true, label, width: WIDTH = 360 }) {
  const values = series.flatMap((one) => one.points.map((point) => point.value)).filter((value) => value !== null);
  const most = percent ? Math.min(1, nice(Math.max(...values, 0.05))) : nice(Math.max(...values, 1));
  const x = (year) => LEFT + ((year - years[0] + 0.5) * (WIDTH - LEFT - RIGHT)) / (years.at(-1) - years[0] + 1);
  const y = (value) => TOP + (1 - Math.min(value / most, 1)) * (HEIGHT - TOP - BOTTOM);
  const step = (WIDTH - LEFT - RIGHT) / (years.at(-1) - years[0] + 1);
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart", role: series.some((one) => one.points.some((point) => point.link)) ? "group" : "img", "aria-label": label });
  drawing.append(svg("title", {}, label));
  for (const part of [0, 0.5, 1]) {
    const at = y(part * most);
    drawing.append(
      svg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: at, y2: at, class: "grid" }),
      svg("text", { x: LEFT - 6, y: at + 3.5, class: "axis end" }, percent ? `${round(part * most * 100)}%` : round(part * most)),
    );
  }
  years.forEach((year, at) => {
    if (gaps[year] && series.length === 1 && !series[0].points.some((point) => point.year === year)) {
      const gap = svg("rect", { x: x(year) - step / 2, y: TOP, width: step, height: HEIGHT - TOP - BOTTOM, class: "gap" });
      gap.append(svg("title", {}, `${year}: ${gaps[year]}`));
      drawing.append(gap, svg("text", { x: x(year), y: HEIGHT - BOTTOM - 4, class: "axis middle gap-word" }, "×"));
    }
    if (step > 25 || at % 2 === (years.length - 1) % 2) drawing.append(svg("text", { x: x(year), y: HEIGHT - BOTTOM + 14, class: "axis middle" }, `’${String(year).slice(2)}`));
  });
  for (const one of breaks.filter((one) => one.year > years[0] && one.year <= years.at(-1))) {
    const line = svg("line", { x1: x(one.year) - step / 2, x2: x(one.year) - step / 2, y1: TOP - 6, y2: HEIGHT - BOTTOM, class: "break" });
    line.append(svg("title", {}, `${one.year}: ${one.label}`));
    drawing.append(line);
  }
  series.forEach((one, at) => {
    const hue = HUES[at % HUES.length];
    const points = one.points.filter((point) => point.value !== null);
    if (series.length === 1 && step > 25) {
      for (const point of one.points) drawing.append(svg("text", { x: x(point.year), y: HEIGHT - 8, class: "axis middle count" }, point.denominator));
    }
    points.forEach((point, index) => {
      const before = points[index - 1];
      if (before && before.year === point.year - 1) {
        drawing.append(svg("line", { x1: x(before.year), y1: y(before.value), x2: x(point.year), y2: y(point.value), class: `line hue-${hue}` }));
      }
    });
    for (const point of points) {
      const mark = svg("circle", { cx: x(point.year), cy: y(point.value), r: 4, class: `point hue-${hue}${point.small ? " small" : ""}` });
      const told = `${one.name ? `${one.name} ` : ""}${point.year}: ${point.label}${point.small ? ` (${t("small")})` : ""}`;
      mark.append(svg("title", {}, told));
      drawing.append(point.link ? svg("a", { href: point.link, "aria-label": told }, mark) : mark);
    }
  });
  if (series.length === 1) {
    drawing.append(svg("text", { x: 2, y: HEIGHT - 8, class: "axis" }, "n ="));
  }
  return drawing;
}

export function legend(series) {
  return h("ul", { class: "legend" }, series.map((one, at) => h("li", {}, h("span", { class: `swatch hue-${HUES[at % 10]}` }), one.link ? h("a", { href: one.link }, one.name) : one.name)));
}

// Where one stands among many: a stroke each.
export function strip(values, own, median) {
  const most = Math.max(...values, 0.01);
  const x = (value) => 8 + (value / most) * 544;
  const drawing = svg("svg", { viewBox: "0 0 560 44", class: "chart strip", role: "img", "aria-label": t("like") });
  drawing.append(svg("line", { x1: 8, x2: 552, y1: 30, y2: 30, class: "grid" }));
  for (const value of values.slice(0, 4000)) drawing.append(svg("line", { x1: x(value), x2: x(value), y1: 18, y2: 30, class: "tick" }));
  drawing.append(svg("line", { x1: x(median), x2: x(median), y1: 12, y2: 34, class: "break" }), svg("text", { x: x(median), y: 42, class: "axis middle" }, t("median")));
  if (own !== null) drawing.append(svg("circle", { cx: x(own), cy: 22, r: 5, class: "point hue-a" }));
  return drawing;
}

export const round = (value) => (Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 10) / 10);
export const percent = (value) => (value === null || value === undefined || Number.isNaN(value) ? "—" : `${(value * 100).toFixed(1)}%`);

function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((one) => one * power).find((one) => one >= value - 1e-12);
}
