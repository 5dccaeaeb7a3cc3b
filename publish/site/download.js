// A view as CSV, with the mark by which Excel knows UTF-8, or as a workbook whose texts are texts and never
// formulas. Both are made here, from the rows that are shown.

import { h, visible } from "./dom.js";
import { t } from "./words.js";

export function downloads(name, columns, rows) {
  return h("p", { class: "downloads" },
    h("button", { type: "button", onclick: () => save(`${name}.csv`, csv([columns, ...rows]), "text/csv;charset=utf-8") }, t("csv")),
    h("button", { type: "button", onclick: () => save(`${name}.xlsx`, workbook([columns, ...rows]), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet") }, t("xlsx")));
}

function save(name, content, type) {
  const link = h("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name.replace(/[^\w\u4e00-\u9fff.-]+/g, "_") });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// A text that a spreadsheet could take for a formula gets an apostrophe before it: the rule of
// base/spreadsheets.py, against which a test holds this one.
const FORMULA = /^(?:[\t\r\n]|[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*[=+\-@＝＋－＠])/;
const NUMBER = /^[+-]?[0-9]+(\.[0-9]+)?$/;
export const harmless = (text) => (FORMULA.test(text) && !NUMBER.test(text) ? "'" : "") + visible(text);

export function csv(rows) {
  const field = (value) => {
    const text = typeof value === "number" ? String(value) : harmless(String(value ?? ""));
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `\ufeff${rows.map((row) => row.map(field).join(",")).join("\r\n")}\r\n`;
}

const escaped = (text) => text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, "\ufffd").replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

export function workbook(rows) {
  const cell = (value) => (typeof value === "number" && Number.isFinite(value) ? `<c><v>${value}</v></c>`
    : `<c t="inlineStr"><is><t xml:space="preserve">${escaped(String(value ?? ""))}</t></is></c>`);
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships", parts = "http://schemas.openxmlformats.org/package/2006";
  return zipped({
    "[Content_Types].xml": `${head}<Types xmlns="${parts}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
    "_rels/.rels": `${head}<Relationships xmlns="${parts}/relationships"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="gknb" sheetId="1" r:id="r1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `${head}<Relationships xmlns="${parts}/relationships"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    "xl/worksheets/sheet1.xml": `${head}<worksheet xmlns="${main}"><sheetData>${rows.map((row) => `<row>${row.map(cell).join("")}</row>`).join("")}</sheetData></worksheet>`,
  });
}

// A ZIP whose members are stored as they are.
function zipped(files) {
  const encoder = new TextEncoder();
  const local = [], central = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = encoder.encode(text), title = encoder.encode(name), sum = crc32(data);
    const about = [0x0014, 0x0800, 0, 0, 0x0021, sum & 0xffff, sum >>> 16, data.length & 0xffff, data.length >>> 16, data.length & 0xffff, data.length >>> 16, title.length, 0];
    local.push(new Uint8Array(new Uint16Array([0x4b50, 0x0403, ...about]).buffer), title, data);
    central.push(new Uint8Array(new Uint16Array([0x4b50, 0x0201, 0x0014, ...about, 0, 0, 0, 0, 0, offset & 0xffff, offset >>> 16]).buffer), title);
    offset += 30 + title.length + data.length;
  }
  const size = central.reduce((sum, part) => sum + part.length, 0), count = Object.keys(files).length;
  const end = new Uint8Array(new Uint16Array([0x4b50, 0x0605, 0, 0, count, count, size & 0xffff, size >>> 16, offset & 0xffff, offset >>> 16, 0]).buffer);
  return new Blob([...local, ...central, end]);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n; });

function crc32(data) {
  let sum = -1;
  for (const byte of data) sum = TABLE[(sum ^ byte) & 255] ^ (sum >>> 8);
  return ~sum >>> 0;
}
