// A leaf gets another number, and every number of the page is computed anew.
const live = data.live, given = new Map();

function forward(values, moved) {  // all results, of which one may be held
  for (const [n, name, sources] of live.calls)
    if (n !== moved) values[n] = FORMULAS[name][0](...sources.map(s => values[s]));
  return values;
}
function loss(values) {
  return live.seeds.reduce((sum, [n, seed]) => sum + seed * values[n], 0);
}
function compute() {               // one forward and one backward pass
  const value = forward(live.values.map((known, n) => given.get(n) ?? known));
  const gradient = value.map(() => null), local = {}, passed = {};
  for (const [n, seed] of live.seeds) gradient[n] = seed;
  for (const [n, name, sources] of [...live.calls].reverse()) {
    const numbers = sources.map(s => value[s]);
    sources.forEach((s, slot) => {
      const d = local[[n, slot]] = FORMULAS[name][slot + 1](...numbers, value[n]);
      if (gradient[n] === null) return;
      const p = passed[[n, slot]] = gradient[n] * d;
      gradient[s] = gradient[s] === null ? p : gradient[s] + p;
    });
  }
  const updated = value.map((v, n) => v - live.rates[n] * gradient[n]);
  const all = {value, gradient, local, passed, updated};
  return {value, all: live.numbers.map(([kind, n, slot]) =>
    all[kind][slot === undefined ? n : [n, slot]])};
}
function difference(value, n) {
  const h = 1e-5 * Math.max(1, Math.abs(value[n]));
  const ends = [h, -h].map(shift => {
    const moved = [...value];
    moved[n] += shift;
    return loss(forward(moved, n));
  });
  return (ends[0] - ends[1]) / (2 * h);
}

// ---------------------------------------------------------------- numbers as the figure has them

function magnitude(x, digits) { return +x.toExponential(digits - 1).split('e')[1]; }
function fixed(x, places) {        // ties go to the even digit, as in Python
  const text = x.toFixed(places), tie = Math.abs(x) * 2 ** (places + 1);
  if (tie % 2 !== 1 || !(text.at(-1) % 2)) return text;
  return (Math.sign(x) * (Math.abs(+text) - 10 ** -places)).toFixed(places);
}
function written(x, {decimals, significant, trim}) {
  if (Number.isNaN(x)) return 'NaN';
  if (!Number.isFinite(x)) return x > 0 ? '∞' : '−∞';
  let text;
  const power = x ? magnitude(x, 2) : 0;
  if (power < -4 || power >= 6) {
    const [mantissa, exponent] = x.toExponential(Math.max(significant, 2) - 1).split('e');
    const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    text = short + 'e' + +exponent;
  } else {
    const least = x ? significant - 1 - magnitude(x, significant) : 0;
    text = fixed(x + 0, x ? Math.max(decimals, least) : trim ? 0 : decimals);
    if (trim && text.includes('.')) text = text.replace(/\.?0+$/, '');
  }
  return text.replace(/-/g, '−');
}
function fill(template, all) {     // a negative number behind an operator stands in parentheses
  return template.replace(/([+×÷−·^@] |[−\/√])?([\ue000-\uf8ff])([²³])?/g, (_, before, mark, raised) => {
    const k = mark.charCodeAt(0) - 0xe000, fine = k >= live.finer;
    const text = written(all[k % live.finer], fine ? live.numerals[1] : live.numerals[0]);
    const wrap = (before || raised) && text.startsWith('−');
    return (before ?? '') + (wrap ? '(' + text + ')' : text) + (raised ?? '');
  });
}

// ---------------------------------------------------------------- the page

function redo() {
  const {value, all} = compute(), blanked = $('blanks').checked;
  if (blanked) blanks(false);
  for (const [node, index, template] of live.texts)
    nodes[node].querySelectorAll('text')[index].textContent = fill(template, all);
  live.titles.forEach((template, k) => { told[k] = fill(template, all); });
  live.steps.forEach(({words, questions}, k) => {
    steps[k].words = fill(words, all);
    questions.forEach(([words, mark, text], q) => {
      const question = steps[k].questions[q];
      if (question) Object.assign(question, {words: fill(words, all), answer: [all[mark]],
        written: fill(text, all)});
    });
  });
  live.checks.forEach(([n, template], k) => {
    const cells = $('rows').children[k].querySelectorAll('td');
    cells[0].textContent = fill(template, all);
    cells[1].textContent = written(difference(value, n), live.numerals[1]);
  });
  if (blanked) blanks(true);
  open.clear();
  show(at);
}
function follows() {               // whether the recorded numbers are those of the formulas
  const {all} = compute();
  return all.every((x, k) => Math.abs(x - live.known[k]) <=
    live.tolerance * Math.max(1, Math.abs(live.known[k])));
}
if (follows()) {
  for (const [n, name] of live.leaves) {
    const label = make('label', name + ' '), field = make('input');
    field.type = 'number'; field.step = 'any'; field.value = live.values[n];
    field.oninput = () => {
      if (!Number.isFinite(field.valueAsNumber)) return;
      given.set(n, field.valueAsNumber);
      redo();
    };
    label.append(field);
    $('leaves').append(label);
  }
  const reset = button('reset');
  reset.onclick = () => {
    given.clear();
    $('leaves').querySelectorAll('input').forEach((field, k) => {
      field.value = live.values[live.leaves[k][0]];
    });
    redo();
  };
  $('leaves').append(reset);
} else {
  $('change').replaceWith(make('p', W.no_change_passes));
}
