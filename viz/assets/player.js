'use strict';
const data = JSON.parse(document.getElementById('story').textContent);
const $ = id => document.getElementById(id), W = data.words, steps = data.steps;
const svg = document.querySelector('#figure svg'), overview = svg.querySelector('desc');
const nodes = [...svg.querySelectorAll('[data-node]')];
const wires = [...svg.querySelectorAll('.wire')];
const frames = [...svg.querySelectorAll('.frame')];
const titles = nodes.map(node => node.querySelector('title'));
const told = titles.map(title => title.textContent), whole = overview.textContent;
const size = [svg.width.baseVal.value, svg.height.baseVal.value];
const calm = matchMedia('(prefers-reduced-motion: reduce)');
let at = 0, timer = 0, zoom = 1, open = new Set();

function make(tag, text, id) {
  const made = document.createElement(tag);
  made.textContent = text ?? '';
  if (id) made.id = id;
  return made;
}
function button(name) {
  const made = make('button', W[name], name);
  made.type = 'button';
  return made;
}

// ---------------------------------------------------------------- steps

function present(wire) {           // a wire is there when both of its ends are
  return nodes[wire.dataset.source].classList.contains('built') &&
    nodes[wire.dataset.target].classList.contains('built');
}
function show(n, from) {
  at = Math.max(0, Math.min(n, steps.length));
  const end = at === steps.length, back = new Set();
  const seen = {};
  for (const kind of ['built', 'valued', 'graded', 'passed', 'updated']) seen[kind] = new Set();
  for (const step of steps.slice(0, at)) {
    for (const kind in step.shown) for (const k of step.shown[kind]) seen[kind].add(k);
    if (step.phase === 'backward') for (const k of step.wires) back.add(k);
  }
  const last = at ? steps[at - 1] : null;
  const now = new Set(last && !end ? Object.values(last.shown).flat() : []);
  const flow = new Set(last && !end ? last.wires : []);
  nodes.forEach((node, k) => {
    for (const kind in seen) node.classList.toggle(kind, seen[kind].has(k));
    node.classList.toggle('now', now.has(k));
    titles[k].textContent = end || seen.graded.has(k) ? told[k] : data.names[k];
  });
  wires.forEach((wire, k) => {
    wire.classList.toggle('built', present(wire));
    wire.classList.toggle('returned', back.has(k));
    wire.classList.toggle('now', flow.has(k));
  });
  for (const frame of frames) frame.classList.toggle('built', seen.built.size > data.leaves);
  overview.textContent = end ? whole : '';
  for (const row of $('rows')?.children ?? []) row.hidden = !seen.graded.has(+row.dataset.of);
  $('scrub').value = at;
  $('scrub').ariaValueText = at + ' / ' + steps.length;
  $('count').textContent = at + ' / ' + steps.length;
  $('phase').textContent = last ? W['phase_' + last.phase] : '';
  $('said').textContent = last ? last.words : '';
  $('first').disabled = $('back').disabled = !at;
  $('next').disabled = $('last').disabled = end;
  const line = step => make('li', W['phase_' + step.phase] + ': ' + step.words);
  if (from === at - 1 && last) {
    $('log').append(line(last));
    $('log').scrollTop = $('log').scrollHeight;
  } else if (from !== at) {
    $('log').replaceChildren(...steps.slice(0, at).map(line));
  }
  nodes[Math.min(...now)]?.scrollIntoView({block: 'nearest', inline: 'center',
    behavior: calm.matches ? 'instant' : 'smooth'});
  if (from !== undefined) link();
  ask();
}
function link() {                  // a page inside of another may have no address to change
  try { history.replaceState(null, '', '#step=' + at); } catch { /* then without a link */ }
}
function step(by) {
  if (by > 0 && pending().length) { pause(); ask(); return; }
  show(at + by, at);
}
function reach(n) {                // predict mode does not let one scrub past a question
  if ($('predict').checked) while (at < n && !pending().length) show(at + 1, at);
  if (!$('predict').checked || n < at) show(n, at);
}
function pause() { clearInterval(timer); timer = 0; $('play').textContent = W.play; }
function play() {
  if (timer) { pause(); return; }
  if (at === steps.length) show(0, at);
  $('play').textContent = W.pause;
  timer = setInterval(() => { if (at < steps.length) step(1); else pause(); }, 1500);
}
function fit() {                   // as large as the window allows, for the last row
  const room = [innerWidth - 32, innerHeight - $('figure').offsetTop - 72];
  const best = Math.max(0.75, Math.min(room[0] / size[0], room[1] / size[1], 2.5));
  const scale = best * zoom;
  svg.style.width = size[0] * scale + 'px';
  svg.style.height = size[1] * scale + 'px';
  document.documentElement.style.scrollPaddingTop = $('figure').offsetTop + 'px';
}

// ---------------------------------------------------------------- predictions

function pending() {               // what must be answered before the next step
  if (!$('predict').checked || at >= steps.length || open.has(at)) return [];
  return steps[at].questions;
}
function numbers(text) {           // "-0,5", "[1 2] [3 4]", "1, 2; 3, 4"
  const parts = text.replace(/\u2212/g, '-').replace(/[\[\]();]|,(?=\s)/g, ' ').trim();
  return parts ? parts.split(/\s+/).map(part => Number(part.replace(',', '.'))) : [];
}
function close(given, question) {  // within the digits that are printed, or one per cent
  const written = question.written.split(/[\s\[\]]+/).filter(part => part);
  return given.length === question.answer.length && question.answer.every((answer, k) => {
    const decimals = (written[k].match(/\.(\d+)$/) || ['', ''])[1].length;
    const unit = written[k].includes('e') ? 0 : 0.5 * 10 ** -decimals;
    return Math.abs(given[k] - answer) <= Math.max(unit, 0.01 * Math.abs(answer)) * (1 + 1e-9);
  });
}
function ask() {
  const box = $('ask'), questions = pending();
  box.replaceChildren();
  if (!questions.length) return;
  const fields = questions.map((question, k) => {
    const label = make('label', question.words + ' '), field = make('input', '', 'answer' + k);
    const many = question.answer.length;
    field.type = 'text'; field.autocomplete = 'off'; field.size = many > 1 ? 6 * many : 9;
    if (many > 1) field.placeholder = W.answer_array; else field.inputMode = 'decimal';
    label.append(field);
    box.append(label);
    return field;
  });
  const check = button('check'), reveal = button('reveal'), verdict = make('b', '', 'verdict');
  verdict.setAttribute('role', 'status');
  check.onclick = () => {
    const wrong = fields.find((field, k) => !close(numbers(field.value), questions[k]));
    if (!wrong) { pass(questions); return; }
    verdict.textContent = W.wrong;
    verdict.className = 'wrong';
    wrong.focus();
  };
  reveal.onclick = () => pass(questions);
  box.onkeydown = event => { if (event.key === 'Enter' && event.target.matches('input'))
    check.click(); };
  box.append(check, reveal, verdict);
  fields[0].focus({preventScroll: true});
}
function pass(questions) {         // go on, and say what was right
  open.add(at);
  step(1);
  if ($('ask').childElementCount) return;
  const verdict = make('b', W.right.replace('{answer}',
    () => questions.map(question => question.written).join(', ')), 'verdict');
  verdict.className = 'right';
  verdict.setAttribute('role', 'status');
  $('ask').append(verdict);
  $('next').focus({preventScroll: true});
}
function predict() {               // from the end there is nothing to predict: back to the seed
  pause();
  open.clear();
  const seed = steps.findIndex(each => each.phase === 'seed');
  if ($('predict').checked && at === steps.length) show(seed < 0 ? 0 : seed + 1, at); else ask();
}

// ---------------------------------------------------------------- the exercise sheet

const places = ['y', 'x'];         // matrices are numbered row by row
const blank = [...svg.querySelectorAll('text:is(.gradient, .gradient-cell, .weight-gradient)')]
  .map(text => [+text.closest('[data-node]').dataset.node,
    ...places.map(axis => +text.getAttribute(axis)), text])
  .sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]).map(entry => entry[3]);
let answers = null;                // what stands where the blanks are
function blanks(on) {
  if (answers) blank.forEach((text, k) => { text.textContent = answers[k]; });
  answers = on ? blank.map(text => text.textContent) : null;
  if (on) blank.forEach((text, k) => { text.textContent = '(' + (k + 1) + ')'; });
  $('solutions').replaceChildren(...(answers ?? []).map((answer, k) =>
    make('li', data.names[blank[k].closest('[data-node]').dataset.node] + ': ' + answer)));
  $('sheet').hidden = $('print').hidden = !on;
  svg.classList.toggle('blanks', on);
  document.body.classList.toggle('blank', on);
}

// ---------------------------------------------------------------- controls

$('back').onclick = () => { pause(); step(-1); };
$('next').onclick = () => { pause(); step(1); };
$('first').onclick = () => { pause(); show(0, at); };
$('last').onclick = () => { pause(); reach(steps.length); };
$('play').onclick = play;
$('larger').onclick = () => { zoom *= 1.25; fit(); };
$('smaller').onclick = () => { zoom /= 1.25; fit(); };
$('print').onclick = () => print();
$('scrub').oninput = () => { pause(); reach(+$('scrub').value); $('scrub').value = at; };
$('predict').onchange = predict;
$('blanks').onchange = () => blanks($('blanks').checked);
const KEYS = {ArrowRight: () => step(1), ArrowLeft: () => step(-1), Home: () => show(0, at),
  End: () => reach(steps.length), p: () => $('predict').click(), b: () => $('blanks').click(),
  '+': () => $('larger').click(), '-': () => $('smaller').click(),
  ' ': play};
document.addEventListener('keydown', event => {
  const typing = event.target.matches('input[type=text], input[type=number]');
  const act = KEYS[event.key.length > 1 ? event.key : event.key.toLowerCase()];
  if (!act || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === ' ' && event.target.matches('button, input, summary')) return;
  event.preventDefault();
  if (event.key !== ' ') pause();
  act();
});
function linked() {
  const found = /step=(\d+)/.exec(location.hash);
  show(found ? +found[1] : data.step, -1);
}
addEventListener('hashchange', linked);
addEventListener('resize', fit);
if (steps.length) svg.classList.add('playing');  // else it is too large to be told
$('scrub').max = steps.length;
// Room for the longest step, or the figure would jump.
const most = Math.max(2, ...steps.map(step => step.words.split('\n').length));
$('words').style.minHeight = 1.4 * Math.min(most, 4) + 'em';
linked();
fit();
