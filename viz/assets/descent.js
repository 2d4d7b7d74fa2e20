// ---------------------------------------------------------------- descent on a surface

// The expression, where it is looked at, where descent begins, and how much slower it goes there.
const SURFACES = [
  ['x**2 / 20 + y**2', [-10, 10, -5, 5], [-7, 2]], ['x**2 + y**2', [-4, 4, -3, 3], [-3, 2]],
  ['x**2 - y**2 / 2', [-4, 4, -3, 3], [-3, 0.1]],
  ['(x**2 + y - 11)**2 + (x + y**2 - 7)**2', [-6, 6, -5, 5], [0, -1], 0.02],
  ['(1 - x)**2 + 100*(y - x**2)**2', [-2, 2, -1, 3], [-1.5, 2], 0.002],
  ['0.26*(x**2 + y**2) - 0.48*x*y', [-8, 8, -6, 6], [-6, 4]],
  ['sin(x) * cos(y) + 0.05*(x**2 + y**2)', [-6, 6, -4, 4], [4.5, 2.5]],
];
// What one step makes of a position p with the gradient g, at the rate r; m and v are its memory.
const METHODS = {
  sgd: {rate: 0.5, go: (p, g, r) => p - r * g},
  momentum: {rate: 0.1, go: (p, g, r, own, beta) => p - r * (own.m = beta * (own.m ?? 0) + g)},
  adagrad: {rate: 1.5, go: (p, g, r, own) => p - r * g / (Math.sqrt(own.v = (own.v ?? 0) + g * g) + 1e-10)},
  rmsprop: {rate: 0.1, go: (p, g, r, own) => p - r * g / (Math.sqrt(own.v = 0.99 * (own.v ?? 0) + 0.01 * g * g) + 1e-8)},
  adam: {rate: 0.3, go: (p, g, r, own) => {
    own.t = (own.t ?? 0) + 1;
    own.m = 0.9 * (own.m ?? 0) + 0.1 * g;
    own.v = 0.999 * (own.v ?? 0) + 0.001 * g * g;
    return p - r * own.m / (1 - 0.9 ** own.t) / (Math.sqrt(own.v / (1 - 0.999 ** own.t)) + 1e-8);
  }},
};
let graph, ends = [], area = [-5, 5, -5, 5], path = [], memory = [], scale = 1, rate = 0.5, beta = 0.9, ground = null;

function at(point) {               // value and gradient
  ends.forEach((n, k) => { graph.nodes[n].value = point[k]; });
  const {values, gradient} = run(graph);
  return {value: values[graph.root], slope: ends.map(n => gradient[n] ?? 0)};
}
function read() {
  try {
    const made = parse($('text').value);
    const leaves = made.nodes.flatMap((node, n) => node.kind === 'leaf' ? [n] : []);
    if (leaves.length !== 2) throw new Misread('two', 0, leaves.length);
    $('error').textContent = '';
    graph = made;
    ends = leaves.sort((a, b) => graph.nodes[a].name < graph.nodes[b].name ? -1 : 1);
    ends.forEach((n, k) => { $('xy'[k]).textContent = graph.nodes[n].name; });
    ground = null;
    return true;
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    const where = $('text').value.slice(error.at).trim().slice(0, 8);
    $('error').textContent = W['error_' + error.message].replace('{about}', error.about).replace('{at}', where);
    return false;
  }
}
function from(point) {             // begin anew
  path = [[...point]];
  memory = [{}, {}];
  tell();
}
function forth(count) {
  for (let k = 0; k < count; k++) {
    const point = path.at(-1), {slope} = at(point);
    const next = point.map((p, axis) => METHODS[$('method').value].go(p, slope[axis], rate, memory[axis], beta));
    if (!Number.isFinite(at(next).value)) { tell(W.diverged); return; }
    path.push(next);
  }
  tell();
}
const to_x = x => (x - area[0]) / (area[1] - area[0]) * $('map').width;
const to_y = y => (area[3] - y) / (area[3] - area[2]) * $('map').height;

function land() {                  // the heights of the surface, in bands of equal area
  const canvas = $('map'), [wide, tall] = [canvas.width / 5, canvas.height / 5], heights = [];
  for (let j = 0; j < tall; j++) for (let i = 0; i < wide; i++)
    heights.push(at([area[0] + (i + 0.5) / wide * (area[1] - area[0]), area[3] - (j + 0.5) / tall * (area[3] - area[2])]).value);
  const sorted = heights.filter(Number.isFinite).sort((a, b) => a - b);
  const cuts = Array.from({length: 15}, (_, k) => sorted[Math.floor((k + 1) / 16 * sorted.length)]);
  return {wide, tall, bands: heights.map(height => cuts.filter(cut => cut < height).length)};
}
function paint() {
  const canvas = $('map'), pen = canvas.getContext('2d'), night = document.documentElement.classList.contains('dark');
  ground ??= land();
  ground.bands.forEach((band, k) => {
    pen.fillStyle = night ? `hsl(210 35% ${8 + 2.4 * band}%)` : `hsl(210 45% ${62 + 2.4 * band}%)`;
    pen.fillRect(k % ground.wide * 5, Math.floor(k / ground.wide) * 5, 5, 5);
  });
  const ink = night ? '#ffa66b' : '#a33b00';
  Object.assign(pen, {strokeStyle: ink, fillStyle: ink, lineWidth: 2});
  pen.beginPath();
  for (const [x, y] of path) pen.lineTo(to_x(x), to_y(y));
  pen.stroke();
  path.forEach(([x, y], k) => {
    pen.beginPath();
    pen.arc(to_x(x), to_y(y), k === path.length - 1 ? 7 : 3.5, 0, 7);
    pen.fill();
  });
  const here = path.at(-1), {slope} = at(here), size = Math.hypot(...slope);
  if (!size || !Number.isFinite(size)) return;
  const [dx, dy] = [-slope[0] / size * 60, slope[1] / size * 60];
  pen.strokeStyle = night ? '#fff' : '#000';
  pen.beginPath();
  pen.moveTo(to_x(here[0]), to_y(here[1]));
  pen.lineTo(to_x(here[0]) + dx, to_y(here[1]) + dy);
  pen.stroke();
}
function tell(more = '') {
  const names = ends.map(n => graph.nodes[n].name), here = path.at(-1), {value, slope} = at(here);
  $('words').textContent = `f(${here.map(short).join(', ')}) = ${short(value)}, ` +
    names.map((name, k) => `∂f/∂${name} = ${short(slope[k])}`).join(', ') + '\n' + more;
  $('map').ariaLabel = W.map + ' ' + $('words').textContent;
  const digits = {decimals: 4, significant: 5, trim: true}, first = Math.max(0, path.length - 12);
  $('rows').replaceChildren(...path.slice(first).map((point, k) => {
    const row = make('tr'), {value, slope} = at(point);
    row.append(make('th', first + k, {scope: 'row'}), ...[...point, value].map(x => make('td', written(x, digits))),
      make('td', slope.map(x => written(x, digits)).join(', ')));
    return row;
  }).reverse());
  paint();
}
function controls() {
  $('rate').replaceChildren(slider(W.rate, rate, x => { rate = x; }, 0, 2));
  $('momentum').replaceChildren(slider(W.momentum, beta, x => { beta = x; }, 0, 1));
  $('momentum').hidden = $('method').value !== 'momentum';
  $('start').replaceChildren(...ends.map((n, k) => slider(graph.nodes[n].name, path[0][k], x => {
    const point = [...path[0]];
    point[k] = x;
    from(point);
  }, area[2 * k], area[2 * k + 1])));
}
function choose(k) {
  $('text').value = SURFACES[k][0];
  area = SURFACES[k][1];
  if (!read()) return;
  from(SURFACES[k][2]);
  set_rate(SURFACES[k][3] ?? 1);
}
function set_rate(slower) {        // what follows the gradient itself is slow where it is steep
  scale = slower;
  const method = $('method').value;
  rate = METHODS[method].rate * (['sgd', 'momentum'].includes(method) ? scale : 1);
  controls();
}
$('text').oninput = () => { if (read()) { area = [-5, 5, -4, 4]; from([-3, 2]); set_rate(0.2); } };
$('examples').onchange = () => choose($('examples').value);
$('method').onchange = () => { set_rate(scale); from(path[0]); };
$('step').onclick = () => forth(1);
$('many').onclick = () => forth(10);
$('again').onclick = () => from(path[0]);
$('map').onclick = event => {
  const box = $('map').getBoundingClientRect();
  from([area[0] + (event.clientX - box.left) / box.width * (area[1] - area[0]),
    area[3] - (event.clientY - box.top) / box.height * (area[3] - area[2])]);
  controls();
};
document.addEventListener('keydown', event => {
  if (event.key !== 'ArrowRight' || event.target.matches('input, select')) return;
  event.preventDefault();
  forth(1);
});
$('lang').onclick = () => { speak(lang === 'en' ? 'ko' : 'en'); label(); controls(); tell(); };
$('dark').addEventListener('click', () => setTimeout(paint));
dark.addEventListener('change', () => setTimeout(paint));
function label() { for (const one of $('method').options) one.text = W['method_' + one.value]; }
SURFACES.forEach(([text], k) => $('examples').append(new Option(text, k)));
for (const name in METHODS) $('method').append(new Option(name, name));
speak(lang);
label();
choose(0);
