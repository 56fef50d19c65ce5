/** @type {Map<boolean, Intl.DateTimeFormat>} */
const dateFormats = new Map();

/**
 * Return the format of dates with or without a day, made once since that takes long.
 * @param {boolean} hasDay
 */
function getDateFormat(hasDay) {
  const day = hasDay ? "numeric" : undefined;
  const found =
    dateFormats.get(hasDay) ??
    new Intl.DateTimeFormat("en-GB", { year: "numeric", month: "long", day, timeZone: "UTC" });
  dateFormats.set(hasDay, found);
  return found;
}

/**
 * Return an ISO day or month in words, as the page has them; other text as it is.
 * @param {string} [text]
 */
export function formatDay(text = "") {
  const day = /^\d{4}-\d\d(-\d\d)?$/.test(text) ? new Date(text) : null;
  if (!day || Number.isNaN(day.getTime())) return text;
  return getDateFormat(text.length > 7).format(day);
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
