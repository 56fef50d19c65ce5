// what is shared is made here, of what the page holds: facts that remain, and the picture as it is
const SVG_NS = "http://www.w3.org/2000/svg";
const COLUMNS = ["subject", "relation", "object", "modality", "from", "to", "asOf", "basis", "verification", "source", "title", "publisher", "address", "section", "passage", "start", "end", "note", "reason"];
const FOOT = 26;
const HEAD = 34;

function endOf(fact, way) {
  const key = fact.edge ? fact.edge[way === "s" ? "from" : "to"] : way === "s" ? fact.s ?? fact.node?.key : fact.o;
  return nodes.get(key);
}

function textOf(fact, way) {
  const node = endOf(fact, way);
  return node ? nameOf(node) : (way === "s" ? fact.subject : fact.object) || "";
}

function csv() {
  const cell = (value) => {
    const text = String(value ?? "");
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const rows = remains().map((fact) => {
    const source = own(data.sources, fact.source) || {};
    return [
      textOf(fact, "s"), fact.edge?.relation ?? fact.relation, textOf(fact, "o"), fact.modality, fact.since, fact.until, fact.asOf,
      fact.basis, fact.verification, fact.source, source.title, source.publisher, source.url, fact.section, fact.anchor, fact.start, fact.end, fact.note, fact.reason,
    ];
  });
  return [COLUMNS, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function iri(text) {
  return `<${text.replace(/[\u0000-\u0020<>"{}|^`\\]/gu, (sign) => `%${sign.codePointAt(0).toString(16).padStart(2, "0").toUpperCase()}`)}>`;
}

function quote(text) {
  const plain = String(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `"${plain}"`;
}

function named(prefix, local) {
  return local === undefined ? "" : iri(data.prefixes[prefix] + local);
}

// Turtle with one assertion a fact, as the graph has them (docs: aigg export)
function turtle() {
  const [type, label] = ["a", iri("http://www.w3.org/2004/02/skos/core#prefLabel")];
  const told = new Map();
  const blocks = remains().map((fact, at) => assertion(fact, at, told));
  const names = [...told.values()].map((node) => `${iri(expanded(node.id))} ${label} ${quote(node.label)}@en .\n`);
  const titles = Object.entries(data.sources).filter(([id]) => blocks.some((block) => block.includes(named("source", id))))
    .map(([id, source]) => `${named("source", id)} ${type} ${named("aigg", "Source")} ; ${named("dcterms", "title")} ${quote(source.title || id)} .\n`);
  return [...names, ...titles, ...blocks].join("");
}

function assertion(fact, at, told) {
  const [subject, object] = [endOf(fact, "s"), endOf(fact, "o")];
  for (const node of [subject, object]) if (node) told.set(node.key, node);
  const ends = [subject ? iri(expanded(subject.id)) : iri(expanded(fact.sIri || "")), iri(expanded(fact.edge?.id ?? fact.p ?? "")),
    object ? iri(expanded(object.id)) : fact.oIri ? iri(expanded(fact.oIri)) : fact.value ?? quote(fact.object ?? "")];
  const said = [
    ["rdf", "subject", ends[0]], ["rdf", "predicate", ends[1]], ["rdf", "object", ends[2]],
    ["aigg", "modality", named("modality", fact.modality)], ["aigg", "basis", named("basis", fact.basis)],
    ["aigg", "verification", named("verification", fact.verification)], ["prov", "wasDerivedFrom", named("source", fact.source)],
    ["aigg", "section", fact.section && quote(fact.section)], ["aigg", "anchor", fact.anchor && quote(fact.anchor)],
    ["oa", "start", fact.start], ["oa", "end", fact.end],
    ["aigg", "validFrom", dated(fact.since)], ["aigg", "validTo", dated(fact.until)], ["aigg", "asOf", dated(fact.asOf)],
    ["aigg", "reason", fact.reason && `${quote(fact.reason)}@en`], ["skos", "note", fact.note && `${quote(fact.note)}@en`],
  ].filter(([, , value]) => value !== undefined && value !== "");
  const own = fact.id ? named("assertion", fact.id) : `<#fact-${at + 1}>`;
  return `${own} a ${named("aigg", "Assertion")}${said.map(([prefix, name, value]) => ` ;\n  ${named(prefix, name)} ${value}`).join("")} .\n`;
}

function dated(day) {
  const kind = { 4: "gYear", 7: "gYearMonth", 10: "date" }[day?.length];
  return day && `${quote(day)}${kind ? `^^${named("xsd", kind)}` : ""}`;
}

// GEXF 1.3, for Gephi and its like
function gexf() {
  const doc = document.implementation.createDocument("http://gexf.net/1.3", "gexf", null);
  const make = (name, attributes, ...children) => {
    const made = doc.createElementNS("http://gexf.net/1.3", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const seen = shown();
  const lines = data.edges.filter((edge) => seen.has(edge.from) && seen.has(edge.to) && edgePasses(edge));
  const touched = new Set(lines.flatMap((edge) => [edge.from, edge.to]));
  const all = !narrowed() && !state.line.length;
  const told = (node) => touched.has(node.key) || (!state.line.length && node.facts.some((at) => factPasses(data.facts[at])));
  const kept = data.nodes.filter((node) => seen.has(node.key) && marked(node) && (all || told(node)));
  const ids = new Set([...kept.map((node) => node.key), ...touched]);
  const value = (name, text) => make("attvalue", { for: name, value: text });
  const nodeParts = data.nodes.filter((node) => ids.has(node.key)).map((node) => make("node", { id: expanded(node.id), label: nameOf(node) }, make("attvalues", {}, value("kind", node.kind))));
  const edgeParts = lines.map((edge) => {
    const facts = edge.facts.map((at) => data.facts[at]);
    const list = (name) => [...new Set(facts.map((fact) => fact[name]).filter(Boolean))].sort().join(" ");
    const ends = { id: edge.key, source: expanded(nodes.get(edge.from).id), target: expanded(nodes.get(edge.to).id), label: edge.relation, weight: String(edge.weight ?? 1), ...(edge.mutual && { type: "undirected" }) };
    return make("edge", ends, make("attvalues", {}, value("relation", expanded(edge.id)), value("modality", list("modality")), value("source", list("source"))));
  });
  const attributes = (of, ...names) => make("attributes", { class: of }, ...names.map((name) => make("attribute", { id: name, title: name, type: "string" })));
  doc.documentElement.setAttribute("version", "1.3");
  // readers such as networkx take no graph in which both sorts of edges are
  const sort = data.edges.length && data.edges.every((edge) => edge.mutual) ? "undirected" : "directed";
  doc.documentElement.append(make("graph", { defaultedgetype: sort, mode: "static" }, attributes("node", "kind"),
    attributes("edge", "relation", "modality", "source"), make("nodes", {}, ...nodeParts), make("edges", {}, ...edgeParts)));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xmlOf(doc)}\n`;
}

// XML has no way to write control characters
function xmlOf(document) {
  return new XMLSerializer().serializeToString(document).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
}

function textSize(words, size) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${size}px ${FACE}`;
  return pen.measureText(words).width;
}

function svgText(x, y, size, fill, words) {
  return svgEl("text", { x, y, "font-size": size, fill: colour(fill) }, words);
}

// the legend in rows of a width: what marks and lines stand for has to go with the picture
function legendSvg(width) {
  let [x, y] = [12, 16];
  const parts = [];
  for (const chip of document.querySelectorAll("[data-mark], [data-line]")) {
    const drawn = chip.querySelector("svg");
    const [words, wide] = [chip.textContent.trim(), drawn.classList.contains("line") ? 44 : 16];
    const room = wide + 24 + textSize(words, 12);
    if (x + room > width && x > 12) [x, y] = [12, y + 20];
    const path = drawn.firstElementChild;
    const style = getComputedStyle(path);
    parts.push(svgEl("path", {
      d: path.getAttribute("d"), transform: `translate(${x} ${y - (wide === 44 ? 8 : 12)})`, fill: style.fill, stroke: style.stroke,
      "stroke-width": style.strokeWidth, "stroke-dasharray": style.strokeDasharray,
    }), svgText(x + wide + 6, y, 12, "ink", words));
    x += room;
  }
  return { parts, height: parts.length ? y + 8 : 0 };
}

function wholeSvg() {
  const { width: inner, height, parts } = stage.svg();
  const width = Math.max(inner, 320);
  const legend = legendSvg(width);
  const total = height + HEAD + legend.height + FOOT;
  const whole = svgEl("svg", { xmlns: SVG_NS, width, height: total, viewBox: `0 0 ${width} ${total}`, "font-family": FACE });
  const heading = document.querySelector("h1").textContent;
  const many = Object.keys(data.sources).length;
  const one = Object.values(data.sources)[0];
  const sources = many === 1 ? `Source: ${one.title}${one.publisher ? `, ${one.publisher}` : ""}` : `${data.facts.length} facts of ${many} sources`;
  whole.append(
    svgEl("rect", { width, height: total, fill: colour("surface") }),
    svgText(12, 24, Math.min(19, (19 * (width - 24)) / textSize(heading, 19)).toFixed(1), "ink", heading),
    svgEl("g", { transform: `translate(0 ${HEAD})` }, ...parts),
    svgEl("g", { transform: `translate(0 ${HEAD + height})` }, ...legend.parts),
    svgText(12, total - 9, 12, "muted", [sources, remaining.textContent].filter(Boolean).join(". ")),
  );
  return `${xmlOf(whole)}\n`;
}

async function png() {
  const address = URL.createObjectURL(new Blob([wholeSvg()], { type: "image/svg+xml" }));
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2 * image.naturalWidth, 2 * image.naturalHeight];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  return new Promise((done) => { canvas.toBlob(done, "image/png"); });
}

const SHARED = { csv, gexf, png, svg: wholeSvg, ttl: turtle };
const MEDIA = { csv: "text/csv", gexf: "application/gexf+xml", png: "image/png", svg: "image/svg+xml", ttl: "text/turtle" };

async function save(kind) {
  const content = await SHARED[kind]();
  const anchor = el("a", "");
  anchor.href = URL.createObjectURL(new Blob([content], { type: MEDIA[kind] }));
  anchor.download = `${document.title.normalize("NFKD").replace(/[^\w]+/g, "-").replace(/^-|-$/g, "").toLowerCase().slice(0, 60) || "picture"}.${kind}`;
  anchor.click();
  URL.revokeObjectURL(anchor.href);
  said.textContent = `${anchor.download}: saved`;
}

async function copy(text) {
  const place = document.getElementById("copied");
  place.value = text;
  place.hidden = false;
  place.select();
  await navigator.clipboard?.writeText(text).then(() => { said.textContent = "Copied"; }, () => undefined);
}

const menu = document.getElementById("share");

function startShare() {
  document.addEventListener("click", (event) => { menu.open &&= menu.contains(event.target); });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    menu.open = false;
    menu.firstElementChild.focus();
  });
  const frameOf = () => `<iframe src="${location.href.split("#")[0]}${written({ ...state, embed: true })}" width="800" height="600" title="${document.title.replace(/[<>"&]/g, "")}"></iframe>`;
  const acts = { link: () => copy(location.href), frame: () => copy(frameOf()), print: () => window.print() };
  for (const button of document.querySelectorAll("[data-share]")) {
    const kind = button.dataset.share;
    button.addEventListener("click", acts[kind] || (() => save(kind)));
  }
}
