// ---------------------------------------------------------------- the exercise sheet

const places = ['y', 'x'];         // matrices are numbered row by row
const LEVELS = ['.node:not(:is(.parameter, .input, .constant)) :is(.value, .value-cell, .unit-value)',
  ':is(.gradient, .gradient-cell, .weight-gradient)'];
let blank = [];                    // where the blanks are

function candidates() {            // the numbers that a level asks for, in the order of the figure
  const level = +$('level').value, chosen = LEVELS.filter((_, k) => (k + 1) & level);
  return [...svg.querySelectorAll(chosen.join())].filter(text => text.matches('text'))
    .map(text => [+text.closest('[data-node]').dataset.node,
      ...places.map(axis => +text.getAttribute(axis)), text])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]).map(entry => entry[3]);
}
function random(seed) {            // mulberry32, by Tommy Ettinger: numbers from 0 to 1
  return () => {
    seed = seed + 0x6D2B79F5 | 0;
    let t = Math.imul(seed ^ seed >>> 15, 1 | seed);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
}
function some(all, count, seed) {  // the same for the same seed
  const next = random(seed), order = all.map((one, k) => [next(), k]).sort((a, b) => a[0] - b[0]);
  const kept = new Set(order.slice(0, count).map(pair => pair[1]));
  return all.filter((_, k) => kept.has(k));
}
function blanks(on) {
  if (answers) blank.forEach((text, k) => { text.textContent = answers[k]; });
  if (on) {
    show(steps.length, at);
    pin(null);
    blank = some(candidates(), +$('amount').value, +$('seed').value);
  }
  answers = on ? blank.map(text => text.textContent) : null;
  if (on) blank.forEach((text, k) => { text.textContent = '(' + (k + 1) + ')'; });
  $('solutions').replaceChildren(...(answers ?? []).map((answer, k) =>
    make('li', data.names[blank[k].closest('[data-node]').dataset.node] + ': ' + answer)));
  $('line').textContent = on ? W.sheet.replace('{level}', $('level').selectedOptions[0].text)
    .replace('{count}', blank.length).replace('{seed}', $('seed').value) : '';
  for (const id of ['sheet', 'print', 'choice', 'line']) $(id).hidden = !on;
  svg.classList.toggle('blanks', on);
  svg.classList.toggle('forward-only', on && $('level').value === '1');
  document.body.classList.toggle('blank', on);
  fit();
  show(at);                          // what a title says may be an answer
}
