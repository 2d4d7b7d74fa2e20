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
let at = 0, timer = 0, open = new Set();
let answers = null;                // what stands where the blanks of an exercise are

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
    titles[k].textContent = !answers && (end || seen.graded.has(k)) ? told[k] : data.names[k];
  });
  wires.forEach((wire, k) => {
    wire.classList.toggle('built', present(wire));
    wire.classList.toggle('returned', back.has(k));
    wire.classList.toggle('now', flow.has(k));
  });
  for (const frame of frames) frame.classList.toggle('built', seen.built.size > data.leaves);
  overview.textContent = end && !answers ? whole : '';
  for (const row of $('rows')?.children ?? []) row.hidden = !seen.graded.has(+row.dataset.of);
  $('scrub').value = at;
  $('scrub').ariaValueText = at + ' / ' + steps.length;
  $('count').textContent = at + ' / ' + steps.length;
  $('phase').textContent = last ? W['phase_' + last.phase] : '';
  $('said').textContent = last ? last.words : '';
  place_in_story();
  $('first').disabled = $('back').disabled = !at;
  $('next').disabled = $('last').disabled = end;
  const line = step => make('li', W['phase_' + step.phase] + ': ' + step.words);
  if (from === at - 1 && last) {
    $('log').append(line(last));
    $('log').scrollTop = $('log').scrollHeight;
  } else if (from !== at) {
    $('log').replaceChildren(...steps.slice(0, at).map(line));
  }
  reveal(nodes[Math.min(...now)]);
  follow();
  if (from !== undefined) link();
  ask();
  explain(last);
}
function reveal(node) {            // scroll to a node
  node?.scrollIntoView({block: 'nearest', inline: 'center',
    behavior: calm.matches ? 'instant' : 'smooth'});
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
