// ---------------------------------------------------------------- a graph in columns
// Every node stands in the column after its last argument; a wire that passes a column has a place of
// its own in it, which keeps it off the nodes there. Places are ordered so that few wires cross
// (Sugiyama, Tagawa, Toda 1981), then set as near to their neighbours as their distances allow.
const RADIUS = 19, LABEL = 66, GAP = 46;

function columns_of({nodes, calls, root}) {
  const column = nodes.map(() => 0), users = nodes.map(() => []);
  for (const [n, , sources] of calls) {
    column[n] = 1 + Math.max(...sources.map(s => column[s]));
    for (const s of sources) users[s].push(n);
  }
  nodes.forEach((node, n) => {     // a leaf stands before its first use
    if (node.kind !== 'operation' && users[n].length) column[n] = Math.min(...users[n].map(u => column[u])) - 1;
  });
  const columns = [], wires = [];
  const place = (at, what) => { (columns[at] ??= []).push(what); return what; };
  const real = nodes.map((node, n) => place(column[n], {n, before: [], after: []}));
  for (const [n, , sources] of calls) sources.forEach((s, slot) => {
    const way = [real[s]];
    for (let at = column[s] + 1; at < column[n]; at++) way.push(place(at, {before: [], after: []}));
    way.push(real[n]);
    way.forEach((one, k) => { if (k) { one.before.push(way[k - 1]); way[k - 1].after.push(one); } });
    wires.push({source: s, target: n, slot, way});
  });
  return {columns, wires, real};
}
function average(one, sides, of) { // over its neighbours
  const all = sides.flatMap(side => one[side]);
  return all.length ? all.reduce((sum, next) => sum + next[of], 0) / all.length : one[of];
}
function crossings(columns) {
  let count = 0;
  for (const column of columns) {
    const ends = column.flatMap((one, k) => one.after.map(next => [k, next.rank]));
    for (const [a, b] of ends) for (const [c, d] of ends) count += a < c && b > d;
  }
  return count;
}
function order(columns) {
  const rank = () => columns.forEach(column => column.forEach((one, k) => { one.rank = k; }));
  rank();
  let best = columns.map(column => [...column]), fewest = crossings(columns);
  for (let sweep = 0; sweep < 12 && fewest; sweep++) {
    const forth = sweep % 2 === 0;
    for (const column of forth ? columns : [...columns].reverse()) {
      const wanted = new Map(column.map(one => [one, average(one, forth ? ['before'] : ['after'], 'rank')]));
      column.sort((a, b) => wanted.get(a) - wanted.get(b) || a.rank - b.rank);
      column.forEach((one, k) => { one.rank = k; });
    }
    const now = crossings(columns);
    if (now < fewest) { fewest = now; best = columns.map(column => [...column]); }
  }
  best.forEach((column, k) => { columns[k] = column; });
  rank();
}
const half = one => one.n === undefined ? 9 : 34;
function settle(column, wanted) {  // as near to what is wanted as the distances allow
  let shift = 0;
  const offset = column.map((one, k) => k ? shift += half(column[k - 1]) + half(one) : 0);
  const blocks = [], mean = k => blocks.at(k).sum / blocks.at(k).count;
  column.forEach((one, k) => {     // pools of places that touch, at the mean of what they want
    blocks.push({sum: wanted(one) - offset[k], count: 1});
    while (blocks.length > 1 && mean(-2) > mean(-1)) {
      const last = blocks.pop();
      blocks.at(-1).sum += last.sum;
      blocks.at(-1).count += last.count;
    }
  });
  let k = 0;
  for (const {sum, count} of blocks) for (let i = 0; i < count; i++, k++) column[k].y = sum / count + offset[k];
}
function lay_out(graph) {
  const {columns, wires, real} = columns_of(graph);
  order(columns);
  for (const column of columns) settle(column, () => 0);
  for (let sweep = 0; sweep < 16; sweep++) {
    const sides = sweep % 2 ? ['before', 'after'] : sweep % 4 ? ['after'] : ['before'];
    for (const column of sweep % 4 === 2 ? [...columns].reverse() : columns) settle(column, one => average(one, sides, 'y'));
  }
  const wide = n => Math.max(2 * RADIUS, 9 * signed_as(graph, n).length + 16);
  let x = 8;
  for (const column of columns) {
    const width = Math.max(...column.map(one => one.n === undefined ? 0 : wide(one.n)));
    for (const one of column) Object.assign(one, {left: x, middle: x + width / 2, right: x + width + LABEL});
    x += width + LABEL + GAP;
  }
  const top = Math.min(...columns.flat().map(one => one.y - half(one)));
  for (const one of columns.flat()) one.y += 8 - top;
  const tall = Math.max(...columns.flat().map(one => one.y + half(one))) + 8;
  return {real, wires, wide, size: [x - GAP + 8, tall]};
}
function signed_as({nodes, calls}, n) {      // what stands in a node
  const node = nodes[n];
  if (node.kind === 'leaf') return node.name;
  if (node.kind === 'constant') return String(+node.value.toPrecision(4)).replace('-', '−');
  const [, op] = calls.find(call => call[0] === n);
  return SIGNS[op] ?? op;
}
function course({source, target, slot, way}, graph, wide) {  // in gaps it bends, in columns it is straight
  const inlets = graph.calls.find(call => call[0] === target)[2].length;
  const level = way.at(-1).y + (inlets > 1 ? (slot - (inlets - 1) / 2) * 16 : 0);
  const from = way[0].middle + wide(source) / 2;
  let path = `M${from} ${way[0].y}H${way[0].right}`, y = way[0].y;
  for (const one of way.slice(1)) {
    const to = one === way.at(-1) ? level : one.y, bend = one.left - GAP / 2;
    path += `C${bend} ${y} ${bend} ${to} ${one.left} ${to}`;
    if (one !== way.at(-1)) path += `H${one.right}`;
    y = to;
  }
  const circle = wide(target) <= 2 * RADIUS ? Math.sqrt(RADIUS ** 2 - (level - way.at(-1).y) ** 2) : wide(target) / 2;
  return path + `H${way.at(-1).middle - circle}`;
}
function drawn(graph) {            // the diagram as SVG, its numbers empty
  const {real, wires, wide, size} = lay_out(graph);
  const arrow = (id, turn) => `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" ` +
    `markerHeight="7" markerUnits="userSpaceOnUse" orient="${turn}"><path d="M0 0L8 4L0 8z"/></marker>`;
  const pair = d => `<path class="forth" d="${d}" marker-end="url(#forth)"/>` +
    `<path class="back" d="${d}" transform="translate(0 6)" marker-start="url(#back)"/>`;
  const lines = wires.map(wire => `<g class="wire" data-source="${wire.source}" data-target="${wire.target}">` +
    pair(course(wire, graph, wide)) + '</g>');
  const parts = graph.nodes.map((node, n) => {
    const {middle, y, right} = real[n], width = wide(n), edge = middle + width / 2;
    const round = node.kind === 'operation' ? RADIUS : 5, mid = (edge + right) / 2;
    const named = node.kind === 'operation' ? `<text class="name" x="${mid}" y="${y - 21}">${node.name}</text>` : '';
    const wire = n === graph.root ? pair(`M${edge} ${y}H${right}`) : '';
    return `<g class="node ${node.kind}" data-node="${n}">${wire}<rect x="${middle - width / 2}" y="${y - RADIUS}" ` +
      `width="${width}" height="${2 * RADIUS}" rx="${round}"/><text x="${middle}" y="${y + 5}">${signed_as(graph, n)}` +
      `</text>${named}<text class="value" x="${mid}" y="${y - 6}"></text>` +
      `<text class="gradient" x="${mid}" y="${y + 22}"></text></g>`;
  });
  return `<svg viewBox="0 0 ${size[0]} ${size[1]}" width="${size[0]}" height="${size[1]}" role="img">` +
    `<title>${graph.nodes.map(node => node.name)}</title><defs>${arrow('forth', 'auto')}${arrow('back', 'auto-start-reverse')}</defs>` +
    lines.join('') + parts.join('') + '</svg>';
}
