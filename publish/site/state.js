// The address is the state: #/page?name=value, so that a link shows the same to everyone.

export function state() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  return { page: path || "start", ...Object.fromEntries(new URLSearchParams(query ?? "")) };
}

export function address(page, values) {
  const { lang } = state();
  const kept = Object.entries({ lang, ...values }).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const query = new URLSearchParams(kept).toString();
  return `#/${page}${query ? `?${query}` : ""}`;
}

export function change(values) {
  const { page, ...rest } = state();
  location.hash = address(page, { ...rest, ...values });
}
