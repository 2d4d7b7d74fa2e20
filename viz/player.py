"""The script and the style sheet of step-by-step figures, as they stand in the page.

The page loads nothing: no network, no storage. Everything was laid out before; a step only
changes classes, so that large figures stay fluid.
"""

STYLE = """\
:root { color-scheme: light; font-family: FONTS; }
body { margin: 0; color: #1f2933; background: #fff; }
header { position: sticky; top: 0; z-index: 1; background: #f7f9fb; padding: 8px 12px;
  border-bottom: 1px solid #9aa5b1; display: flex; flex-wrap: wrap; gap: 8px;
  align-items: center; }
button, input[type=number], input[type=text] { font: inherit; padding: 4px 10px;
  border: 1px solid #52606d; border-radius: 6px; background: #fff; color: inherit; }
button:focus-visible, input:focus-visible { outline: 3px solid #2b5c8a; outline-offset: 1px; }
button:disabled { color: #7b8794; border-color: #cbd2d9; }
#scrub { flex: 1 1 160px; }
#phase { font-weight: bold; }
#words { padding: 8px 12px; min-height: 1.4em; font-size: 17px; border-bottom: 1px solid #e4e7eb; }
#ask { padding: 0 12px 8px; display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
#ask:empty, [hidden] { display: none !important; }
#figure { overflow: auto; padding: 8px; }
#figure svg { max-width: none; }
details, #sheet { padding: 4px 12px; }
h2 { font-size: 18px; margin: 8px 0; }
#log, #solutions { font-size: 14px; }
#log { max-height: 12em; overflow: auto; margin: 4px 0; padding-left: 2em; }
.right { color: #00735c; font-weight: bold; }
.wrong { color: #b00020; font-weight: bold; }
.keys { color: #52606d; font-size: 13px; padding: 0 12px 8px; }
.playing .node:not(.built), .playing .wire:not(.built), .playing .frame:not(.built) {
  visibility: hidden; }
.playing .node:not(.valued) :is([class^=value], [data-of=value], .unit-value),
.playing .node:not(.graded) :is([class^=gradient], [data-of=gradient], .backward, .backward-head,
  .weight-gradient:not([data-of=bias])),
.playing .node:not(.passed) :is(.chain, [data-of=bias].weight-gradient),
.playing .wire:not(.returned) .backward,
.blanks .chain, .playing :is(.missing, .missing-weight) { visibility: hidden; }
.node.now > :is(circle, rect, ellipse, polygon):first-of-type {
  stroke: #2b5c8a; stroke-width: 4; }
.wire.now path.forward, .wire.now path.backward { stroke-width: 4; }
@media (prefers-reduced-motion: no-preference) {
  .node, .wire { transition: opacity .2s; } }
@media print { header, #ask, .keys, #words, #log { display: none; } body { background: none; }
  #solutions { break-before: page; } }
"""

SCRIPT = r"""
'use strict';
const data = JSON.parse(document.getElementById('story').textContent);
const $ = id => document.getElementById(id), W = data.words, steps = data.steps;
const svg = document.querySelector('#figure svg');
const nodes = [...svg.querySelectorAll('[data-node]')];
const wires = [...svg.querySelectorAll('.wire')];
const frames = [...svg.querySelectorAll('.frame')];
const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
let at = 0, timer = 0, open = new Set();

function lines(wire) {             // a wire is there when both of its ends are
  return nodes[wire.dataset.source].classList.contains('built') &&
    nodes[wire.dataset.target].classList.contains('built');
}
function show(n, from) {
  at = Math.max(0, Math.min(n, steps.length));
  const seen = {built: new Set(), valued: new Set(), graded: new Set(), passed: new Set()};
  const back = new Set();
  for (const step of steps.slice(0, at)) {
    for (const kind in step.shown) for (const k of step.shown[kind]) seen[kind].add(k);
    if (step.phase === 'backward') for (const k of step.wires) back.add(k);
  }
  const last = at ? steps[at - 1] : null;
  const now = new Set(last ? Object.values(last.shown).flat() : []);
  const flow = new Set(last ? last.wires : []);
  nodes.forEach((node, k) => {
    for (const kind in seen) node.classList.toggle(kind, seen[kind].has(k));
    node.classList.toggle('now', now.has(k) && at < steps.length);
  });
  wires.forEach((wire, k) => {
    wire.classList.toggle('built', lines(wire));
    wire.classList.toggle('returned', back.has(k));
    wire.classList.toggle('now', flow.has(k) && at < steps.length);
  });
  for (const frame of frames) frame.classList.toggle('built', seen.built.size > data.leaves);
  $('scrub').value = at;
  $('count').textContent = at + ' / ' + steps.length;
  $('phase').textContent = last ? W['phase_' + last.phase] : '';
  $('words').textContent = last ? last.words : '';
  $('first').disabled = $('back').disabled = !at;
  $('next').disabled = $('last').disabled = at === steps.length;
  if (from === at - 1 && last) {
    const item = document.createElement('li');
    item.textContent = W['phase_' + last.phase] + ': ' + last.words;
    $('log').append(item);
    $('log').scrollTop = $('log').scrollHeight;
  } else if (from !== at) {
    $('log').replaceChildren(...steps.slice(0, at).map(step => {
      const item = document.createElement('li');
      item.textContent = W['phase_' + step.phase] + ': ' + step.words;
      return item;
    }));
  }
  const first = nodes[Math.min(...now)];
  if (first && at < steps.length) first.scrollIntoView({block: 'nearest', inline: 'center',
    behavior: calm ? 'instant' : 'smooth'});
  if (from !== undefined) history.replaceState(null, '', '#step=' + at);
  ask();
}
function pending() {               // what must be answered before the next step
  if (!$('predict').checked || at >= steps.length || open.has(at)) return [];
  return steps[at].questions;
}
function close(given, question) {  // within the digits that are printed, or one per cent
  const decimals = (question.written.match(/\.(\d+)$/) || ['', ''])[1].length;
  const unit = question.written.includes('e') ? 0 : 0.5 * 10 ** -decimals;
  return Math.abs(given - question.answer) <=
    Math.max(unit, 0.01 * Math.abs(question.answer)) * (1 + 1e-9);
}
function ask() {
  const box = $('ask'), questions = pending();
  box.replaceChildren();
  if (!questions.length) return;
  const fields = questions.map((question, k) => {
    const label = document.createElement('label'), field = document.createElement('input');
    field.type = 'text'; field.inputMode = 'decimal'; field.size = 9; field.id = 'answer' + k;
    label.append(question.words + ' ', field);
    box.append(label);
    return field;
  });
  const check = button('check'), reveal = button('reveal'), verdict = document.createElement('b');
  verdict.setAttribute('role', 'status');
  verdict.id = 'verdict';
  check.onclick = () => {
    const right = fields.every((field, k) => {
      const given = Number(field.value.trim().replace(',', '.').replace('\u2212', '-'));
      return field.value.trim() !== '' && close(given, questions[k]);
    });
    if (right) { open.add(at); step(1); }
    verdict.textContent = right ? '' : W.wrong;
    verdict.className = 'wrong';
    if (right) said(questions);
  };
  reveal.onclick = () => { open.add(at); step(1); said(questions); };
  box.onkeydown = event => { if (event.key === 'Enter' && event.target.matches('input'))
    check.click(); };
  box.append(check, reveal, verdict);
  if (!calm && fields[0]) fields[0].focus({preventScroll: true});
}
function said(questions) {
  if ($('ask').childElementCount) return;
  const verdict = document.createElement('b');
  verdict.id = 'verdict'; verdict.className = 'right'; verdict.setAttribute('role', 'status');
  verdict.textContent = W.right.replace('{answer}', questions.map(q => q.written).join(', '));
  $('ask').append(verdict);
}
function button(name) {
  const made = document.createElement('button');
  made.id = name; made.type = 'button'; made.textContent = W[name];
  return made;
}
function step(by) {
  if (by > 0 && pending().length) { pause(); ask(); return; }
  show(at + by, at);
}
function pause() { clearInterval(timer); timer = 0; $('play').textContent = W.play; }
function play() {
  if (timer) { pause(); return; }
  if (at === steps.length) show(0, at);
  $('play').textContent = W.pause;
  timer = setInterval(() => { if (at < steps.length) step(1); else pause(); }, 1200);
}
function reach(n) {                // predict mode does not let one scrub past a question
  if ($('predict').checked) while (at < n && !pending().length) show(at + 1, at);
  if (!$('predict').checked || n < at) show(n, at);
}
function blanks(on) {
  let number = 0;
  $('solutions').replaceChildren();
  for (const text of svg.querySelectorAll('text.gradient, text.gradient-cell')) {
    text.dataset.answer ??= text.textContent;
    number += 1;
    text.textContent = on ? '(' + number + ')' : text.dataset.answer;
    if (!on) continue;
    const item = document.createElement('li');
    const name = data.names[text.closest('[data-node]').dataset.node];
    item.textContent = name + ': ' + text.dataset.answer;
    $('solutions').append(item);
  }
  $('sheet').hidden = !on;
  svg.classList.toggle('blanks', on);
}
$('back').onclick = () => { pause(); step(-1); };
$('next').onclick = () => { pause(); step(1); };
$('first').onclick = () => { pause(); show(0, at); };
$('last').onclick = () => { pause(); reach(steps.length); };
$('play').onclick = play;
$('scrub').oninput = () => { pause(); reach(+$('scrub').value); $('scrub').value = at; };
$('predict').onchange = () => { pause(); open.clear(); ask(); };
$('blanks').onchange = () => blanks($('blanks').checked);
document.addEventListener('keydown', event => {
  if (event.target.matches('input[type=text]') || event.ctrlKey || event.metaKey || event.altKey)
    return;
  const act = {ArrowRight: () => step(1), ArrowLeft: () => step(-1), Home: () => show(0, at),
    End: () => reach(steps.length), p: () => $('predict').click(), P: () => $('predict').click(),
    ' ': play}[event.key];
  if (!act || (event.key === ' ' && event.target.matches('button, input, summary'))) return;
  event.preventDefault();
  if (event.key !== ' ') pause();
  act();
});
function linked() {
  const found = /step=(\d+)/.exec(location.hash);
  show(found ? +found[1] : steps.length, -1);
}
addEventListener('hashchange', linked);
svg.classList.add('playing');
$('scrub').max = steps.length;
linked();
"""
