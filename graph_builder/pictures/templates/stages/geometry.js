/**
 * @typedef {{ x: number, y: number }} Point
 * @typedef {{ x: number, y: number, w: number, h: number }} Box
 * @typedef {{ w: number, h: number }} Size
 *
 * A line from one end to the other, bent by way of a third point.
 * @typedef {{ x1: number, y1: number, x2: number, y2: number, via: Point }} Curve
 */

/**
 * @param {Box} one
 * @param {Box} two
 */
export function overlap(one, two) {
  return (
    one.x < two.x + two.w && two.x < one.x + one.w && one.y < two.y + two.h && two.y < one.y + one.h
  );
}

/**
 * Return the square around a point.
 * @param {Point} point
 * @param {number} reach
 */
export function boxAround({ x, y }, reach) {
  return { x: x - reach, y: y - reach, w: 2 * reach, h: 2 * reach };
}

/**
 * Tell whether a straight line runs through a box (Liang and Barsky 1984).
 * @param {{ x1: number, y1: number, x2: number, y2: number }} line
 * @param {Box} box
 */
export function runsThrough(line, box) {
  const [across, down] = [line.x2 - line.x1, line.y2 - line.y1];
  const sides = [
    { way: -across, room: line.x1 - box.x },
    { way: across, room: box.x + box.w - line.x1 },
    { way: -down, room: line.y1 - box.y },
    { way: down, room: box.y + box.h - line.y1 },
  ];
  let [enter, leave] = [0, 1];
  for (const { way, room } of sides) {
    if (way === 0 && room < 0) return false;
    if (way < 0) enter = Math.max(enter, room / way);
    if (way > 0) leave = Math.min(leave, room / way);
  }
  return enter < leave;
}

/**
 * Return the point on a curve as far along it as a share.
 * @param {Curve} curve
 * @param {number} share
 */
export function pointAlong({ x1, y1, x2, y2, via }, share) {
  const [back, fore] = [(1 - share) ** 2, share ** 2];
  const mid = 2 * share * (1 - share);
  return { x: back * x1 + mid * via.x + fore * x2, y: back * y1 + mid * via.y + fore * y2 };
}

/**
 * Return the point by way of which vis-network bends a line.
 * @param {Point} from
 * @param {Point} to
 * @param {{ type: string, roundness: number } | undefined} bend
 */
export function findBend(from, to, bend) {
  if (!bend) return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const way = bend.type === "curvedCW" ? 1 : -1;
  const reach = (bend.roundness * 0.5 + 0.5) * Math.hypot(to.x - from.x, to.y - from.y);
  const turn =
    Math.atan2(from.y - to.y, to.x - from.x) + (way * bend.roundness * 0.5 + 0.5) * Math.PI;
  return { x: from.x + reach * Math.sin(turn), y: from.y + reach * Math.cos(turn) };
}
