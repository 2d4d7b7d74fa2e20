// ---------------------------------------------------------------- how large, and which part

const figure = $('figure'), canvas = make('div', '', 'canvas');
figure.append(canvas);
canvas.append(svg);
let zoom = 1, dragged = null, spread = 0;

function scaled() {                // the factor with which the figure is drawn at zoom 1
  const below = innerWidth > 600 ? $('about').offsetHeight + $('tools').offsetHeight : 0;
  const tall = Math.max(240, innerHeight - $('head').offsetHeight - below - 8);
  figure.style.maxHeight = tall + 'px';
  return Math.max(Math.min(0.75, 640 / size[0]), Math.min((figure.clientWidth - 16) / size[0],
    (tall - 16) / size[1], 2.5));
}
function fit() {
  const scale = scaled() * zoom;
  svg.style.width = size[0] * scale + 'px';
  svg.style.height = size[1] * scale + 'px';
  // Room around what is enlarged, so that any point of it can stay where it is.
  canvas.style.padding = zoom === 1 ? '8px' :
    figure.clientHeight / 2 + 'px ' + figure.clientWidth / 2 + 'px';
  document.documentElement.style.scrollPaddingTop = $('head').offsetHeight + 'px';
}
function enlarge(factor, x, y) {   // what is under a point of the window stays there
  const before = svg.getBoundingClientRect(), box = figure.getBoundingClientRect();
  x ??= box.left + box.width / 2;
  y ??= box.top + box.height / 2;
  zoom = Math.max(0.25, Math.min(zoom * factor, 16));
  fit();
  const after = svg.getBoundingClientRect();
  figure.scrollLeft += after.left + (x - before.left) * after.width / before.width - x;
  figure.scrollTop += after.top + (y - before.top) * after.height / before.height - y;
}
function apart(touches) {
  return Math.hypot(touches[0].clientX - touches[1].clientX,
    touches[0].clientY - touches[1].clientY);
}
figure.addEventListener('wheel', event => {
  const inside = self !== top && !figure.contains(document.activeElement);
  // A page that is scrolled past the figure, in a notebook or by a figure that is seen whole.
  if (!event.ctrlKey && (inside || event.shiftKey || (zoom <= 1 && event.deltaY > 0))) return;
  event.preventDefault();
  enlarge(Math.exp(-event.deltaY / (event.deltaMode ? 20 : 500)), event.clientX, event.clientY);
}, {passive: false});
figure.addEventListener('pointerdown', event => {
  if (event.pointerType === 'touch' || event.button) return;  // fingers scroll by themselves
  dragged = {x: event.clientX, y: event.clientY, left: figure.scrollLeft, top: figure.scrollTop};
});
addEventListener('pointermove', event => {
  if (!dragged) return;
  const x = event.clientX - dragged.x, y = event.clientY - dragged.y;
  if (Math.hypot(x, y) > 4) dragged.moved = true;
  if (!dragged.moved) return;
  figure.classList.add('dragged');
  figure.scrollTo({left: dragged.left - x, top: dragged.top - y, behavior: 'instant'});
});
for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => {
  if (dragged?.moved)              // what ends here is no click
    addEventListener('click', event => event.stopPropagation(), {capture: true, once: true});
  setTimeout(() => figure.classList.remove('dragged'));
  dragged = null;
});
figure.addEventListener('touchstart', event => {
  if (event.touches.length === 2) spread = apart(event.touches);
});
figure.addEventListener('touchmove', event => {
  if (event.touches.length !== 2) return;
  event.preventDefault();
  const [one, other] = event.touches, wide = apart(event.touches);
  enlarge(wide / spread, (one.clientX + other.clientX) / 2, (one.clientY + other.clientY) / 2);
  spread = wide;
}, {passive: false});
