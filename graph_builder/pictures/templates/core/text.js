/**
 * Return an ISO day or month in words, as the page has them; other text as it is.
 * @param {string} [text]
 */
export function formatDay(text = "") {
  const day = /^\d{4}-\d\d(-\d\d)?$/.test(text) ? new Date(text) : null;
  if (!day || Number.isNaN(day.getTime())) return text;
  /** @type {Intl.DateTimeFormatOptions} */
  const parts = { year: "numeric", month: "long", timeZone: "UTC" };
  if (text.length > 7) parts.day = "numeric";
  return new Intl.DateTimeFormat("en-GB", parts).format(day);
}

/**
 * Return "on" a day or "in" a month or year.
 * @param {string} day
 */
export function formatOnDay(day) {
  return `${day.length > 7 ? "on" : "in"} ${formatDay(day)}`;
}

/**
 * Return a number with what is counted.
 * @param {number} number
 * @param {string} one
 * @param {string} many
 */
export function formatCount(number, one, many) {
  return `${number} ${number === 1 ? one : many}`;
}
