import { FOLDINGS, SEQUENCES } from "./folding_table.js";

/** How a name fits what is asked for; lower is better. */
export const RANKS = { same: 0, start: 1, words: 2, inside: 3, none: 9 };
const patterns = FOLDINGS.map(({ characters, replacement }) => ({
  pattern: new RegExp(`[${characters}]`, "u"),
  replacement,
}));
const sequences = SEQUENCES.map(({ pattern, replacement }) => ({
  pattern: new RegExp(pattern, "gu"),
  replacement,
}));
/** @type {Map<string, string>} */
const foldedCharacters = new Map();

/** @param {string} character */
function foldCharacter(character) {
  const known = foldedCharacters.get(character);
  if (known !== undefined) return known;
  const folding = patterns.find(({ pattern }) => pattern.test(character));
  const kept = /[\p{L}\p{M}\p{N}\p{C}]/u.test(character) ? character : " ";
  const folded = folding ? folding.replacement : kept;
  foldedCharacters.set(character, folded);
  return folded;
}

/**
 * Return the words of a name without case, accents and punctuation, one space between them.
 * @param {string} name
 */
export function foldName(name) {
  const characters = [...name.normalize("NFKD").toUpperCase().toLowerCase()];
  const plain = sequences.reduce(
    (text, { pattern, replacement }) => text.replace(pattern, replacement),
    characters.map(foldCharacter).join(""),
  );
  return plain.split(" ").filter(Boolean).join(" ");
}

/**
 * Return how a folded name fits the folded text asked for: the same but for spaces and the order of
 * words, with this beginning, with a word that begins with each word of it, or with it inside.
 * @param {string} name
 * @param {string} asked
 */
export function rankMatch(name, asked) {
  const joined = name.replaceAll(" ", "");
  const start = asked.replaceAll(" ", "");
  if (joined.startsWith(start)) return joined === start ? RANKS.same : RANKS.start;
  const words = name.split(" ").sort();
  const wanted = asked.split(" ").sort();
  if (wanted.join() === words.join()) return RANKS.same;
  if (wanted.every((each) => words.some((word) => word.startsWith(each)))) return RANKS.words;
  return name.includes(asked) ? RANKS.inside : RANKS.none;
}
