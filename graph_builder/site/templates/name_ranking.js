import { foldName, RANKS, rankMatch } from "../../pictures/templates/core/folding.js";
import { KINDS } from "./search_words_table.js";
import { WordMeanings } from "./word_meanings.js";

/**
 * A thing of the site: its name, the path of its page, its kind, and what else it is called.
 * @typedef {[name: string, path: string, kind: string, ...others: string[]]} NameRow
 *
 * A thing that was found; `by` is the other name that it was found by, or "".
 * @typedef {{ name: string, path: string, kind: string, by: string }} NameHit
 *
 * How well a row fits: the rank of the name that fits best, and its place among the names.
 * @typedef {{ number: number, rank: number, place: number }} RowRank
 */

/** What other names than the first rank behind it. */
const OTHER_NAME = 0.5;
/** Names in other words stand behind those with the words, and before those with them inside. */
const MEANING_RANK = RANKS.words + OTHER_NAME;
const BEHIND_THINGS = 0.8;
const OF_CONTEXT = 0.9;
const COUNTRY = /^actor\/([A-Z]{3})\b/;

/** The names of all things of a site. */
export class NameIndex {
  /**
   * @param {NameRow[]} rows those with the most facts first
   * @param {Record<string, string>} places what places each thing, by path, separated by spaces:
   *   the concepts of where and when it is
   */
  constructor(rows, places = {}) {
    this.rows = rows;
    this.places = places;
    /** @type {string[][] | null} */
    this.folded = null;
    /** @type {{ words: WordMeanings, names: string[][][][] } | null} */
    this.meanings = null;
  }

  /**
   * Return the things that words find, the best first, among equals in the order of the rows. What
   * means the same in other words is searched if nothing is called so.
   * @param {string} words
   * @param {number} limit
   * @returns {NameHit[]}
   */
  find(words, limit) {
    const wish = foldName(words);
    if (!wish) return [];
    this.folded ??= this.rows.map(([name, , , ...others]) => [name, ...others].map(foldName));
    let found = this.folded.map((names, number) => ({ number, ...rankNames(names, wish) }));
    if (!found.some(({ rank }) => rank < RANKS.start)) found = this.#addMeanings(found, wish);
    return found
      .filter(({ rank }) => rank < RANKS.none)
      .map((each) => ({ ...each, rank: each.rank + this.#rankKind(each) }))
      .sort((one, two) => one.rank - two.rank)
      .slice(0, limit)
      .flatMap(({ number, place }) => {
        const row = this.rows[number];
        if (!row) return [];
        const [name, path, kind, ...others] = row;
        return [{ name, path, kind, by: others[place - 1] ?? "" }];
      });
  }

  /**
   * Return by how much a source stands behind things, unless it is called just what is asked for.
   * @param {RowRank} found
   */
  #rankKind({ number, rank }) {
    const isSource = this.rows[number]?.[1].startsWith("source/");
    return isSource && rank >= RANKS.start ? BEHIND_THINGS : 0;
  }

  /**
   * Return how well each row fits by its words or by what they mean.
   * @param {RowRank[]} found
   * @param {string} wish
   */
  #addMeanings(found, wish) {
    this.meanings ??= this.#interpretNames(this.folded ?? []);
    const { words, names } = this.meanings;
    const asked = words.interpret(wish);
    return found.map((each) => {
      const path = this.rows[each.number]?.[1] ?? "";
      const places = new Set((this.places[path] ?? "").split(" "));
      const scores = (names[each.number] ?? []).map((name) =>
        scoreMeaning(asked, name, places, path),
      );
      const best = Math.max(0, ...scores);
      const rank = best ? MEANING_RANK - best * OTHER_NAME : RANKS.none;
      return rank < each.rank ? { ...each, rank, place: scores.indexOf(best) } : each;
    });
  }

  /** @param {string[][]} folded */
  #interpretNames(folded) {
    const countries = new Map(
      this.rows.flatMap(([name, path, , ...others]) => {
        const code = COUNTRY.exec(path)?.[1];
        const names = code ? [name, ...others].filter(isNameInText) : [];
        return names.map((each) => [foldName(each), `actor:${code}`]);
      }),
    );
    const words = new WordMeanings(countries);
    const isCountry = (/** @type {number} */ number) => COUNTRY.test(this.rows[number]?.[1] ?? "");
    const names = folded.map((each, number) =>
      isCountry(number) ? [] : each.map((name) => words.interpret(name)),
    );
    return { words, names };
  }
}

/**
 * Return how well a name and what places it cover what is asked for, up to 1; 0 if not wholly, or if
 * a word such as "summit" asks for another kind of thing.
 * @param {string[][]} asked
 * @param {string[][]} name
 * @param {Set<string>} places
 * @param {string} path
 */
function scoreMeaning(asked, name, places, path) {
  const own = new Set(name.flat());
  const inName = asked.filter((concepts) => concepts.some((each) => own.has(each)));
  const placed = asked.filter(
    (concepts) => !inName.includes(concepts) && concepts.some((each) => places.has(each)),
  );
  if (!inName.length || inName.length + placed.length < asked.length) return 0;
  const kinds = asked.flat().flatMap((concept) => lookUpKind(concept));
  const kind = path.split("/")[0] ?? "";
  if (kinds.length && KINDS_TOLD_APART.has(kind) && !kinds.includes(kind)) return 0;
  const wanted = new Set(asked.flat());
  const used = name.filter((concepts) => concepts.some((each) => wanted.has(each)));
  const share = (inName.length + OF_CONTEXT * placed.length) / asked.length;
  return share * (0.5 + (0.5 * used.length) / name.length);
}

const KINDS_TOLD_APART = new Set(["actor", "event", "instrument"]);
/** Names of two letters that are no codes, as "IN" is, which would be found in "in Paris". */
const SHORT_NAMES = ["UK", "US"];

/**
 * Return whether a name can be looked for in a text.
 * @param {string} name
 */
function isNameInText(name) {
  return foldName(name).length > 2 || SHORT_NAMES.includes(name);
}

/** @type {Map<string, string>} */
const kindsOfConcepts = new Map(Object.entries(KINDS));

/** @param {string} concept */
function lookUpKind(concept) {
  const kind = kindsOfConcepts.get(concept);
  return kind ? [kind] : [];
}

/**
 * Return the rank of the name that fits best, and its place among the names.
 * @param {string[]} names
 * @param {string} wish
 */
function rankNames(names, wish) {
  let best = { rank: RANKS.none, place: 0 };
  for (const [place, name] of names.entries()) {
    const rank = rankMatch(name, wish) + (place ? OTHER_NAME : 0);
    if (rank < best.rank) best = { rank, place };
  }
  return best;
}
