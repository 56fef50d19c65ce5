import assert from "node:assert/strict";
import { test } from "node:test";
import {
  boxAround,
  findBend,
  overlap,
  pointAlong,
  runsThrough,
} from "../../graph_builder/pictures/templates/stages/geometry.js";
import {
  placeEdgeLabels,
  placeNodeLabels,
} from "../../graph_builder/pictures/templates/stages/label_placement.js";
import { makeModel } from "./sample.js";

/** @import { Node } from "../../graph_builder/pictures/templates/core/model.js" */
/** @import { Line, Mark, Scene } from "../../graph_builder/pictures/templates/stages/label_placement.js" */

const model = makeModel();
const BOX = { x: 10, y: 10, w: 10, h: 10 };

/**
 * @param {Node} node
 * @param {number} x
 * @param {number} y
 * @returns {Mark}
 */
function makeMark(node, x, y, on = true) {
  return { node, x, y, r: 8, on };
}

/**
 * @param {Mark} from
 * @param {Mark} to
 * @returns {Line}
 */
function makeLine(from, to, edge = model.edges[0], on = true) {
  assert.ok(edge);
  const via = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  return { x1: from.x, y1: from.y, x2: to.x, y2: to.y, via, edge, on };
}

/**
 * Return a scene in which a letter is six pixels wide.
 * @param {Partial<Scene>} parts
 * @returns {Scene}
 */
function makeScene(parts) {
  const size = { w: 400, h: 300 };
  const measure = (/** @type {string} */ text) => 6 * text.length;
  return { size, marks: [], lines: [], signs: [], chosen: null, measure, ...parts };
}

/** @param {Scene} scene */
function place(scene, degree = () => 1) {
  return placeNodeLabels(scene, (node) => [node.label], degree);
}

test("boxes overlap if they have room in common", () => {
  assert.ok(overlap(BOX, { x: 19, y: 19, w: 5, h: 5 }));
  assert.ok(!overlap(BOX, { x: 20, y: 10, w: 5, h: 5 }));
  assert.ok(!overlap(BOX, { x: 10, y: 0, w: 5, h: 10 }));
  assert.deepEqual(boxAround({ x: 5, y: 6 }, 2), { x: 3, y: 4, w: 4, h: 4 });
});

test("a line runs through a box, ends before it, or passes it", () => {
  assert.ok(runsThrough({ x1: 0, y1: 0, x2: 30, y2: 30 }, BOX));
  assert.ok(runsThrough({ x1: 15, y1: 0, x2: 15, y2: 12 }, BOX));
  assert.ok(runsThrough({ x1: 12, y1: 12, x2: 14, y2: 14 }, BOX));
  assert.ok(!runsThrough({ x1: 0, y1: 0, x2: 9, y2: 9 }, BOX));
  assert.ok(!runsThrough({ x1: 0, y1: 25, x2: 30, y2: 25 }, BOX));
  assert.ok(!runsThrough({ x1: 0, y1: 15, x2: 15, y2: 35 }, BOX));
});

test("a curve leads from end to end", () => {
  const curve = { x1: 0, y1: 0, x2: 10, y2: 0, via: { x: 5, y: 10 } };
  assert.deepEqual(pointAlong(curve, 0), { x: 0, y: 0 });
  assert.deepEqual(pointAlong(curve, 0.5), { x: 5, y: 5 });
  assert.deepEqual(pointAlong(curve, 1), { x: 10, y: 0 });
});

test("lines bend to the side that vis-network bends them to", () => {
  const [from, to] = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
  ];
  assert.deepEqual(findBend(from, to, undefined), { x: 5, y: 0 });
  const clockwise = findBend(from, to, { type: "curvedCW", roundness: 0.2 });
  const other = findBend(from, to, { type: "curvedCCW", roundness: 0.2 });
  assert.ok(Math.abs(clockwise.x - other.x) < 1e-9);
  assert.ok(Math.abs(clockwise.y + other.y) < 1e-9);
  assert.ok(Math.abs(clockwise.y) > 1);
});

test("a label stands below its mark, or at the side where lines leave room", () => {
  const mark = makeMark(model.getNode("n0"), 200, 150);
  const [free] = place(makeScene({ marks: [mark] }));
  assert.deepEqual([free?.align, free?.x, free?.y], ["center", 185, 161]);
  const down = makeMark(model.getNode("n1"), 200, 290);
  const [beside] = place(makeScene({ marks: [mark], lines: [makeLine(mark, down)] }));
  assert.deepEqual([beside?.align, beside?.x], ["left", 213]);
});

test("labels lie neither on each other nor on marks, and stay in the drawing", () => {
  const marks = [];
  for (let at = 0; at < 40; at += 1) {
    const node = model.getNode(`n${at % 4}`);
    marks.push(makeMark(node, 20 + ((at * 97) % 360), 15 + ((at * 61) % 270)));
  }
  const scene = makeScene({ marks });
  const labels = place(scene);
  assert.ok(labels.length > 12, String(labels.length));
  for (const label of labels) {
    assert.ok(label.x >= 1 && label.x + label.w <= 399 && label.y >= 1 && label.y + label.h <= 299);
    assert.ok(!labels.some((other) => other !== label && overlap(label, other)));
    const others = marks.filter((mark) => mark !== label.mark);
    assert.ok(!others.some((mark) => overlap(label, boxAround(mark, mark.r))));
  }
});

test("what finds no room has no label, but what is chosen and what is a hub have one", () => {
  const marks = [makeMark(model.getNode("n0"), 200, 150)];
  for (let x = 120; x <= 280; x += 16) {
    for (let y = 70; y <= 230; y += 16) {
      if (x !== 200 || y !== 150) marks.push({ ...makeMark(model.getNode("n2"), x, y), r: 9 });
    }
  }
  const labelled = (/** @type {Partial<Scene>} */ parts, degree = () => 1) =>
    place(makeScene({ marks, ...parts }), degree).some(({ mark }) => mark === marks[0]);
  assert.ok(!labelled({}));
  assert.ok(labelled({ chosen: model.getNode("n0") }));
  assert.ok(labelled({}, () => 10));
});

test("a label leaves a sign in sight where it can", () => {
  const mark = makeMark(model.getNode("n0"), 200, 150);
  const [label] = place(makeScene({ marks: [mark], signs: [{ x: 200, y: 168 }] }));
  assert.equal(label?.align, "left");
});

test("a label at the rim is moved into sight", () => {
  const [label] = place(makeScene({ marks: [makeMark(model.getNode("n0"), 15, 150)] }));
  assert.deepEqual([label?.align, label?.x], ["center", 2]);
});

test("labels of edges stand on lines, unless all say the same or are too many", () => {
  const marks = [makeMark(model.getNode("n0"), 60, 60), makeMark(model.getNode("n1"), 340, 240)];
  const [one, other] = marks;
  assert.ok(one && other);
  const line = makeLine(one, other);
  const scene = makeScene({ marks, lines: [line] });
  const [edgeLabel] = placeEdgeLabels(scene, []);
  assert.deepEqual([edgeLabel?.text, edgeLabel?.x, edgeLabel?.y], ["signed", 182, 142.5]);
  const same = { ...scene, lines: [line, line, line] };
  assert.deepEqual(placeEdgeLabels(same, []), []);
  assert.equal(placeEdgeLabels({ ...same, chosen: line.edge }, []).length, 3);
  assert.deepEqual(placeEdgeLabels({ ...scene, lines: [{ ...line, on: false }] }, []), []);
  const mutual = { ...line, edge: { ...line.edge, mutual: true } };
  assert.deepEqual(placeEdgeLabels({ ...scene, lines: [mutual] }, []), []);
});

test("the label of an edge leaves those of nodes in sight, and is cut where it is long", () => {
  const [one, other] = [
    makeMark(model.getNode("n0"), 20, 150),
    makeMark(model.getNode("n1"), 380, 150),
  ];
  const line = makeLine(one, other);
  const scene = makeScene({ marks: [one, other], lines: [line] });
  const label = { ...BOX, x: 180, y: 140, w: 40, h: 20, align: /** @type {const} */ ("left") };
  const labels = [{ ...label, isBold: false, mark: one, node: one.node, lines: ["x"] }];
  const [edgeLabel] = placeEdgeLabels(scene, labels);
  assert.ok(edgeLabel && !overlap(edgeLabel, label));
  const long = { ...line, edge: { ...line.edge, relation: "x".repeat(60) } };
  assert.equal(placeEdgeLabels({ ...scene, lines: [long] }, [])[0]?.text, `${"x".repeat(43)}…`);
});
