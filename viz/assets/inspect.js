// ---------------------------------------------------------------- what a node or a wire is about

const source = wires.map(wire => +wire.dataset.source);
const target = wires.map(wire => +wire.dataset.target);
let pinned = null;                 // what was clicked: {node: 3}, {wire: 5}
let matches = [], match = 0;

for (const [k, node] of nodes.entries()) {  // the air between letters is part of a node
  const box = node.getBBox(), room = document.createElementNS(svg.namespaceURI, 'rect');
  const grow = [Math.max(0, 30 - box.width) / 2, Math.max(0, 30 - box.height) / 2];
  const sides = {x: box.x - grow[0], y: box.y - grow[1], width: box.width + 2 * grow[0],
    height: box.height + 2 * grow[1]};
  for (const side in sides) room.setAttribute(side, sides[side]);
  room.setAttribute('class', 'room');
  node.prepend(room);
}
for (const wire of wires) {        // and so is what is beside of a wire
  const line = wire.querySelector('path.forward');
  if (!line) continue;
  const room = line.cloneNode();
  room.setAttribute('class', 'room');
  wire.prepend(room);
}

function cone(end) {               // all that a node depends on, the wires between included
  const seen = new Set([end]), ways = new Set();
  for (const n of seen) wires.forEach((wire, k) => {
    if (target[k] !== n) return;
    ways.add(k);
    seen.add(source[k]);
  });
  return [seen, ways];
}
function light(what) {             // the cone of something, or nothing
  svg.classList.toggle('lit', Boolean(what));
  if (!what) return;
  const [seen, ways] = cone(what.node ?? source[what.wire]);
  if (what.wire !== undefined) { ways.add(what.wire); seen.add(target[what.wire]); }
  nodes.forEach((node, k) => node.classList.toggle('cone', seen.has(k)));
  wires.forEach((wire, k) => wire.classList.toggle('cone', ways.has(k)));
}
function told_of(n) {              // what the steps so far have said about a node
  const lines = [[], [], [], [], [], []], past = steps.slice(0, at);
  const order = ['built', 'valued', '', 'graded', 'passed', 'updated'];
  for (const step of past) for (const kind in step.shown) {
    const given = data.leaf[n] && step.shown[kind].length > 1;  // all leaves are given in one step
    const other = (kind === 'graded' && step.phase !== 'sum') ||
      (kind === 'passed' && step.phase === 'forward');
    if (!step.shown[kind].includes(n) || given || other) continue;
    // Of a layer of units that is told in one step, the line of this one.
    const own = step.words.split('\n').filter(line => line.startsWith(data.names[n] + ' = '));
    lines[order.indexOf(kind)].push(step.shown[kind].length > 1 && own.length ? own[0] : step.words);
  }
  if (lines[1].length) lines[0] = [];
  wires.forEach((_, k) => { if (source[k] === n && line_of(k)) lines[2].push(line_of(k)); });
  return lines.flat();
}
function line_of(k) {              // what came back along a wire
  const back = steps.slice(0, at).find(step => step.phase === 'backward' &&
    step.wires.includes(k) && step.shown.passed?.includes(target[k]));
  return back?.words.split('\n')[1 + back.wires.indexOf(k)];
}
function others(name, numbers) {   // nodes to go on to
  const row = make('p', W[name] + ': ');
  for (const n of new Set(numbers)) {
    const one = make('button', data.names[n]);
    one.type = 'button';
    one.onclick = () => { pin({node: n}); reveal(nodes[n]); $('about').querySelector('b').focus(); };
    row.append(one, ' ');
  }
  return row;
}
function tell(what) {
  const about = $('about');
  if (!what) {                     // nothing new is nothing to be read out
    if (about.textContent !== W.about) about.replaceChildren(make('p', W.about));
    return;
  }
  const n = what.node ?? target[what.wire], lines = [];
  const title = make('b', what.wire === undefined ? data.names[n] :
    data.names[source[what.wire]] + ' → ' + data.names[n]);
  title.tabIndex = -1;
  if (what.wire === undefined) lines.push(...told_of(n));
  else if (line_of(what.wire)) lines.push(line_of(what.wire));
  about.replaceChildren(title, ...lines.map(line => make('p', line)));
  const described = what.node ?? source[what.wire];
  const words = told[described].split('; ').filter(part =>
    (!part.startsWith(W.forward) || shown(described, 'value')) &&
    (!part.startsWith(W.backward) || shown(described, 'gradient')));
  about.append(make('p', words.join('; ')));
  if (what.wire !== undefined) return;
  const from = source.filter((_, k) => target[k] === n), to = target.filter((_, k) => source[k] === n);
  if (from.length) about.append(others('from', from));
  if (to.length) about.append(others('used_by', to));
  cells(n);
}
function pin(what) {
  pinned = what;
  unmark();
  light(what);
  tell(what);
}
function follow() {                // after a step: what is pinned may have more to tell
  unmark();
  tell(pinned);
}
function found(event) {            // the node or wire of an event
  const node = event.target.closest('[data-node]'), wire = event.target.closest('.wire');
  if (node) return {node: +node.dataset.node};
  return wire ? {wire: wires.indexOf(wire)} : null;
}
svg.addEventListener('click', event => {
  const what = found(event);
  pin(what);
  if (what?.node !== undefined) number(event.target);
});
svg.addEventListener('pointerover', event => {
  if (event.pointerType === 'touch' || dragged) return;
  const what = found(event);
  light(what ?? pinned);
  if (pinned) return;
  unmark();
  tell(what);
  if (what?.node !== undefined) number(event.target);
});
svg.addEventListener('pointerleave', () => { if (!pinned) { light(null); unmark(); tell(null); } });

function walk(by) {                // to the next node that is there, by keys
  const there = nodes.map((_, k) => k).filter(k => nodes[k].classList.contains('built') ||
    !svg.classList.contains('playing'));
  if (!there.length) return;
  const now = there.indexOf(pinned?.node ?? -1);
  const next = there[(now + by + there.length + (now < 0 && by < 0)) % there.length];
  pin({node: next});
  reveal(nodes[next]);
}
function wanted() { return $('find').value.trim().toLowerCase(); }
function find() {                  // Enter again goes on to the next
  const word = wanted();
  const rank = k => {              // the name itself, a part of the name, what it was computed by
    const name = data.names[k].toLowerCase();
    return name === word ? 0 : name.includes(word) ? 1 :
      told[k].split(';')[0].toLowerCase().includes(word) ? 2 : 3;
  };
  match = $('find').dataset.last === word ? match + 1 : 0;
  $('find').dataset.last = word;
  matches = nodes.map((_, k) => k).filter(k => word && rank(k) < 3).sort((j, k) => rank(j) - rank(k));
  match %= matches.length || 1;
  $('found').textContent = !word ? '' : matches.length ? match + 1 + ' / ' + matches.length :
    W.not_found;
  if (!matches.length) { pin(null); return; }
  const n = matches[match];
  if (!nodes[n].classList.contains('built') && steps.length) {
    const built = steps.findIndex(step => step.shown.built?.includes(n));
    if (built >= 0 && built >= at) show(built + 1, at);
  }
  pin({node: n});
  reveal(nodes[n]);
}

// ---------------------------------------------------------------- the row and the column of a number

function texts(n, kind) {          // of an array, row by row
  const all = [...nodes[n].querySelectorAll('text.' + kind + '-cell')];
  const rows = new Set(all.map(text => text.getAttribute('y'))).size;
  return all.map((_, e) => all[e % (all.length / rows) * rows + Math.floor(e * rows / all.length)]);
}
function once(n) {                 // of a leaf that is drawn several times, where its numbers stand
  const first = data.names.indexOf(data.names[n]);
  return texts(n, 'value').length || first < 0 ? n : first;
}
function sums(n, kind) {           // how each number of an array is a sum of products
  for (const p of data.products) {
    const [rows, inner, columns] = p.size, of = p.of, left = once(p.left), right = once(p.right);
    const at_left = (i, k) => i * inner + k;
    const at_right = (k, j) => p.flipped ? j * inner + k : k * columns + j;
    const range = length => [...Array(length).keys()];
    const uses = source.filter(s => once(s) === n).length;
    if (kind === 'value' && n === of) return range(rows * columns).map(e => {
      const i = Math.floor(e / columns), j = e % columns;
      return {of: p, plus: p.bias === null ? [] : [[once(p.bias), 'value', j]],
        terms: range(inner).map(k => [[left, 'value', at_left(i, k)],
          [right, 'value', at_right(k, j)]])};
    });
    if (kind !== 'gradient' || uses !== 1) continue;
    if (n === left) return range(rows * inner).map(e => {
      const i = Math.floor(e / inner), k = e % inner;
      return {of: p, plus: [], terms: range(columns).map(j => [[of, 'gradient', i * columns + j],
        [right, 'value', at_right(k, j)]])};
    });
    if (n === right) return range(inner * columns).map(e => {
      const [k, j] = p.flipped ? [e % inner, Math.floor(e / inner)] :
        [Math.floor(e / columns), e % columns];
      return {of: p, plus: [], terms: range(rows).map(i => [[left, 'value', at_left(i, k)],
        [of, 'gradient', i * columns + j]])};
    });
  }
  return null;
}
function unmark() {
  for (const text of svg.querySelectorAll('.term, .made')) text.classList.remove('term', 'made');
  $('sum')?.remove();
}
function mark(n, kind, e) {        // light what makes one number, and write the sum
  const all = sums(n, kind);
  unmark();
  if (!all?.[e]) return false;
  const text = ([where, of, k]) => texts(where, of)[k];
  const made = text([n, kind, e]), {terms, plus} = all[e];
  const parts = [...terms.flat(), ...plus];
  if (!made || !parts.every(part => text(part))) return false;
  made.classList.add('made');
  for (const part of parts) text(part).classList.add('term');
  const wrap = part => text(part).textContent.replace(/^−.*/, '($&)');
  const sum = [...terms.map(pair => text(pair[0]).textContent + ' × ' + wrap(pair[1])),
    ...plus.map(wrap)].join(' + ');
  const name = kind === 'gradient' ? '∂L/∂' + data.names[n] : data.names[n];
  $('about').prepend(make('p', name + '[' + place(n, kind, e) + '] = ' + sum + ' = ' +
    made.textContent, 'sum'));
  return true;
}
function place(n, kind, e) {       // the indices of an element
  const rows = new Set(texts(n, kind).map(text => text.getAttribute('y'))).size;
  const columns = texts(n, kind).length / rows;
  return rows > 1 ? Math.floor(e / columns) + ', ' + e % columns : e;
}
function number(text) {            // a number of the figure that somebody points at
  const kind = ['value', 'gradient'].find(kind => text.classList.contains(kind + '-cell'));
  const n = +text.closest('[data-node]').dataset.node;
  if (kind && shown(n, kind)) mark(n, kind, texts(n, kind).indexOf(text));
}
function shown(n, kind) {
  return nodes[n].classList.contains(kind === 'value' ? 'valued' : 'graded') ||
    !svg.classList.contains('playing');
}
function cells(n) {                // the same for who has no mouse
  for (const kind of ['value', 'gradient']) {
    if (!shown(n, kind) || document.body.classList.contains('blank') || !sums(n, kind)) continue;
    const row = make('p', W[kind === 'value' ? 'forward' : 'backward'] + ': ');
    texts(n, kind).forEach((text, e) => {
      const one = make('button', text.textContent);
      one.type = 'button';
      one.ariaLabel = place(n, kind, e) + ': ' + text.textContent;
      one.onclick = () => mark(n, kind, e);
      row.append(one, ' ');
    });
    $('about').append(row);
  }
}
function explain(step) {           // a step of arrays begins with its first number
  if (!step || pinned || at === steps.length || document.body.classList.contains('blank')) return;
  if (step.phase === 'forward' && step.shown.valued?.length === 1) mark(step.shown.valued[0], 'value', 0);
  if (step.phase === 'backward') step.shown.graded?.some(n => mark(n, 'gradient', 0));
}
tell(null);
