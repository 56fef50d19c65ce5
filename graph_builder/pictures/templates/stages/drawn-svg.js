// the drawing as elements of SVG, mark for mark and line for line as it stands in the window
function networkSvg(seenMarks, seenLines, { w, h }) {
  const parts = [
    ...seenLines.map((line) => lineSvg(line, seenMarks)),
    ...seenMarks.map(markSvg),
    ...spoken.map(wordsSvg),
    ...placed.map(labelSvg),
    ...signs(seenMarks, seenLines).flatMap(signSvg),
  ];
  return { width: w, height: h, parts };
}

function lineSvg({ x1, y1, x2, y2, via, edge, on }, seenMarks) {
  const { ink: own, width, dashes } = data.families[edge.family];
  const stroke = mix(ink.get(edge === state.thing ? "accent" : own), ink.get("surface"), on ? 1 : FADED);
  const far = seenMarks.find(({ node }) => node.key === edge.to);
  if (edge.from === edge.to) return svgEl("circle", { cx: x1 + far.r, cy: y1 - far.r, r: far.r, fill: "none", stroke });
  const turn = Math.atan2(y2 - via.y, x2 - via.x);
  const [tipX, tipY] = [x2 - far.r * Math.cos(turn), y2 - far.r * Math.sin(turn)];
  const line = svgEl("path", { "stroke-width": edge.width || width, "stroke-dasharray": dashes.join(" ") || "none" });
  const corner = (side) => `${(tipX - 7 * Math.cos(turn + side)).toFixed(1)} ${(tipY - 7 * Math.sin(turn + side)).toFixed(1)}`;
  const path = [x1, y1, via.x, via.y, tipX, tipY].map((each) => each.toFixed(1));
  line.setAttribute("d", `M${path[0]} ${path[1]}Q${path[2]} ${path[3]} ${path[4]} ${path[5]}`);
  const head = svgEl("path", { d: `M${corner(0.4)}L${path[4]} ${path[5]}L${corner(-0.4)}z`, fill: stroke });
  return svgEl("g", { stroke, fill: "none" }, ...(edge.mutual ? [line] : [line, head]));
}

function markSvg({ x, y, r, node, on }) {
  const { shape, hollow } = data.groups[node.group];
  const own = mix(ink.get(`g-${node.group}`), ink.get("surface"), on ? 1 : FADED);
  const scale = (r / 7).toFixed(3);
  return svgEl("path", {
    d: data.paths[shape], transform: `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${scale}) translate(-8 -8)`,
    fill: hollow ? ink.get("surface") : own, stroke: hollow ? own : ink.get("surface"), "stroke-width": hollow ? 2 : 1,
  });
}

function signSvg(place) {
  const [{ x, y }, { text: words, tone: stroke }] = [place, signLook(place)];
  const text = svgEl("text", { x, y: y + 4, "text-anchor": "middle", "font-size": 11, "font-weight": 600, fill: stroke }, words);
  return [svgEl("circle", { cx: x, cy: y, r: SIGN_PX, fill: ink.get("surface"), stroke }), text];
}

function wordsSvg(words) {
  return svgEl("text", {
    x: words.x.toFixed(1), y: (words.y + LINE_PX * 0.75).toFixed(1), "font-size": WORDS_PX, "font-style": "italic", fill: wordsTone(words),
    stroke: ink.get("surface"), "stroke-width": 4, "stroke-linejoin": "round", "paint-order": "stroke",
  }, words.lines[0]);
}

function labelSvg(label) {
  const [anchor, shift] = { left: ["start", 0], center: ["middle", label.w / 2], right: ["end", label.w] }[label.align];
  const rows = label.lines.map((line, at) => svgEl("tspan", { x: (label.x + shift).toFixed(1), y: (label.y + LINE_PX * (at + 0.8)).toFixed(1) }, line));
  return svgEl("text", {
    "text-anchor": anchor, "font-size": LABEL_PX, "font-weight": label.bold ? 600 : 400, fill: labelTone(label),
    stroke: ink.get("surface"), "stroke-width": 3, "stroke-linejoin": "round", "paint-order": "stroke",
  }, ...rows);
}
