import { LIST_NAMES } from "./address.js";
import { byId, makeElement, selectAll } from "./dom.js";
import { listDays } from "./filter.js";
import { findName } from "./names.js";
import { filter, go, languages, model, nameOf, state } from "./session.js";
import { formatOnDay } from "./text.js";
import { root } from "./theme.js";

const slider = byId("day", HTMLInputElement);
const dayName = byId("day-name", HTMLElement);
const clearButton = byId("clear", HTMLElement);
const languageField = byId("language", HTMLSelectElement);
export const remaining = byId("remaining", HTMLElement);
const days = listDays(model.facts);

/**
 * @param {HTMLElement} field
 * @param {boolean} isHidden
 */
function hideLabelled(field, isHidden) {
  const label = field.closest("label");
  if (label) label.hidden = isHidden;
}

function startSteps() {
  for (const button of selectAll("#steps button")) {
    button.addEventListener("click", () => go({ steps: Number(button.dataset.steps) }));
  }
}

function showSteps() {
  for (const button of document.querySelectorAll("button")) {
    if (button.parentElement?.id !== "steps") continue;
    const steps = Number(button.dataset.steps);
    button.disabled = steps > 0 && state.thing?.type !== "node";
    button.setAttribute("aria-pressed", String(steps === state.steps));
  }
}

function startFilters() {
  for (const name of LIST_NAMES) {
    for (const button of selectAll(`[data-${name}]`)) {
      const value = button.dataset[name] ?? "";
      button.addEventListener("click", () => {
        const rest = state[name].filter((each) => each !== value);
        go({ [name]: rest.length < state[name].length ? rest : [...rest, value] });
      });
    }
  }
  const sliderDay = () => days[Number(slider.value) - 1] ?? "";
  slider.max = String(days.length);
  hideLabelled(slider, days.length < 2);
  slider.addEventListener("input", () => showDay(sliderDay()));
  slider.addEventListener("change", () => go({ at: sliderDay() }));
  clearButton.addEventListener("click", () => go({ only: [], at: "", mark: [], line: [] }));
}

function showFilters() {
  for (const name of LIST_NAMES) {
    for (const button of selectAll(`[data-${name}]`)) {
      const isPressed = state[name].includes(button.dataset[name] ?? "");
      button.setAttribute("aria-pressed", String(isPressed));
    }
  }
  remaining.textContent = filter.describe();
  clearButton.hidden = !filter.isActive;
  slider.value = String(days.indexOf(state.at) + 1);
  showDay(state.at);
}

/** @param {string} day */
function showDay(day) {
  dayName.textContent = day ? `said to hold ${formatOnDay(day)}` : "at any time";
  slider.setAttribute("aria-valuetext", dayName.textContent);
}

function startLanguages() {
  for (const tag of languages) {
    const names = new Intl.DisplayNames([tag], { type: "language", fallback: "code" });
    const choice = makeElement("option", "", names.of(tag) ?? tag);
    choice.value = tag;
    choice.lang = tag;
    languageField.append(choice);
  }
  hideLabelled(languageField, languages.length < 2);
  languageField.addEventListener("change", () => go({ lang: languageField.value }));
}

/** Show names in the table and on a stage of HTML in the reader's language. */
export function showLanguage() {
  languageField.value = state.lang;
  for (const place of document.querySelectorAll("[data-name]")) {
    const node = model.getNode(place.getAttribute("data-name") ?? "");
    place.textContent = nameOf(node);
    place.setAttribute("lang", findName(node, state.lang) ? state.lang : "en");
  }
}

export function startControls() {
  startLanguages();
  startFilters();
  startSteps();
}

export function showControls() {
  root.classList.toggle("embed", state.embed);
  root.classList.toggle("picked", Boolean(state.thing));
  showSteps();
  showFilters();
}
