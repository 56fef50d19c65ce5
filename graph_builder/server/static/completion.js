"use strict";
/* What fits where the cursor is: classes after "a", relations that the class has, things that they join. */

const completion = (() => {
  const WORD = /(?:[\w-]*:)?[\w.-]*$/;
  const MOST = 60;
  let known = { prefixes: {}, classes: [], relations: [], things: [] };

  const classesAbove = (name) => known.classes.find((each) => each.name === name)?.above ?? [name];

  /* The class of a subject: that of the thing itself, or as the query has it by "?x a CLASS", or
     else the one class that a relation leads to by which the query comes to it. */
  function classOf(subject, query) {
    const thing = known.things.find(([, name]) => name === subject);
    const name = subject.replace(/[?$.]/g, "\\$&");
    const typed = new RegExp(`${name}\\s+(?:a|rdf:type)\\s+([\\w-]+:[\\w-]+)`).exec(query);
    const led = new RegExp(`([\\w-]+:[\\w-]+)\\s+${name}(?![\\w-])`).exec(query);
    const to = known.relations.find((each) => each.name === led?.[1])?.to ?? [];
    return thing?.[2] ?? typed?.[1] ?? (to.length === 1 ? to[0] : "");
  }

  /* The statement that the cursor is in: its subject, and the words since the last ";". */
  function statement(before) {
    const bare = before.replace(/#.*$/gm, "").replace(/"[^"\n]*"|<[^>\s]*>/g, "x");
    const current = bare.slice(Math.max(bare.lastIndexOf("{"), bare.lastIndexOf("}"), bare.search(/\.\s[^.]*$/)) + 1);
    const parts = current.split(";");
    const subject = parts[0].trim().split(/\s+/)[0] ?? "";
    const words = parts.at(-1).split(",")[0].trim().split(/\s+/).filter(Boolean);
    return { subject, words: parts.length > 1 ? words : words.slice(1) };
  }

  function relationsOf(class_) {
    const above = class_ ? classesAbove(class_) : [];
    const fits = ({ from }) => !class_ || from.some((each) => above.includes(each));
    const open = known.relations.filter((each) => !each.from.length);
    return [...known.relations.filter((each) => each.from.length && fits(each)), ...open];
  }

  function thingsFor(relation) {
    const to = known.relations.find(({ name }) => name === relation)?.to ?? [];
    const fits = (class_) => !to.length || classesAbove(class_).some((each) => to.includes(each));
    return known.things.filter(([, , class_]) => fits(class_)).map(([label, name]) => ({ name, label, note: "" }));
  }

  function candidates(before, query) {
    if (/\bPREFIX\s+[\w-]*:?$/i.test(before)) {
      return Object.entries(known.prefixes).map(([name, iri]) => ({ name: `${name}: <${iri}>`, label: "", note: "" }));
    }
    const typed = WORD.exec(before)[0];
    const { subject, words } = statement(before.slice(0, before.length - typed.length));
    if (!subject || !words) return known.things.map(([label, name]) => ({ name, label, note: "" }));
    if (!words.length) return relationsOf(classOf(subject, query));
    return ["a", "rdf:type"].includes(words.at(-1)) ? known.classes : thingsFor(words.at(-1));
  }

  /* What fits before the cursor in a query, that which begins as typed before that which holds it. */
  function suggest(before, query) {
    const typed = WORD.exec(before)[0].toLowerCase();
    const place = ({ name, label }) => {
      const texts = [name, name.slice(name.indexOf(":") + 1), label].map((text) => text.toLowerCase());
      return texts.some((text) => text.startsWith(typed)) ? 0 : texts.some((text) => text.includes(typed)) ? 1 : 2;
    };
    const found = candidates(before, query).map((each) => [place(each), each]).filter(([at]) => at < 2);
    return found.sort(([one], [other]) => one - other).slice(0, MOST).map(([, each]) => each);
  }

  return {
    learn: (words) => { known = words; },
    length: (before) => WORD.exec(before)[0].length,
    suggest,
  };
})();
