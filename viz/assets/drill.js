// ---------------------------------------------------------------- the chain rule, again and again

const LEVELS = [                   // how many operations, which, and how many leaves
  {size: 2, ops: ['add', 'mul', 'subtract'], leaves: 3}, {size: 4, ops: ['add', 'mul', 'subtract', 'square'], leaves: 3},
  {size: 5, ops: ['add', 'mul', 'subtract', 'divide', 'square', 'sigmoid', 'exp', 'tanh', 'relu'], leaves: 3},
];
const score = {right: 0, asked: 0};
let missed = false, counted = false;   // in the exercise that is shown

function random(seed) {            // mulberry32, by Tommy Ettinger: numbers from 0 to 1
  return () => {
    seed = seed + 0x6D2B79F5 | 0;
    let t = Math.imul(seed ^ seed >>> 15, 1 | seed);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
}
function exercise(level, seed) {   // the same for the same numbers
  const {size, ops, leaves} = LEVELS[level - 1], next = random(seed * 7 + level);
  const pick = all => all[Math.floor(next() * all.length)];
  const nodes = [...'xyz'].slice(0, leaves).map(name => ({kind: 'leaf', name, value: pick([-3, -2, -1, 1, 2, 3])}));
  const calls = [];
  for (let k = 0; k < size || unused().length > 1; k++) {
    const open = unused(), op = open.length > 2 || k >= size ? pick(ops.slice(0, 3)) : pick(ops);
    const x = pick(open), rest = nodes.map((_, n) => n).filter(n => n !== x);
    const others = open.filter(n => n !== x), y = pick(others.length ? others : rest);
    calls.push([nodes.length, op, FORMULAS[op].length > 2 ? [x, y] : [x]]);
    nodes.push({kind: 'operation', name: 'v' + calls.length});
  }
  nodes.at(-1).name = 'L';
  return {nodes, calls, root: nodes.length - 1};
  function unused() { return nodes.map((_, n) => n).filter(n => !calls.some(call => call[2].includes(n))); }
}
function sound(made) {             // whose numbers a student can work with
  const {values, gradient} = run(made);
  return [...values, ...gradient].every(v => v === undefined || (Number.isFinite(v) && Math.abs(v) < 500)) &&
    made.nodes.every((node, n) => node.kind !== 'leaf' || gradient[n] !== undefined) &&
    values.every(v => v === 0 || Math.abs(v) > 0.001);
}
function set() {
  const level = +$('level').value, seed = Math.abs(Math.round(+$('seed').value)) || 1;
  let made = null;
  for (let k = 0; !made || !sound(made); k++) made = exercise(level, seed + 1000 * k);
  missed = counted = false;
  begin(made);
  $('steps').hidden = true;
  show(graph.calls.length + 1);    // up to the seed
  $('words').textContent = '';
  $('task').textContent = W.task;
  const form = $('answers');
  form.replaceChildren();
  graph.nodes.forEach((node, n) => {
    if (node.kind !== 'leaf') return;
    const label = answer(`∂L/∂${node.name} =`);
    label.querySelector('input').dataset.node = n;
    form.append(label);
  });
  const check = make('button', W.check), reveal = make('button', W.reveal, {type: 'button'});
  const verdict = make('b', '', {id: 'verdict', role: 'status'});
  reveal.onclick = () => { missed = true; solution(); };
  form.append(check, reveal, verdict);
  keep();
}
function finish() {                // each exercise counts once
  if (!counted) {
    score.asked += 1;
    score.right += missed ? 0 : 1;
  }
  counted = true;
  keep();
}
function keep() { $('score').textContent = W.score.replace('{right}', score.right).replace('{asked}', score.asked); }
function solution() {
  finish();
  $('steps').hidden = false;
  show(steps.length);
  for (const field of $('answers').querySelectorAll('input')) field.value = short(passes.gradient[field.dataset.node]);
}
$('answers').onsubmit = event => {
  event.preventDefault();
  const fields = [...$('answers').querySelectorAll('input')], verdict = $('verdict');
  const wrong = fields.filter(field => !close(field.value, passes.gradient[field.dataset.node]));
  for (const field of fields) field.ariaInvalid = wrong.includes(field);
  verdict.textContent = wrong.length ? W.wrong : W.correct;
  verdict.className = wrong.length ? 'wrong' : 'right';
  if (wrong.length) { missed = true; wrong[0].focus(); return; }
  solution();
};
function stepped() {}
$('level').onchange = $('seed').onchange = set;
$('new').onclick = () => {
  $('seed').value = +$('seed').value + 1;
  set();
};
$('lang').onclick = () => { speak(lang === 'en' ? 'ko' : 'en'); set(); };
speak(lang);
set();
