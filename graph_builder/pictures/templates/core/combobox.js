/**
 * A search field, and what to do with what it finds.
 * @template Hit
 * @typedef {object} Combobox
 * @property {HTMLInputElement} field
 * @property {HTMLElement} list
 * @property {(words: string) => Hit[]} find
 * @property {(hit: Hit) => (Node | string)[]} describe
 * @property {(hit: Hit) => void} choose
 * @property {(words: string, count: number) => void} report
 * @property {boolean} [isEager] Enter takes the first hit, Escape empties the field
 */

/**
 * Show what a field finds in a list below it (the combobox pattern of WAI-ARIA).
 * @template Hit
 * @param {Combobox<Hit>} box
 */
export function startCombobox({ field, list, find, describe, choose, report, isEager = false }) {
  /** @type {Hit[]} */
  let hits = [];
  let active = -1;

  function point(/** @type {number} */ index) {
    active = index;
    for (const [at, row] of [...list.children].entries()) {
      row.setAttribute("aria-selected", String(at === index));
    }
    if (index < 0) {
      field.removeAttribute("aria-activedescendant");
      return;
    }
    field.setAttribute("aria-activedescendant", `hit-${index}`);
    list.children[index]?.scrollIntoView({ block: "nearest" });
  }

  function show(/** @type {boolean} */ isOpen) {
    list.hidden = !isOpen;
    field.setAttribute("aria-expanded", String(isOpen));
    point(-1);
  }

  function close() {
    show(false);
    report("", 0);
  }

  function take(/** @type {Hit} */ hit) {
    close();
    choose(hit);
  }

  function makeOption(/** @type {Hit} */ hit, /** @type {number} */ index) {
    const row = document.createElement("li");
    row.append(...describe(hit));
    row.id = `hit-${index}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    row.addEventListener("mousedown", (event) => event.preventDefault());
    row.addEventListener("click", () => take(hit));
    return row;
  }

  function offer() {
    hits = find(field.value);
    list.replaceChildren(...hits.map(makeOption));
    show(hits.length > 0);
    report(field.value.trim(), hits.length);
  }

  function move(/** @type {number} */ step) {
    if (list.hidden) offer();
    const start = active < 0 && step < 0 ? 0 : active;
    if (hits.length) point((start + step + hits.length) % hits.length);
  }

  function handleKey(/** @type {KeyboardEvent} */ event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const pointed = hits[isEager ? Math.max(active, 0) : active];
    if (step) {
      move(step);
    } else if (event.key === "Enter" && !list.hidden && pointed !== undefined) {
      take(pointed);
    } else if (event.key === "Escape" && (isEager || !list.hidden)) {
      if (list.hidden) field.value = "";
      close();
    } else {
      return;
    }
    event.preventDefault();
  }

  field.addEventListener("input", offer);
  field.addEventListener("keydown", handleKey);
  field.addEventListener("blur", close);
}
