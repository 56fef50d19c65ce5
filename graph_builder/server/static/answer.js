"use strict";
/* The answer: a table with labels, what of it can be saved, and its picture. */

const answerView = (() => {
  const byId = (id) => document.getElementById(id);
  const made = (name, text = "", className = "") => {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    if (className) element.className = className;
    return element;
  };
  let shown = ""; // the query that the answer on the page belongs to

  function cellOf(cell, column) {
    const place = made("td");
    place.dataset.column = column;
    const text = made(cell.link ? "a" : "span", cell.text);
    if (cell.link) Object.assign(text, { href: cell.link, rel: "noreferrer" });
    if (cell.language) text.lang = cell.language;
    place.append(text);
    const beside = cell.name && cell.name !== cell.text ? cell.name : cell.type;
    if (beside) place.append(" ", made("code", beside));
    if (cell.iri) place.title = cell.iri;
    return place;
  }

  function tableOf(answer) {
    const [table, head, body] = ["table", "thead", "tbody"].map((name) => made(name));
    const names = made("tr");
    for (const column of answer.columns) {
      const name = made("th", column);
      name.scope = "col";
      names.append(name);
    }
    for (const row of answer.rows) {
      const line = made("tr");
      line.append(...row.map((cell, index) => cellOf(cell, answer.columns[index])));
      body.append(line);
    }
    head.append(names);
    table.append(head, body);
    return table;
  }

  function sentence(answer, seconds) {
    const time = seconds < 1 ? `in ${Math.ceil(seconds * 1000)} ms` : `in ${seconds.toFixed(1)} s`;
    if (answer.kind === "boolean") return `${answer.value ? "Yes." : "No."} Answered ${time}.`;
    const count = answer.rows.length;
    const [one, many] = answer.kind === "graph" ? ["fact", "facts"] : ["row", "rows"];
    const number = `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
    return answer.more
      ? `The first ${number}, ${time}; there are more, which CSV and Turtle hold.`
      : `${number}, ${time}.`;
  }

  function say(text, isMistake = false) {
    byId("status").textContent = text;
    byId("status").classList.toggle("mistake", isMistake);
  }

  function clear() {
    for (const id of ["save", "draw", "hindrance", "picture", "table"]) byId(id).hidden = true;
    byId("table").replaceChildren();
    byId("answer").classList.remove("drawn");
  }

  function show(answer, query, seconds) {
    shown = query;
    say(sentence(answer, seconds));
    byId("save").hidden = false;
    for (const button of byId("save").children) {
      button.hidden = !button.dataset.kind.split(" ").includes(answer.kind);
    }
    if (answer.rows.length) {
      byId("table").replaceChildren(tableOf(answer));
      byId("table").hidden = false;
    }
    byId("show").hidden = false;
    byId("draw").hidden = Boolean(answer.hindrance);
    byId("draw").elements.query.value = query;
    byId("hindrance").textContent = answer.hindrance;
    byId("hindrance").hidden = answer.kind !== "graph" || !answer.hindrance;
    if (answer.kind === "graph" && !answer.hindrance) byId("draw").requestSubmit();
  }

  async function save(button) {
    const { path, accept, file } = button.dataset;
    const body = new URLSearchParams({ query: shown });
    const response = await fetch(path, { method: "POST", headers: { Accept: accept }, body });
    if (!response.ok) return say(await response.text(), true);
    const link = made("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    return undefined;
  }

  byId("save").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) save(button).catch(() => say("The server does not answer.", true));
  });
  byId("draw").addEventListener("submit", (event) => {
    if (event.submitter?.formTarget === "_blank") return;
    byId("picture").hidden = false;
    byId("show").hidden = true;
    byId("answer").classList.add("drawn");
  });
  return { clear, say, show };
})();
