import { PHRASES, STEMS, STOP_WORDS } from "./search_words_table.js";

/** Thai to Khmer, kana, Han, and the letters of Hangul: words without spaces between them. */
const UNSPACED = /[\u0e00-\u0fff\u1000-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+/u;
const SCRIPTS = new RegExp(`(${UNSPACED.source})`, "u");
const LONGEST_PHRASE = 8;
const stopWords = new Set(STOP_WORDS);
const stems = STEMS.map(([form = "", concept = ""]) => ({ words: form.split(" "), concept }));

/**
 * What words mean, in the languages that people search in: the same as `core/search_words.py`.
 */
export class WordMeanings {
  /** @param {Map<string, string>} countries the concepts of countries by their folded names */
  constructor(countries) {
    /** @type {Map<string, string[]>} */
    this.phrases = new Map(Object.entries(PHRASES));
    for (const [name, concept] of countries) {
      this.phrases.set(name, [...(this.phrases.get(name) ?? []), concept]);
    }
  }

  /**
   * Return what each word of a folded text may mean; words such as "of" are left out.
   * @param {string} folded
   * @returns {string[][]}
   */
  interpret(folded) {
    const words = folded.split(" ").filter(Boolean).flatMap(splitScripts);
    /** @type {string[][]} */
    const meanings = [];
    for (let place = 0; place < words.length; ) {
      const { length, concepts } = this.#findPhrase(words, place);
      const word = words[place] ?? "";
      if (length < 2 && stopWords.has(word)) {
        place += 1;
        continue;
      }
      meanings.push(...(length ? [concepts] : this.#splitWord(word)));
      place += length || 1;
    }
    return meanings;
  }

  /**
   * Return the number of words of the longest phrase at a place, and what it means.
   * @param {string[]} words
   * @param {number} place
   */
  #findPhrase(words, place) {
    const most = Math.min(LONGEST_PHRASE, words.length - place);
    for (let length = most; length > 1; length -= 1) {
      const found = this.phrases.get(words.slice(place, place + length).join(" "));
      if (found) return { length, concepts: found };
    }
    const begun = stems.filter((stem) =>
      stem.words.every((start, at) => words[place + at]?.startsWith(start)),
    );
    const longer = begun.find((stem) => stem.words.length > 1);
    if (longer) return { length: longer.words.length, concepts: [longer.concept] };
    const same = this.phrases.get(words[place] ?? "") ?? [];
    const concepts = [...new Set([...same, ...begun.map(({ concept }) => concept)])];
    return { length: concepts.length ? 1 : 0, concepts };
  }

  /**
   * Return what a word means that is no phrase; of one without spaces the longest known parts.
   * @param {string} word
   */
  #splitWord(word) {
    if (!UNSPACED.test(word)) return [[word]];
    /** @type {string[][]} */
    const meanings = [];
    let rest = "";
    for (let place = 0; place < word.length; ) {
      let end = word.length;
      while (end > place && !this.#isKnown(word.slice(place, end))) end -= 1;
      if (end === place) {
        rest += word[place];
        place += 1;
        continue;
      }
      if (rest) meanings.push([rest]);
      const concepts = this.phrases.get(word.slice(place, end));
      if (concepts && !stopWords.has(word.slice(place, end))) meanings.push(concepts);
      [place, rest] = [end, ""];
    }
    return rest ? [...meanings, [rest]] : meanings;
  }

  /** @param {string} part */
  #isKnown(part) {
    return stopWords.has(part) || this.phrases.has(part);
  }
}

/**
 * Return the parts of a word with and without spaces between words: パリ, ai, サミット.
 * @param {string} word
 */
function splitScripts(word) {
  return word.split(SCRIPTS).filter(Boolean);
}
