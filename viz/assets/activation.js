// ---------------------------------------------------------------- an activation and its slope

const SHOWN = ['sigmoid', 'tanh', 'relu', 'leaky_relu', 'elu', 'silu', 'softplus', 'sin', 'exp', 'square', 'abs'];
const FLAT = 0.05;                 // a slope below this lets little of a gradient pass
let x = 1;

function curve(f, kind) {          // y grows upwards
  let course = '', before = NaN;
  for (let k = 0; k <= 240; k++) {
    const u = -6 + k / 20, y = f(u);
    course += `${Math.abs(y - before) < 4 ? 'L' : 'M'}${u.toFixed(3)} ${(-Math.max(-9, Math.min(y, 9))).toFixed(4)}`;
    before = y;
  }
  return `<path class="${kind}" d="${course}"/>`;
}
function redraw() {
  const [f, slope] = FORMULAS[$('function').value], y = f(x), local = slope(x, y), run = 1 / Math.hypot(1, local);
  const lines = [];
  for (let k = -5; k <= 5; k++) {
    lines.push(`<path class="grid" d="M${k} -4.2V4.2M-6 ${k}H6"/>`);
    if (k) lines.push(`<text x="${k}" y=".35">${String(k).replace('-', '−')}</text>`);
  }
  $('plot').innerHTML = `<title>${W.title}</title>` + lines.join('') + '<path class="axis" d="M-6 0H6M0 -4.2V4.2"/>' +
    curve(u => slope(u, f(u)), 'slope') + curve(f, 'curve') +
    `<path class="tangent" d="M${x - 1.5 * run} ${-(y - 1.5 * run * local)}L${x + 1.5 * run} ${-(y + 1.5 * run * local)}"/>` +
    `<circle cx="${x}" cy="${-y}" r=".12"/><circle class="of-slope" cx="${x}" cy="${-local}" r=".1"/>`;
  const name = $('function').value, note = Math.abs(local) < FLAT ? '\n' + W.flat : '';
  $('words').textContent = `${name}(${short(x)}) = ${short(y)}\n∂/∂x = ${RULES[name][0].replace(/z/g, 'y')} = ${short(local)}${note}`;
}
function controls() { $('at').replaceChildren(slider('x', x, value => { x = value; redraw(); }, -6, 6)); }
$('function').onchange = redraw;
$('lang').onclick = () => { speak(lang === 'en' ? 'ko' : 'en'); redraw(); };
$('plot').onclick = event => {
  const box = $('plot').getBoundingClientRect();
  x = +((event.clientX - box.left) / box.width * 12 - 6).toFixed(2);
  controls();
  redraw();
};
for (const name of SHOWN) $('function').append(new Option(name, name));
speak(lang);
controls();
redraw();
