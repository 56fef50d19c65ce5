// FOLDINGS is the table of foldings that Python writes: characters, as the inside of a regular
// expression's [], and the text that replaces them.
const foldings = FOLDINGS.map(([characters, replacement]) => ({ pattern: new RegExp(`[${characters}]`, "u"), replacement }));
const NO_MATCH = 9;
/** @type {Map<string, string>} */
const foldedCharacters = new Map();

/** @param {string} character @returns {string} */
function foldCharacter(character) {
  const folding = foldings.find(({ pattern }) => pattern.test(character));
  if (folding) return folding.replacement;
  return /[\p{L}\p{M}\p{N}\p{C}]/u.test(character) ? character : " ";
}

// the words of a name without case, accents and punctuation, one space between them
/** @param {string} name @returns {string} */
function foldName(name) {
  let folded = "";
  for (const character of name.normalize("NFKD").toUpperCase().toLowerCase()) {
    let replaced = foldedCharacters.get(character);
    if (replaced === undefined) foldedCharacters.set(character, (replaced = foldCharacter(character)));
    folded += replaced;
  }
  return folded.split(" ").filter(Boolean).join(" ");
}

// how a folded name fits the folded text asked for: 0 is the same but for spaces and the order of
// words, 1 begins with it, 2 has a word that begins with each word of it, 3 holds it somewhere
/** @param {string} name @param {string} asked @returns {number} */
function rankMatch(name, asked) {
  const [joined, begun] = [name, asked].map((text) => text.replaceAll(" ", ""));
  if (joined.startsWith(begun)) return joined === begun ? 0 : 1;
  const [words, wanted] = [name, asked].map((text) => text.split(" ").sort());
  if (wanted.join() === words.join()) return 0;
  if (wanted.every((start) => words.some((word) => word.startsWith(start)))) return 2;
  return name.includes(asked) ? 3 : NO_MATCH;
}
