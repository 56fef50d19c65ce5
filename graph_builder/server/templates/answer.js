import { byId, makeElement } from "../../pictures/templates/core/dom.js";
import { describeAnswer, describeCell } from "./result_table.js";

/** @import { Answer, Cell } from "./result_table.js" */

const KEEP_FOR = 60_000; // milliseconds in which a browser saves what it is given
const section = byId("answer", HTMLElement);
const status = byId("status", HTMLElement);
const saveButtons = byId("save", HTMLElement);
const drawForm = byId("draw", HTMLFormElement);
const noPictureReason = byId("no-picture-reason", HTMLElement);
const notes = byId("notes", HTMLElement);
const picture = byId("picture", HTMLElement);
const showButton = byId("show", HTMLElement);
const table = byId("table", HTMLElement);
/** The query that the answer on the page belongs to. */
let shownQuery = "";

/**
 * @param {Cell} cell
 * @param {string} column
 */
function makeCell(cell, column) {
  const place = makeElement("td", "");
  place.dataset.column = column;
  const text = cell.link ? makeElement("a", "", cell.text) : makeElement("span", "", cell.text);
  if (text instanceof HTMLAnchorElement) {
    Object.assign(text, { href: cell.link, rel: "noreferrer" });
  }
  if (cell.language) text.lang = cell.language;
  place.append(text);
  const beside = describeCell(cell);
  if (beside) place.append(" ", makeElement("code", "", beside));
  if (cell.iri) place.title = cell.iri;
  return place;
}

/** @param {Answer} answer */
function makeTable({ columns, rows }) {
  const heads = columns.map((column) => {
    const head = makeElement("th", "", column);
    head.scope = "col";
    return head;
  });
  const lines = rows.map((row) => {
    const cells = row.map((cell, index) => makeCell(cell, columns[index] ?? ""));
    return makeElement("tr", "", ...cells);
  });
  const head = makeElement("thead", "", makeElement("tr", "", ...heads));
  return makeElement("table", "", head, makeElement("tbody", "", ...lines));
}

/**
 * @param {string} text
 * @param {boolean} [isMistake]
 */
export function showStatus(text, isMistake = false) {
  status.textContent = text;
  status.classList.toggle("mistake", isMistake);
}

export function clearAnswer() {
  const parts = [saveButtons, drawForm, noPictureReason, notes, picture, table];
  for (const part of parts) part.hidden = true;
  table.replaceChildren();
  section.classList.remove("drawn");
}

/**
 * @param {Answer} answer
 * @param {string} query
 * @param {number} seconds
 */
export function showAnswer(answer, query, seconds) {
  shownQuery = query;
  showStatus(describeAnswer(answer, seconds));
  notes.replaceChildren(...answer.notes.map((note) => makeElement("li", "", note)));
  notes.hidden = !answer.notes.length;
  saveButtons.hidden = false;
  for (const button of saveButtons.querySelectorAll("button")) {
    button.hidden = !button.dataset.kind?.split(" ").includes(answer.kind);
  }
  if (answer.rows.length) {
    table.replaceChildren(makeTable(answer));
    table.hidden = false;
  }
  showButton.hidden = false;
  drawForm.hidden = Boolean(answer.noPictureReason);
  for (const field of drawForm.querySelectorAll("input")) {
    if (field.name === "query") field.value = query;
  }
  noPictureReason.textContent = answer.noPictureReason;
  noPictureReason.hidden = answer.kind !== "graph" || !answer.noPictureReason;
  if (answer.kind === "graph" && !answer.noPictureReason) drawForm.requestSubmit();
}

/** @param {HTMLElement} button */
async function save({ dataset: { path = "", accept = "", file = "" } }) {
  const body = new URLSearchParams({ query: shownQuery });
  const response = await fetch(path, { method: "POST", headers: { Accept: accept }, body });
  if (!response.ok) {
    showStatus(await response.text(), true);
    return;
  }
  const link = makeElement("a", "");
  link.href = URL.createObjectURL(await response.blob());
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEEP_FOR);
}

export function startAnswer() {
  saveButtons.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button)
      save(button).catch(() =>
        showStatus("The server does not answer. Try again in a moment.", true),
      );
  });
  drawForm.addEventListener("submit", (event) => {
    const { submitter } = event;
    if (submitter instanceof HTMLButtonElement && submitter.formTarget === "_blank") return;
    picture.hidden = false;
    showButton.hidden = true;
    section.classList.add("drawn");
  });
}
