// text reaches the page through textContent alone, so no data can become markup
function el(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

function link(thing, text) {
  const made = el("a", "", text);
  made.setAttribute("href", `#${thing.link}`);
  return made;
}

function svgEl(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function sign(className, box, path, pathClass) {
  return svgEl("svg", { class: className, viewBox: box, "aria-hidden": "true" }, svgEl("path", { d: path, ...(pathClass && { class: pathClass }) }));
}

function markOf(node) {
  return sign(`mark g-${node.group}`, "0 0 16 16", data.paths[data.groups[node.group].shape], "");
}

function lineOf(edge) {
  return sign("line", "0 0 44 8", "M1 4h42", `l-${edge.family}`);
}

// an ISO day or month in words, as the page has them; other text as it is
function inDays(text = "") {
  const day = /^\d{4}-\d\d(-\d\d)?$/.test(text) ? new Date(text) : NaN;
  if (Number.isNaN(Number(day))) return text;
  const parts = { year: "numeric", month: "long", ...(text.length > 7 && { day: "numeric" }), timeZone: "UTC" };
  return new Intl.DateTimeFormat("en-GB", parts).format(day);
}

function onDay(day) {
  return `${day.length > 7 ? "on" : "in"} ${inDays(day)}`;
}

function count(number, one, many) {
  return `${number} ${number === 1 ? one : many}`;
}
