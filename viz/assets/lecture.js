'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const $ = id => document.getElementById(id);
let lang = data.lang, W = data.words[lang];
const DIGITS = {decimals: 2, significant: 3, trim: true};
const short = x => written(x, DIGITS);
const wrapped = x => short(x).replace(/^−.*/, '($&)');

function make(tag, text, more) {
  return Object.assign(document.createElement(tag), {textContent: text ?? ''}, more);
}
function answer(words) {           // a field for a number, and what it is asked by
  const label = make('label', words + ' ');
  label.append(make('input', '', {type: 'text', inputMode: 'decimal', size: 8, autocomplete: 'off'}));
  return label;
}
function speak(to) {               // every word of the page in one of its languages
  lang = to;
  W = data.words[to];
  document.documentElement.lang = to;
  document.title = W.title;
  for (const each of document.querySelectorAll('[data-w]')) each.textContent = W[each.dataset.w];
  for (const each of document.querySelectorAll('[data-a]')) each.title = each.ariaLabel = W[each.dataset.a];
  $('lang').textContent = W.other;
}
function close(given, answer) {    // within what is written, or one per cent
  const x = Number(given.trim().replace(/\u2212/g, '-').replace(',', '.'));
  return given.trim() !== '' && Math.abs(x - answer) <= Math.max(0.005, 0.01 * Math.abs(answer));
}
function slider(name, value, moved, least = -5, most = 5) {   // a slider and a field for one number
  const reach = Math.max(most, Math.abs(value) * 2), low = least < 0 ? -reach : least, ariaLabel = name;
  const bar = make('input', '', {type: 'range', min: low, max: reach, step: (reach - low) / 200, value, ariaLabel});
  const field = make('input', '', {type: 'number', step: 'any', value, ariaLabel}), label = make('label', name + ' ');
  bar.oninput = () => { field.value = +bar.valueAsNumber.toPrecision(4); moved(field.valueAsNumber); };
  field.oninput = () => {
    if (!Number.isFinite(field.valueAsNumber)) return;
    bar.value = field.valueAsNumber;
    moved(field.valueAsNumber);
  };
  label.append(field, bar);
  return label;
}
