// NAMES, in names.js, has one row a thing: name, path, kind, and what else it is called
(function () {
  const form = document.querySelector("[role=search]");
  const field = form.querySelector("input");
  const up = form.getAttribute("action").replace(/find\.html$/, "");
  const MOST = 8;
  const MANY = 200;
  const list = document.createElement("ul");
  const told = document.createElement("p");
  let hits = [];
  let active = -1;
  let index = null;

  // of the names of a thing the one that fits best, as [rank, its place]
  function best(names, wish) {
    return names.reduce(
      (found, name, place) => {
        const here = rankMatch(name, wish) + (place ? 0.5 : 0);
        return here < found[0] ? [here, place] : found;
      },
      [NO_MATCH, 0],
    );
  }

  function matching(words, most) {
    const wish = foldName(words);
    if (!wish) return [];
    index = index || NAMES.map((row) => [row[0], ...row.slice(3)].map(foldName));
    return NAMES.map((row, number) => ({ row, fit: best(index[number], wish) }))
      .filter((hit) => hit.fit[0] < NO_MATCH)
      .sort((one, two) => one.fit[0] - two.fit[0])
      .slice(0, most)
      .map(({ row, fit }) => ({ name: row[0], path: row[1], kind: row[2], by: fit[1] ? row[fit[1] + 2] : "" }));
  }

  function element(tag, text) {
    const made = document.createElement(tag);
    made.textContent = text;
    made.dir = "auto";
    return made;
  }

  function option(hit, number) {
    const row = document.createElement("li");
    row.append(element("span", hit.name), element("i", hit.by || hit.kind));
    row.id = `hit-${number}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    row.addEventListener("mousedown", (event) => event.preventDefault());
    row.addEventListener("click", () => open(hit));
    return row;
  }

  function open(hit) {
    location.assign(up + hit.path);
  }

  function point(number) {
    active = number;
    [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === number)));
    if (number < 0) {
      field.removeAttribute("aria-activedescendant");
      return;
    }
    field.setAttribute("aria-activedescendant", `hit-${number}`);
    list.children[number].scrollIntoView({ block: "nearest" });
  }

  function show(visible) {
    list.hidden = !visible;
    field.setAttribute("aria-expanded", String(visible));
    point(-1);
  }

  function offer() {
    hits = matching(field.value, MOST);
    list.replaceChildren(...hits.map(option));
    show(hits.length > 0);
    told.textContent = field.value.trim() ? `${hits.length || "No"} names found` : "";
  }

  function key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (list.hidden) offer();
      if (hits.length) point((active + step + (active < 0 && step < 0 ? 1 : 0) + hits.length) % hits.length);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      open(hits[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    }
  }

  // the page that finds: its results are those of ?q=
  function answer() {
    const found = document.getElementById("found");
    if (!found) return;
    const words = new URLSearchParams(location.search).get("q") || "";
    field.value = words;
    const every = matching(words, MANY);
    found.replaceChildren(
      ...every.map((hit) => {
        const row = document.createElement("li");
        const link = element("a", hit.name);
        link.href = up + hit.path;
        const said = element("small", [hit.kind, hit.by].filter(Boolean).join(" · "));
        const both = document.createElement("span");
        both.append(link, " ", said);
        row.append(both);
        return row;
      }),
    );
    const number = every.length === MANY ? `The first ${MANY}` : String(every.length);
    const said = every.length ? `${number} found for “${words}”.` : `Nothing is called “${words}”.`;
    document.getElementById("told").textContent = words ? said : "Things are found by any of their names, in any language, and by codes such as IND.";
  }

  list.id = "hits";
  list.className = "hits";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Names found");
  told.className = "unseen";
  told.setAttribute("role", "status");
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": "hits", "aria-autocomplete": "list", "aria-label": "Find by name, in any language" })) {
    field.setAttribute(name, value);
  }
  form.append(list, told);
  field.addEventListener("input", offer);
  field.addEventListener("keydown", key);
  field.addEventListener("blur", () => show(false));
  answer();
})();
