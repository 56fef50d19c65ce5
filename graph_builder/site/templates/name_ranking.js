import { foldName, RANKS, rankMatch } from "../../pictures/templates/core/folding.js";

/**
 * A thing of the site: its name, the path of its page, its kind, and what else it is called.
 * @typedef {[name: string, path: string, kind: string, ...others: string[]]} NameRow
 *
 * A thing that was found; `by` is the other name that it was found by, or "".
 * @typedef {{ name: string, path: string, kind: string, by: string }} NameHit
 */

/** What other names than the first rank behind it. */
const OTHER_NAME = 0.5;

/** The names of all things of a site. */
export class NameIndex {
  /** @param {NameRow[]} rows those with the most facts first */
  constructor(rows) {
    this.rows = rows;
    /** @type {string[][] | null} */
    this.folded = null;
  }

  /**
   * Return the things that words find, the best first, among equals in the order of the rows.
   * @param {string} words
   * @param {number} limit
   * @returns {NameHit[]}
   */
  find(words, limit) {
    const wish = foldName(words);
    if (!wish) return [];
    this.folded ??= this.rows.map(([name, , , ...others]) => [name, ...others].map(foldName));
    return this.folded
      .map((names, number) => ({ number, ...rankNames(names, wish) }))
      .filter(({ rank }) => rank < RANKS.none)
      .sort((one, two) => one.rank - two.rank)
      .slice(0, limit)
      .flatMap(({ number, place }) => {
        const row = this.rows[number];
        if (!row) return [];
        const [name, path, kind, ...others] = row;
        return [{ name, path, kind, by: others[place - 1] ?? "" }];
      });
  }
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
