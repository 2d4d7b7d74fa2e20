// A leaf gets another number, and every number of the page is computed anew.
const live = data.live, given = new Map();
const array = ([shape, data]) => ({shape, data: [...data]});
let trained = 0;                   // steps of gradient descent that were taken

function compute() {               // one forward and one backward pass
  const value = live.values.map((known, n) => array(given.get(n) ?? known));
  forward(live.calls, value, ARRAYS);
  const seeds = live.seeds.map(([n, seed]) => [n, array(seed)]);
  const {gradient, passed} = backward(live.calls, value, seeds, ARRAYS);
  const updated = value.map((x, n) => gradient[n] &&
    ({shape: x.shape, data: x.data.map((v, e) => v - live.rates[n] * gradient[n].data[e])}));
  const local = (n, slot) => {
    const [, name, sources] = live.calls.find(call => call[0] === n);
    const numbers = sources.map(s => value[s].data[0]);
    return {shape: [], data: [FORMULAS[name][slot + 1](...numbers, value[n].data[0])]};
  };
  const of = {value: n => value[n], gradient: n => gradient[n], updated: n => updated[n], local,
    passed: (n, slot) => passed[[n, slot]]};
  return {value, gradient, quantities: live.quantities.map(([kind, n, slot, length]) =>
    of[kind](n, slot)?.data ?? Array(length).fill(NaN))};
}
function loss(values) {
  return live.seeds.reduce((sum, [n, [, seed]]) =>
    seed.reduce((all, weight, e) => all + weight * values[n].data[e], sum), 0);
}
function difference(value, n) {    // of every element
  return value[n].data.map((x, e) => {
    const h = 1e-5 * Math.max(1, Math.abs(x));
    const ends = [h, -h].map(shift => {
      const moved = [...value];
      moved[n] = array([value[n].shape, value[n].data]);
      moved[n].data[e] += shift;
      return loss(forward(live.calls, moved, ARRAYS, n));
    });
    return (ends[0] - ends[1]) / (2 * h);
  });
}
function write(quantities) {       // every number in the digits of the style, and in more
  return live.numerals.map(numerals => [
    quantities.flat().map(x => written(x, numerals)),
    quantities.flatMap(all => aligned(all, numerals)),
  ]);
}
function fill(template, texts) {   // a negative number behind an operator stands in parentheses
  return template.replace(/([+×÷−·^@] |[−\/√])?([\ue000-\uf8ff])([²³])?/g, (_, before, mark, raised) => {
    const k = mark.charCodeAt(0) - 0xe000, fine = +(k >= live.finer), all = k % live.finer;
    const text = texts[fine][+(all >= live.aligned)][all % live.aligned];
    const wrap = (before || raised) && text.startsWith('−');
    return (before ?? '') + (wrap ? '(' + text + ')' : text) + (raised ?? '');
  });
}
function bracketed(shape, texts) { // the rows of an array in one line
  const columns = shape.at(-1);
  return !shape.length ? texts[0] : range(texts.length / columns).map(i =>
    '[' + texts.slice(i * columns, (i + 1) * columns).join(' ') + ']').join(' ');
}

// ---------------------------------------------------------------- the page

const rooms = new Map();           // how wide a number of a matrix was drawn
function put(text, content) {      // a number that is wider now must not run into its neighbour
  if (!rooms.has(text)) rooms.set(text, text.getComputedTextLength());
  text.textContent = content;
  text.removeAttribute('textLength');
  const room = rooms.get(text) + 3;
  if (!text.matches('[class$=cell]') || text.getComputedTextLength() <= room) return;
  text.setAttribute('lengthAdjust', 'spacingAndGlyphs');
  text.setAttribute('textLength', room);
}
function redo() {
  const {value, quantities} = compute(), texts = write(quantities), all = quantities.flat();
  const blanked = $('blanks').checked;
  if (blanked) blanks(false);
  for (const [node, index, template] of live.texts)
    put(nodes[node].querySelectorAll('text')[index], fill(template, texts));
  live.titles.forEach((template, k) => { told[k] = fill(template, texts); });
  live.steps.forEach(({words, questions}, k) => {
    steps[k].words = fill(words, texts);
    questions.forEach(([words, marks, text], q) => {
      const question = steps[k].questions[q];
      if (question) Object.assign(question, {words: fill(words, texts),
        answer: marks.map(mark => all[mark]), written: fill(text, texts)});
    });
  });
  live.checks.forEach(([n, template], k) => {
    const cells = $('rows').children[k].querySelectorAll('td'), {shape} = value[n];
    const found = difference(value, n), numerals = live.numerals[1];
    cells[0].textContent = fill(template, texts);
    cells[1].textContent = bracketed(shape, shape.length ? aligned(found, numerals) :
      [written(found[0], numerals)]);
  });
  if (blanked) blanks(true);
  open.clear();
  show(at);
}
function follows() {               // whether the recorded numbers are those of the formulas
  const all = compute().quantities.flat();
  return all.every((x, k) => Math.abs(x - live.known[k]) <=
    live.tolerance * Math.max(1, Math.abs(live.known[k])));
}
function enter(n, e, x) {          // another number for one element of a leaf
  const changed = array(given.get(n) ?? live.values[n]);
  changed.data[e] = x;
  given.set(n, [changed.shape, changed.data]);
}
function refresh() {               // all fields, after a step or a reset
  for (const {n, e, field, slider} of fields) {
    const x = (given.get(n) ?? live.values[n])[1][e];
    field.value = +x.toPrecision(6);
    if (slider) slide(slider, x);
  }
  $('taken').textContent = trained ? W.trained.replace('{count}', trained)
    .replace('{name}', live.seeds.map(([n]) => live.names[n]).join(' + '))
    .replace('{value}', () => written(loss(compute().value), live.numerals[1])) : '';
}
function slide(slider, x) {        // as far as a number may want to go, and no further while it moves
  const reach = Math.max(1, 2 * Math.abs(live.values[slider.leaf][1][slider.element]), Math.abs(x));
  Object.assign(slider, {min: -reach, max: reach, step: reach / 200});
  slider.value = x;
}
function changed(n, e, x) {
  if (!Number.isFinite(x)) return;
  enter(n, e, x);
  trained = 0;
  $('taken').textContent = '';
  redo();
}
function input(n, e, name) {
  const field = make('input');
  Object.assign(field, {type: 'number', step: 'any', ariaLabel: name});
  field.oninput = () => {
    changed(n, e, field.valueAsNumber);
    if (one.slider) slide(one.slider, field.valueAsNumber || 0);
  };
  const one = {n, e, field};
  fields.push(one);
  return one;
}
function ruler(n, e, name) {       // a slider
  const slider = make('input');
  Object.assign(slider, {type: 'range', ariaLabel: name, leaf: n, element: e});
  slide(slider, (given.get(n) ?? live.values[n])[1][e]);
  slider.oninput = () => {
    for (const one of fields) if (one.n === slider.leaf && one.e === slider.element)
      one.field.value = +slider.valueAsNumber.toPrecision(6);
    changed(slider.leaf, slider.element, slider.valueAsNumber);
  };
  return slider;
}
function grid(n, name) {           // a field for every number of a matrix, and a slider for one
  const [shape, all] = live.values[n], columns = shape.at(-1), table = make('table');
  const slider = ruler(n, 0, W.chosen.replace('{name}', name + '[0]'));
  for (const i of range(all.length / columns)) {
    const row = table.insertRow();
    for (const j of range(columns)) {
      const e = i * columns + j, called = name + '[' + (shape.length > 1 ? i + ', ' + j : j) + ']';
      const one = input(n, e, called);
      one.field.onfocus = () => {
        slider.element = e;
        slider.ariaLabel = called;
        slide(slider, one.field.valueAsNumber || 0);
      };
      row.insertCell().append(one.field);
    }
  }
  const group = make('fieldset');
  group.append(make('legend', name + ' '), table, slider);
  return group;
}
function train() {                 // one step of gradient descent for everything that is trained
  const {value, gradient} = compute(), rate = $('rate').valueAsNumber;
  for (const [n, own] of live.trained) if (gradient[n]) given.set(n, [value[n].shape,
    value[n].data.map((v, e) => v - (own || rate) * gradient[n].data[e])]);
  trained += 1;
  redo();
  refresh();
}
const fields = [];
if (follows()) {
  for (const [n, name] of live.leaves) {
    if (live.values[n][0].length) { $('leaves').append(grid(n, name)); continue; }
    const label = make('label', name + ' '), one = input(n, 0, name);
    one.slider = ruler(n, 0, name);
    label.append(one.field);
    $('leaves').append(label, one.slider);
  }
  const reset = button('reset'), more = button('train'), rate = make('input', '', 'rate');
  const label = make('label', W.rate + ' ');
  Object.assign(rate, {type: 'number', step: 'any', value: live.rate});
  label.append(rate);
  label.hidden = live.trained.every(([, own]) => own);
  more.onclick = train;
  reset.onclick = () => { given.clear(); trained = 0; redo(); refresh(); };
  $('leaves').append(reset);
  if (live.trained.length && live.seeds.length) $('leaves').append(more, label);
  $('leaves').append(make('output', '', 'taken'));
  refresh();
} else {
  $('change').replaceWith(make('p', W.no_change_passes));
}
