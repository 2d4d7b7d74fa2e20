// ---------------------------------------------------------------- a graph, step by step

let graph, passes, steps = [], at = 0, answered = -1;

function begin(made) {             // a new graph, before its first step
  graph = made;
  passes = run(graph);
  steps = [...graph.calls.map(call => ({phase: 'forward', call})), {phase: 'seed'},
    ...[...graph.calls].reverse().map(call => ({phase: 'backward', call}))];
  $('figure').innerHTML = drawn(graph);
  const svg = $('figure').firstChild;
  svg.style.width = Math.max(0.7 * svg.width.baseVal.value, Math.min($('figure').clientWidth,
    1.5 * svg.width.baseVal.value)) + 'px';
  show(0);
}
const name_of = n => graph.nodes[n].kind === 'constant' ? signed_as(graph, n) : graph.nodes[n].name;
function told({phase, call}) {     // a step in words
  if (phase === 'seed') return W.seed.replaceAll('{name}', name_of(graph.root));
  const [n, op, sources] = call, {values, gradient} = passes, names = sources.map(name_of);
  if (phase === 'forward') {
    const first = ['power', 'negative', 'square'].includes(op) ? wrapped : short;
    const numbers = sources.map((s, slot) => (slot ? wrapped : first)(values[s]));
    const parts = [equation(op, names), equation(op, numbers), short(values[n])];
    return name_of(n) + ' = ' + parts.join(' = ');
  }
  const lines = sources.map((s, slot) => {
    if (graph.nodes[s].kind === 'constant') return '';
    const local = FORMULAS[op][slot + 1](...sources.map(k => values[k]), values[n]);
    const formula = rule(op, slot, names, name_of(n)), factor = short(local);
    return `→ ${names[slot]}: ∂${name_of(n)}/∂${names[slot]} = ${formula}${formula === factor ? '' : ' = ' + factor}, ` +
      `${short(gradient[n])} × ${wrapped(local)} = ${short(passes.passed[[n, slot]])}`;
  });
  return [`${name_of(n)} (${op}):`, ...lines.filter(Boolean), ...sums(at, sources)].join('\n');
}
function arrived(n, count) {       // what has come back to a node after some steps
  const parts = n === graph.root && steps.slice(0, count).some(step => step.phase === 'seed') ? [1] : [];
  for (const {phase, call} of steps.slice(0, count)) if (phase === 'backward')
    call[2].forEach((s, slot) => { if (s === n) parts.push(passes.passed[[call[0], slot]]); });
  return parts;
}
const total = parts => parts.reduce((sum, part) => sum + part);
function sums(past, sources) {     // what has come together: `∂L/∂b = 2 + (−3) = −1`
  return [...new Set(sources)].map(s => [s, arrived(s, past)]).filter(([s, parts]) => parts.length > 1)
    .map(([s, parts]) => `∂${name_of(graph.root)}/∂${name_of(s)} = ` +
    parts.map((part, k) => k ? wrapped(part) : short(part)).join(' + ') + ' = ' + short(total(parts)));
}
function show(count) {
  at = Math.max(0, Math.min(count, steps.length));
  const past = steps.slice(0, at), last = past.at(-1);
  for (const group of $('figure').querySelectorAll('.node')) {
    const n = +group.dataset.node, {kind} = graph.nodes[n];
    const valued = kind === 'leaf' || past.some(step => step.phase === 'forward' && step.call[0] === n);
    const parts = kind === 'constant' ? [] : arrived(n, at), [value, gradient] = ['value', 'gradient'].map(c => group.querySelector('.' + c));
    value.textContent = valued ? short(passes.values[n]) : '';
    gradient.textContent = parts.length ? short(total(parts)) : '';
    group.classList.toggle('graded', parts.length > 0);
    group.classList.toggle('now', last?.call?.[0] === n);
  }
  for (const wire of $('figure').querySelectorAll('.wire')) {
    const {source, target} = wire.dataset, back = step => step.phase === 'backward' && step.call[0] === +target;
    wire.classList.toggle('returned', graph.nodes[source].kind !== 'constant' && past.some(back));
    wire.classList.toggle('now', last?.call?.[0] === +target);
  }
  $('words').textContent = last ? told(last) : W.start;
  $('count').textContent = at + ' / ' + steps.length;
  $('first').disabled = $('back').disabled = !at;
  $('next').disabled = $('last').disabled = at === steps.length;
  stepped();
  ask();
}
function questions() {             // what the next step would show
  const step = steps[at];
  if (!$('guess').checked || !step || step.phase === 'seed' || answered === at) return [];
  const [n, , sources] = step.call;
  if (step.phase === 'forward') return [[name_of(n) + ' = ?', passes.values[n]]];
  return sources.flatMap((s, slot) => graph.nodes[s].kind === 'constant' ? [] :
    [[`${name_of(n)} → ${name_of(s)}: ?`, passes.passed[[n, slot]]]]);
}
function ask() {
  const wanted = questions();
  $('ask').replaceChildren();
  if (!wanted.length) return;
  $('ask').append(...wanted.map(([words]) => answer(words)));
  const fields = [...$('ask').querySelectorAll('input')], verdict = make('b', '', {id: 'verdict', role: 'status'});
  const check = make('button', W.check), reveal = make('button', W.reveal);
  check.onclick = () => {
    const wrong = fields.find((field, k) => !close(field.value, wanted[k][1]));
    if (!wrong) { go_on(); return; }
    verdict.textContent = W.wrong;
    verdict.className = 'wrong';
    wrong.focus();
  };
  reveal.onclick = go_on;
  $('ask').onkeydown = event => { if (event.key === 'Enter' && event.target.matches('input')) check.click(); };
  $('ask').append(check, reveal, verdict);
  fields[0].focus({preventScroll: true});
}
function go_on() {
  answered = at;
  show(at + 1);
}
function step(by) {
  if (by > 0 && questions().length) { ask(); return; }
  show(at + by);
}
$('first').onclick = () => show(0);
$('back').onclick = () => step(-1);
$('next').onclick = () => step(1);
$('last').onclick = () => { while (at < steps.length && !questions().length) show(at + 1); };
$('guess').onchange = () => { answered = -1; show($('guess').checked && at === steps.length ? 0 : at); };
document.addEventListener('keydown', event => {
  const act = {ArrowRight: 'next', ArrowLeft: 'back', Home: 'first', End: 'last'}[event.key];
  if (!act || event.target.matches('input:not([type=checkbox]), select') || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  $(act).click();
});
