// ---------------------------------------------------------------- controls

$('back').onclick = () => { pause(); step(-1); };
$('next').onclick = () => { pause(); step(1); };
$('first').onclick = () => { pause(); show(0, at); };
$('last').onclick = () => { pause(); reach(steps.length); };
$('play').onclick = play;
$('larger').onclick = () => enlarge(1.25);
$('smaller').onclick = () => enlarge(0.8);
$('whole').onclick = () => { zoom = 1; fit(); };
$('print').onclick = () => print();
$('scrub').oninput = () => { pause(); reach(+$('scrub').value); $('scrub').value = at; };
$('predict').onchange = predict;
$('blanks').onchange = () => blanks($('blanks').checked);
for (const id of ['amount', 'level', 'seed']) $(id).onchange = () => {
  $('amount').value = Math.max(1, Math.min(Math.round($('amount').value) || 12, 15));
  $('seed').value = Math.abs(Math.round($('seed').value)) || 1;
  blanks(true);
};
$('another').onclick = () => { $('seed').value = 1 + Math.floor(Math.random() * 9999); blanks(true); };
$('find').onchange = () => { if ($('find').dataset.last !== wanted()) find(); };
$('find').onkeydown = event => { if (event.key === 'Enter') { event.preventDefault(); find(); } };

// Chapters, each of which begins with the first step of a phase.
const built = steps.filter(step => step.phase === 'build').length;
const chapters = [];
steps.forEach((step, k) => {
  const phase = step.phase === 'sum' ? 'backward' : step.phase;
  if (chapters.at(-1)?.phase !== phase) chapters.push({phase, from: k});
});
for (const chapter of chapters) {
  chapter.button = make('button', W['phase_' + chapter.phase]);
  chapter.button.type = 'button';
  chapter.button.onclick = () => { pause(); reach(chapter.from + 1); };
  $('chapters').append(chapter.button);
}
$('skip').onclick = () => { pause(); reach(built); $('next').focus(); };
function place_in_story() {
  const now = chapters.findLastIndex(chapter => chapter.from < at);
  chapters.forEach(({button}, k) => {
    if (k === now) button.setAttribute('aria-current', 'step');
    else button.removeAttribute('aria-current');
  });
  $('skip').hidden = !(at < built && built < steps.length);
}

function presenting(on) {          // for the last row of a lecture hall
  document.body.classList.toggle('present', on);
  $('present').ariaPressed = on;
  const whole = document.documentElement;
  if (on) whole.requestFullscreen?.().catch(() => {});  // a frame may not be allowed to
  else if (document.fullscreenElement) document.exitFullscreen();
  fit();
}
$('present').onclick = () => presenting(!document.body.classList.contains('present'));
document.onfullscreenchange = () => {
  if (!document.fullscreenElement && document.body.classList.contains('present')) presenting(false);
};

const KEYS = {ArrowRight: () => step(1), ArrowLeft: () => step(-1), Home: () => show(0, at),
  End: () => reach(steps.length), p: () => $('predict').click(), b: () => $('blanks').click(),
  '+': () => enlarge(1.25), '=': () => enlarge(1.25), '-': () => enlarge(0.8),
  0: () => $('whole').click(), f: () => $('present').click(), d: () => $('dark').click(),
  '/': () => $('find').focus(), Escape: () => pin(null), ' ': play};
const OF_FIGURE = {ArrowDown: () => walk(1), ArrowUp: () => walk(-1)};
const OF_SLIDES = {PageDown: () => step(1), PageUp: () => step(-1)};  // as presenters send them
document.addEventListener('keydown', event => {
  const typing = event.target.matches('select, input:not([type=checkbox], [type=range])');
  const slider = event.target.matches('#leaves [type=range]');
  const name = event.key.length > 1 ? event.key : event.key.toLowerCase();
  const act = KEYS[name] ?? (figure.contains(event.target) ? OF_FIGURE[name] : undefined) ??
    (document.body.classList.contains('present') ? OF_SLIDES[name] : undefined);
  if (!act || typing || slider || event.ctrlKey || event.metaKey || event.altKey) return;
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
for (const name of new Set(data.names)) $('names').append(new Option(name));
// Room for the longest step, or the figure would jump.
const most = Math.max(2, ...steps.map(step => step.words.split('\n').length));
$('words').style.minHeight = 1.4 * Math.min(most, 4) + 'em';
linked();
fit();
