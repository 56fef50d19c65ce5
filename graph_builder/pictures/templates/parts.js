// text reaches the page through textContent alone, so no data can become markup
function el(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

function link(thing, text) {
  const made = el("a", "", text);
  made.setAttribute("href", thing.link);
  return made;
}

function svg(className, box, path, pathClass) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("class", className);
  made.setAttribute("viewBox", box);
  made.setAttribute("aria-hidden", "true");
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "path");
  drawn.setAttribute("d", path);
  if (pathClass) drawn.setAttribute("class", pathClass);
  made.append(drawn);
  return made;
}

function markOf(node) {
  return svg(`mark g-${node.group}`, "0 0 16 16", data.paths[node.shape], "");
}

function lineOf(edge) {
  return svg("line", "0 0 44 8", "M1 4h42", `l-${edge.family}`);
}

function count(number, one, many) {
  return `${number} ${number === 1 ? one : many}`;
}
