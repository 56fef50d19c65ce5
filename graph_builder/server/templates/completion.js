import { foldName } from "../../pictures/templates/core/folding.js";

/**
 * What a query may name; `others` are what else people call it.
 * @typedef {object} Suggestion
 * @property {string} name
 * @property {string} label
 * @property {string} note
 * @property {string[]} [others]
 *
 * @typedef {Suggestion & { above: string[] }} ClassEntry with the classes above it and itself
 * @typedef {Suggestion & { from: string[], to: string[] }} RelationEntry with the classes it joins
 *
 * Things are given by label, name, class and what else they are called.
 * @typedef {object} Vocabulary
 * @property {Record<string, string>} prefixes
 * @property {ClassEntry[]} classes
 * @property {RelationEntry[]} relations
 * @property {[label: string, name: string, class_: string, ...others: string[]][]} things
 */

const WORD = /(?:[\w-]*:)?[\p{L}\p{M}\p{N}_.-]*$/u;
const MAX_SUGGESTIONS = 60;

/**
 * Return the word that is being typed at the end of a text.
 * @param {string} before
 */
export function findTypedWord(before) {
  return WORD.exec(before)?.[0] ?? "";
}

/**
 * Return the statement that the end of a query is in: its subject, and the words since the last ";".
 * @param {string} before
 */
function parseStatement(before) {
  const bare = before.replace(/#.*$/gm, "").replace(/"[^"\n]*"|<[^>\s]*>/g, "x");
  const start = Math.max(bare.lastIndexOf("{"), bare.lastIndexOf("}"), bare.search(/\.\s[^.]*$/));
  const [first = "", ...more] = bare.slice(start + 1).split(";");
  const [subject = "", ...rest] = splitWords(first);
  return { subject, words: more.length ? splitWords(more.at(-1) ?? "") : rest };
}

/**
 * Return the words of a text; commas lead back to the relation, whose next object they introduce.
 * @param {string} text
 */
function splitWords(text) {
  const [start = "", ...objects] = text.split(",");
  const words = start.trim().split(/\s+/).filter(Boolean);
  return objects.length ? words.slice(0, -1) : words;
}

/** Completes queries: classes after "a", relations that the class has, things that they join. */
export class Completion {
  /** @param {Vocabulary} vocabulary */
  constructor(vocabulary) {
    this.vocabulary = vocabulary;
  }

  /**
   * Return what fits at the end of a text in a query, first what begins with what is typed.
   * @param {string} before
   * @param {string} query
   * @returns {Suggestion[]}
   */
  suggest(before, query) {
    const typed = foldText(findTypedWord(before));
    const ranked = this.#listCandidates(before, query).map((each) => ({
      each,
      rank: rankSuggestion(each, typed),
    }));
    return ranked
      .filter(({ rank }) => rank < 2)
      .sort((one, other) => one.rank - other.rank)
      .slice(0, MAX_SUGGESTIONS)
      .map(({ each }) => each);
  }

  /**
   * @param {string} before
   * @param {string} query
   * @returns {Suggestion[]}
   */
  #listCandidates(before, query) {
    const { prefixes, classes } = this.vocabulary;
    if (/\bPREFIX\s+[\w-]*:?$/i.test(before)) {
      return Object.entries(prefixes).map(([name, iri]) => ({
        name: `${name}: <${iri}>`,
        label: "",
        note: "",
      }));
    }
    const typed = findTypedWord(before);
    const { subject, words } = parseStatement(before.slice(0, before.length - typed.length));
    if (!subject) return this.#listThings(() => true);
    const last = words.at(-1);
    if (last === undefined) return this.#listRelations(this.#findClass(subject, query));
    return ["a", "rdf:type"].includes(last) ? classes : this.#listObjects(last);
  }

  /** @param {string} name */
  #listSuperclasses(name) {
    return this.vocabulary.classes.find((each) => each.name === name)?.above ?? [name];
  }

  /**
   * Return the class of a subject: that of the thing itself, or as the query has it by
   * "?x a CLASS", or the one class that the relation leads to by which the query comes to it.
   * @param {string} subject
   * @param {string} query
   */
  #findClass(subject, query) {
    const { relations, things } = this.vocabulary;
    const thing = things.find(([, name]) => name === subject);
    if (thing) return thing[2];
    const name = subject.replace(/[?$.]/g, "\\$&");
    const typed = new RegExp(`${name}\\s+(?:a|rdf:type)\\s+([\\w-]+:[\\w-]+)`).exec(query);
    if (typed?.[1]) return typed[1];
    const led = new RegExp(`([\\w-]+:[\\w-]+)\\s+${name}(?![\\w-])`).exec(query);
    const [only = "", ...others] = relations.find((each) => each.name === led?.[1])?.to ?? [];
    return others.length ? "" : only;
  }

  /**
   * Return the relations that a class has, after them those that any class may have.
   * @param {string} class_
   */
  #listRelations(class_) {
    const { relations } = this.vocabulary;
    const above = class_ ? this.#listSuperclasses(class_) : [];
    const fits = (/** @type {RelationEntry} */ { from }) =>
      from.length > 0 && (!class_ || from.some((each) => above.includes(each)));
    return [...relations.filter(fits), ...relations.filter(({ from }) => !from.length)];
  }

  /**
   * Return the things that a relation may lead to.
   * @param {string} relation
   */
  #listObjects(relation) {
    const to = this.vocabulary.relations.find(({ name }) => name === relation)?.to ?? [];
    const fits = (/** @type {string} */ class_) =>
      !to.length || this.#listSuperclasses(class_).some((each) => to.includes(each));
    return this.#listThings(fits);
  }

  /** @param {(class_: string) => boolean} fits */
  #listThings(fits) {
    return this.vocabulary.things
      .filter(([, , class_]) => fits(class_))
      .map(([label, name, , ...others]) => ({ name, label, note: "", others }));
  }
}

/** @type {Map<string, string>} */
const foldedTexts = new Map();

/**
 * Return a text as the search folds names, with the marks that stand in the names of a query.
 * @param {string} text
 */
function foldText(text) {
  const known = foldedTexts.get(text);
  if (known !== undefined) return known;
  const folded = text
    .split(/([:.-])/)
    .map((part) => (/^[:.-]$/.test(part) ? part : foldName(part)));
  foldedTexts.set(text, folded.join(""));
  return folded.join("");
}

/**
 * Return 0 for what begins with what is typed, 1 for what holds it, 2 for the rest.
 * @param {Suggestion} suggestion
 * @param {string} typed
 */
function rankSuggestion({ name, label, others = [] }, typed) {
  const texts = [name, name.slice(name.indexOf(":") + 1), label, ...others].map(foldText);
  if (texts.some((text) => text.startsWith(typed))) return 0;
  return texts.some((text) => text.includes(typed)) ? 1 : 2;
}
