// The data files: gzipped JSON, opened by the browser's own DecompressionStream, each fetched once.

const opened = new Map();

export function load(name) {
  if (!opened.has(name)) opened.set(name, fetched(name).catch((error) => { opened.delete(name); throw error; }));
  return opened.get(name);
}

async function fetched(name) {
  const answer = await fetch(`data/${name}.json.gz`);
  if (!answer.ok) throw new Error(`data/${name}.json.gz: ${answer.status}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  // Some hosts unpack on the way.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return JSON.parse(new TextDecoder().decode(bytes));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

export const site = () => load("site");
export const directory = () => load("agencies");

// An agency with its numbers: the files of places are in the order of ids, those that are only names last.
export async function agency(id) {
  if (!id) return null;
  const first = await load("places/first");
  const at = first.findLastIndex((one) => !isBefore(id, one));
  return at < 0 ? null : (await load(`places/${at}`)).agencies.find((one) => one.id === id);
}

function isBefore(a, b) {
  const named = [a, b].map((id) => id.startsWith("?"));
  if (named[0] !== named[1]) return named[1];
  const [own, other] = [a, b].map((id) => Array.from(id, (one) => one.codePointAt(0)));
  const apart = own.findIndex((code, at) => code !== other[at]);
  return apart < 0 ? own.length < other.length : apart < other.length && own[apart] < other[apart];
}

// Which agencies have all characters of a word, or a spelling that begins with its letters.
export async function search(words) {
  const all = await directory();
  let found = null;
  for (const word of words.trim().toLowerCase().split(/\s+/).filter(Boolean)) {
    const own = /^[a-z]+$/.test(word) ? await spelt(word) : await written(word, all);
    found = found === null ? own : found.filter((one) => own.includes(one));
  }
  return (found ?? []).sort((a, b) => all.name[a].length - all.name[b].length || a - b);
}

async function spelt(word) {
  if (!(await site()).letters.includes(word[0])) return [];
  const part = await load(`search/${word[0]}`);
  return [...new Set(part.filter(([spelling]) => spelling.startsWith(word)).map(([, number]) => number))];
}

async function written(word, all) {
  const common = await load("search/common");
  const characters = [...new Set(word)].filter((one) => one > "\u2e80");
  let found = null;
  for (const one of characters.filter((character) => !common.includes(character))) {
    const part = await load(`search/${one.codePointAt(0) % 64}`);
    const own = part[one] ?? [];
    found = found === null ? own : found.filter((number) => own.includes(number));
  }
  return found ?? all.name.map((_, number) => number).filter((number) => all.name[number].includes(word));
}
