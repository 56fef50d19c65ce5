/**
 * A term of an answer, as it is shown: its label, and its name or type beside it.
 * @typedef {object} Cell
 * @property {string} text
 * @property {string} [name]
 * @property {string} [type]
 * @property {string} [language]
 * @property {string} [link]
 * @property {string} [iri]
 *
 * @typedef {object} Answer
 * @property {"boolean" | "graph" | "rows"} kind
 * @property {string} verdict what a boolean answer means, as a word; else ""
 * @property {string[]} notes what a reader has to know of the answer
 * @property {string[]} columns
 * @property {Cell[][]} rows
 * @property {boolean} more
 * @property {string} noPictureReason why the answer cannot be drawn, or ""
 */

/**
 * Return what stands beside the text of a cell: the name if it is another, or the type.
 * @param {Cell} cell
 */
export function describeCell({ text, name, type }) {
  return (name && name !== text ? name : type) ?? "";
}

/**
 * Say in a sentence what the answer is and how long it took.
 * @param {Answer} answer
 * @param {number} seconds
 */
export function describeAnswer({ kind, verdict, rows, more }, seconds) {
  const time = seconds < 1 ? `in ${Math.ceil(seconds * 1000)} ms` : `in ${seconds.toFixed(1)} s`;
  if (kind === "boolean") {
    return `${verdict.charAt(0).toUpperCase()}${verdict.slice(1)}. Answered ${time}.`;
  }
  const [one, many] = kind === "graph" ? ["fact", "facts"] : ["row", "rows"];
  const count = `${rows.length.toLocaleString("en")} ${rows.length === 1 ? one : many}`;
  if (!more) return `${count}, ${time}.`;
  return `The first ${count}, ${time}; save as ${kind === "graph" ? "Turtle" : "CSV"} to get all.`;
}

/**
 * Return what a reader may type for each thing: its label, or its name where others share the label.
 * @param {[label: string, name: string, class_: string, ...others: string[]][]} things
 */
export function chooseInputs(things) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const [label] of things) counts.set(label, (counts.get(label) ?? 0) + 1);
  const isShared = (/** @type {string} */ label) => (counts.get(label) ?? 0) > 1;
  return new Map(things.map(([label, name]) => [name, isShared(label) ? name : label]));
}
