const LABEL_PX = 13;
const LINE_PX = 15;
const GAP_PX = 4;
const CLEAR_PX = 2;
const HUB = 10;
const WORDS_PX = 12;
const MOST_WORDS = 40;
const WORDS_FACE = `italic ${WORDS_PX}px ${FACE}`;
const widths = new Map();
let placed = [];
let spoken = [];

function font(bold) {
  return `${bold ? "600" : "400"} ${LABEL_PX}px ${FACE}`;
}

function lineWidth(pen, text, face) {
  const name = `${face} ${text}`;
  pen.font = face;
  if (!widths.has(name)) widths.set(name, pen.measureText(text).width);
  return widths.get(name);
}

function crosses(one, two) {
  return (
    one.x < two.x + two.w && two.x < one.x + one.w && one.y < two.y + two.h && two.y < one.y + one.h
  );
}

function places(mark, w, h) {
  const reach = mark.r + GAP_PX;
  const slant = mark.r * 0.7 + GAP_PX;
  return [
    { x: mark.x - w / 2, y: mark.y + reach - 1, align: "center" },
    { x: mark.x + reach + 1, y: mark.y - h / 2, align: "left" },
    { x: mark.x - reach - 1 - w, y: mark.y - h / 2, align: "right" },
    { x: mark.x - w / 2, y: mark.y - reach - h + 1, align: "center" },
    { x: mark.x + slant, y: mark.y + slant - 2, align: "left", slant: true },
    { x: mark.x + slant, y: mark.y - slant - h + 2, align: "left", slant: true },
    { x: mark.x - slant - w, y: mark.y + slant - 2, align: "right", slant: true },
    { x: mark.x - slant - w, y: mark.y - slant - h + 2, align: "right", slant: true },
  ].map((place) => ({ ...place, w, h }));
}

// what stands in the middle of a mark at the rim may stand a little beside it
function inSight(place, size) {
  if (place.align !== "center") return place;
  const x = Math.min(Math.max(place.x, 2), size.w - place.w - 2);
  return Math.abs(x - place.x) < place.w / 3 ? { ...place, x } : place;
}

function apart(box, size) {
  if (box.x < 1 || box.y < 1 || box.x + box.w > size.w - 1 || box.y + box.h > size.h - 1) return false;
  return !placed.some((label) => crosses(box, label));
}

function offMarks(box, mark, marks) {
  return !marks.some((near) => near !== mark && (near.on || !mark.on) && crosses(box, around(near, near.r + CLEAR_PX)));
}

function around({ x, y }, reach) {
  return { x: x - reach, y: y - reach, w: 2 * reach, h: 2 * reach };
}

// Liang and Barsky 1984: clip the line to the box and see whether anything is left
function runsThrough(line, box) {
  const [across, down] = [line.x2 - line.x1, line.y2 - line.y1];
  const sides = [
    [-across, line.x1 - box.x], [across, box.x + box.w - line.x1],
    [-down, line.y1 - box.y], [down, box.y + box.h - line.y1],
  ];
  let [enter, leave] = [0, 1];
  for (const [way, room] of sides) {
    if (way === 0 && room < 0) return false;
    if (way < 0) enter = Math.max(enter, room / way);
    if (way > 0) leave = Math.min(leave, room / way);
  }
  return enter < leave;
}

function clearest(boxes, lines) {
  const scored = boxes.map((box) => ({ box, hits: lines.filter((line) => runsThrough(line, box)).length }));
  return scored.reduce((best, next) => (best && best.hits <= next.hits ? best : next), null)?.box;
}

// most connected first, in the free one of four places (Imhof 1975) that fewest lines run through,
// else in a corner, off the signs if it can; a hub may cover small marks; what finds no room keeps
// its mark only
function placeLabels(pen, marks, lines, size, seenSigns) {
  placed = [];
  for (const mark of marks) {
    const text = linesOf(nameOf(mark.node));
    if (!text.length) continue;
    const bold = mark.node === state.thing || degree(mark.node) >= HUB;
    const w = Math.max(...text.map((line) => lineWidth(pen, line, font(bold))));
    const all = places(mark, w, text.length * LINE_PX).map((place) => inSight(place, size));
    const open = all.filter((place) => apart(place, size));
    const off = open.filter((place) => offMarks(place, mark, marks));
    const unsigned = off.filter((place) => offSigns(place, seenSigns));
    const clear = unsigned.length ? unsigned : off;
    const best = clearest(clear.filter((place) => !place.slant), lines) || clear[0];
    const forced = bold ? clearest(open, lines) : null;
    const last = mark.node === state.thing ? all[0] : null;
    const chosen = best || forced || last;
    if (chosen) placed.push({ ...chosen, bold, mark, node: mark.node, lines: text });
  }
}

function offSigns(box, seenSigns) {
  return !seenSigns.some((place) => crosses(box, around(place, SIGN_PX)));
}

// a place on a line, as far along it as the share
function along({ x1, y1, x2, y2, via }, share) {
  const [back, fore] = [(1 - share) ** 2, share ** 2];
  const mid = 2 * share * (1 - share);
  return { x: back * x1 + mid * via.x + fore * x2, y: back * y1 + mid * via.y + fore * y2 };
}

// what lines say is written on them where it is plain whose it is: on few lines, and where nothing
// else is; on the one that is chosen always
function placeWords(pen, marks, lines, size, seenSigns) {
  spoken = [];
  const lit = lines.filter(({ on, edge }) => on && !edge.mutual);
  const chosen = lit.filter(({ edge }) => edge === state.thing);
  const alike = new Set(lit.map(({ edge }) => edge.relation)).size === 1 && lit.length > 2;
  if (lit.length > MOST_WORDS || (alike && !chosen.length)) return;
  for (const line of chosen.length ? chosen : lit) {
    const text = line.edge.relation.length > 44 ? `${line.edge.relation.slice(0, 43)}…` : line.edge.relation;
    const w = lineWidth(pen, text, WORDS_FACE);
    const boxes = [0.5, 0.42, 0.58, 0.34, 0.66, 0.74, 0.26].map((share) => {
      const { x, y } = along(line, share);
      return { x: x - w / 2, y: y - LINE_PX / 2, w, h: LINE_PX, align: "left" };
    });
    const plain = (box) => apart(box, size) && offMarks(box, { on: true }, marks) && offSigns(box, seenSigns)
      && !spoken.some((other) => crosses(box, other)) && !lit.some((other) => other !== line && runsThrough(other, box));
    const best = boxes.find(plain) || (chosen.length ? boxes[0] : null);
    if (best) spoken.push({ ...best, edge: line.edge, lines: [text] });
  }
}

function drawWords(pen, words, ink, halo) {
  pen.font = WORDS_FACE;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = 5;
  pen.strokeStyle = halo;
  pen.fillStyle = ink;
  pen.strokeText(words.lines[0], words.x, words.y + LINE_PX / 2);
  pen.fillText(words.lines[0], words.x, words.y + LINE_PX / 2);
}

function drawLabel(pen, label, ink, halo) {
  const shift = { left: 0, center: label.w / 2, right: label.w }[label.align];
  pen.font = font(label.bold);
  pen.textAlign = label.align;
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = 4;
  pen.strokeStyle = halo;
  pen.fillStyle = ink;
  label.lines.forEach((line, index) => {
    const y = label.y + LINE_PX * (index + 0.5);
    pen.strokeText(line, label.x + shift, y);
    pen.fillText(line, label.x + shift, y);
  });
}

function labelAt(point) {
  const spot = { x: point.x, y: point.y, w: 0.1, h: 0.1 };
  const hit = placed.find((label) => crosses(spot, label));
  return hit ? hit.node : null;
}
