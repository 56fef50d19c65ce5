/**
 * What becomes part of an element; "" and null are left out.
 * @typedef {Node | string | null} Content
 */

/**
 * Return the element with an id; raises TypeError if it is of another kind.
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new TypeError(`#${id} is not of ${kind.name}`);
  return found;
}

/**
 * Return the HTML elements that a selector finds.
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
export function selectAll(selector) {
  return [...document.querySelectorAll(selector)].filter((found) => found instanceof HTMLElement);
}

/**
 * Return an element; text reaches the page only as text, so no data can become markup.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} className
 * @param {...Content} children
 */
export function makeElement(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null).filter((child) => child !== ""));
  return made;
}

/**
 * @param {string} address
 * @param {string} text
 */
export function makeLink(address, text) {
  const made = makeElement("a", "", text);
  made.setAttribute("href", address);
  return made;
}

/** @typedef {Record<string, string | number>} Attributes */

/**
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes} attributes
 * @param {...(Node | string)} children
 */
export function makeSvg(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}
