import { makeElement, makeLink } from "./dom.js";
import { isContradicted } from "./filter.js";
import { linkTo } from "./marks.js";
import { lookUp } from "./model.js";
import { filter, model, nameOf } from "./session.js";
import { formatDay, formatOnDay } from "./text.js";

/** @import { Content } from "./dom.js" */
/** @import { Edge, Fact } from "./model.js" */

/**
 * @param {string} address
 * @param {string} text
 */
function makeOutsideLink(address, text) {
  const made = makeLink(address, text);
  made.setAttribute("rel", "noreferrer");
  return made;
}

/**
 * Return the title of a source with its publisher and day.
 * @param {string} name
 * @returns {Content[]}
 */
export function describeSource(name) {
  const source = lookUp(model.payload.sources, name);
  if (!source) return [name];
  const title = source.title || name;
  const more = [source.publisher, formatDay(source.date)].filter(Boolean);
  return [
    source.url ? makeOutsideLink(source.url, title) : title,
    more.map((part) => `, ${part}`).join(""),
  ];
}

/**
 * Return a link that opens the source at a fact's words (URL Fragment Text Directives, WICG).
 * @param {Fact} fact
 */
function linkToWords(fact) {
  const address = lookUp(model.payload.sources, fact.source)?.url;
  const ends = (fact.anchor ?? "").split("…").map((part) => part.trim());
  const [first, ...rest] = ends.filter(Boolean);
  if (!address || first === undefined || address.includes("#:~:")) return null;
  const last = rest.at(-1); // an ellipsis in a quotation becomes a range
  const words = (last === undefined ? [first] : [first, last]).map((part) =>
    encodeURIComponent(part).replaceAll("-", "%2D"),
  );
  const start = address.includes("#") ? "" : "#";
  const text = `${address}${start}:~:text=${words.join(",")}`;
  return makeOutsideLink(text, "Open the source at these words");
}

/**
 * Return the plain words of a fact's modality, basis, verification or conflict.
 * @param {"modality" | "basis" | "verification" | "differs"} kind
 * @param {Fact} fact
 */
function inWords(kind, fact) {
  return lookUp(model.payload.words[kind] ?? {}, fact[kind]) ?? fact[kind];
}

/** @param {Fact} fact */
function describeStrength(fact) {
  const words = inWords("modality", fact);
  return words === fact.modality ? words : `${fact.modality}: ${words}`;
}

/**
 * @param {Fact} fact
 * @returns {Content[]}
 */
function describePassage({ section = "", start, end }) {
  if (start === undefined) return [section];
  const span = makeElement("span", "span", `characters ${start}–${end ?? ""}`);
  return section ? [section, ", ", span] : [span];
}

/** @param {Fact} fact */
function describePeriod(fact) {
  const parts = [
    { word: "from", day: fact.since },
    { word: "to", day: fact.until },
    { word: "as of", day: fact.asOf },
  ];
  const known = parts.filter(({ day }) => day);
  return known.map(({ word, day }) => `${word} ${formatDay(day)}`).join(" ");
}

/** @param {Fact} fact */
function countOrigins({ origins = 0 }) {
  return origins > 1 ? `${origins} independent sources` : "";
}

/**
 * Return the evidence of a fact, with or without the words of its source.
 * @param {Fact} fact
 * @param {boolean} withWords
 */
export function makeEvidence(fact, withWords) {
  const terms = makeElement("dl", "");
  const add = (/** @type {string} */ name, /** @type {(Content | undefined)[]} */ ...content) => {
    const filled = content.filter((part) => part !== undefined).filter(Boolean);
    if (filled.length) terms.append(makeElement("dt", "", name), makeElement("dd", "", ...filled));
  };
  add("Stated as", describeStrength(fact));
  add("When", describePeriod(fact));
  if (fact.holds) add(`Held ${formatOnDay(model.payload.at)}`, fact.holds);
  add("Basis", inWords("basis", fact));
  add("Source", ...describeSource(fact.source ?? ""));
  add("Passage", ...describePassage(fact));
  add("Words", linkToWords(fact));
  add("How checked", inWords("verification", fact));
  add("Affirmed by", countOrigins(fact));
  add(`${isContradicted(fact) ? "≠" : "≈"} Conflict`, inWords("differs", fact));
  add("Set aside", fact.setAside);
  add("Note", fact.note);
  add("Reason", fact.reason);
  const quote = withWords && fact.anchor ? makeElement("q", "", fact.anchor) : null;
  return makeElement("div", fact.apart ? "evidence apart" : "evidence", quote, terms);
}

/**
 * Return the evidence of a fact, folded below the words of its source.
 * @param {Fact} fact
 * @param {string} [className]
 */
export function makeEvidenceDetails(fact, className = "") {
  const source = lookUp(model.payload.sources, fact.source)?.title || fact.source;
  const words = fact.anchor ? `“${fact.anchor}”` : source || "Evidence";
  return makeDetails(fact, className, makeElement("summary", "", words), makeEvidence(fact, false));
}

/**
 * Return a fact on one line, with its evidence folded below.
 * @param {Fact} fact
 */
export function summariseFact(fact) {
  const [subject, object] = /** @type {const} */ (["s", "o"]).map((end) => {
    const node = model.endOf(fact, end);
    return node ? nameOf(node) : textOf(fact, end);
  });
  const relation = makeElement("em", "", relationOf(fact));
  const line = makeElement("summary", "", subject ?? "", " ", relation, " ", object ?? "");
  return makeDetails(fact, "flat", line, makeEvidence(fact, true));
}

/**
 * @param {Fact} fact
 * @param {string} className
 * @param {...Content} content
 */
function makeDetails(fact, className, ...content) {
  const made = makeElement("details", className, ...content);
  made.classList.toggle("faded", !filter.allowsFact(fact));
  return made;
}

/**
 * Return the text of an end of a fact that is not a node.
 * @param {Fact} fact
 * @param {"s" | "o"} end
 */
function textOf(fact, end) {
  return (end === "s" ? fact.subject : fact.object) ?? "";
}

/** @param {Fact} fact */
function relationOf(fact) {
  return fact.edge?.relation ?? fact.relation ?? "";
}

/**
 * Return the evidence of a fact, preceded by the fact itself unless it is the one of the edge.
 * @param {Fact} fact
 * @param {Edge | null} edge
 */
export function stateFact(fact, edge) {
  const evidence = makeEvidence(fact, true);
  return edge && fact.edge === edge ? [evidence] : [makeStatement(fact), evidence];
}

/**
 * Return a fact as subject, relation and object.
 * @param {Fact} fact
 */
function makeStatement(fact) {
  const [subject, object] = /** @type {const} */ (["s", "o"]).map((end) => {
    const node = model.endOf(fact, end);
    return node ? linkTo(node, nameOf(node)) : textOf(fact, end);
  });
  const relation = makeElement("em", "", relationOf(fact));
  return makeElement("p", "triple", subject ?? "", " ", relation, " ", object ?? "");
}
