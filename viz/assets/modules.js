// The outline of a model: wires between the boxes that can be seen, drawn anew whenever one opens.
{
  const outline = document.getElementById('outline');
  const space = 'http://www.w3.org/2000/svg';
  const wires = document.createElementNS(space, 'svg');
  wires.setAttribute('aria-hidden', 'true');
  outline.append(wires);
  const boxes = [...outline.querySelectorAll('[data-number]')];
  const byNumber = new Map(boxes.map(box => [box.dataset.number, box]));
  const all = [...outline.querySelectorAll('details')];

  // What stands for a box while modules around it are closed.
  const visible = box => {
    let shown = box;
    for (let at = box.parentElement; at !== outline; at = at.parentElement)
      if (at.tagName === 'DETAILS' && !at.open) shown = at;
    return shown;
  };

  const path = (course, head) => {
    for (const [d, name] of [[course, 'line'], [head, 'head']]) {
      const drawn = document.createElementNS(space, 'path');
      drawn.setAttribute('d', d);
      drawn.setAttribute('class', name);
      wires.append(drawn);
    }
  };

  function draw() {
    wires.replaceChildren();
    const frame = outline.getBoundingClientRect();
    const place = box => {
      const at = box.getBoundingClientRect();
      return {left: at.left - frame.left, right: at.right - frame.left, top: at.top - frame.top,
        bottom: at.bottom - frame.top};
    };
    const order = [...new Set(boxes.map(visible))];
    const skips = new Map();
    for (const box of boxes) {
      const to = order.indexOf(visible(box));
      for (const number of box.dataset.sources.split(' ').filter(Boolean)) {
        const from = order.indexOf(visible(byNumber.get(number)));
        if (from >= 0 && from < to) skips.set(`${from} ${to}`, [from, to]);
      }
    }
    // The edge of what holds all boxes is where lanes begin.
    const places = order.map(place);
    const edge = Math.max(...[...outline.children].filter(each => each !== wires)
      .map(each => place(each).right));
    const lanes = [];
    for (const [from, to] of [...skips.values()].sort((a, b) => a[1] - a[0] - b[1] + b[0])) {
      const [a, b] = [places[from], places[to]];
      if (to === from + 1) {
        const x = Math.max(a.left, b.left) + 14;
        path(`M${x} ${a.bottom}V${b.top - 5}`, `M${x} ${b.top}l-3.5 -7h7z`);
        continue;
      }
      let lane = lanes.findIndex(taken => taken.every(([f, t]) => to <= f || t <= from));
      if (lane < 0) lane = lanes.push([]) - 1;
      lanes[lane].push([from, to]);
      const x = edge + 14 + 12 * lane, [y, end] = [a.bottom - 9, b.top + 9];
      path(`M${a.right} ${y}H${x - 6}q6 0 6 6V${end - 6}q0 6 -6 6H${b.right + 6}`,
        `M${b.right} ${end}l8 -4v8z`);
    }
    const width = edge + 24 + 12 * lanes.length;
    outline.style.minWidth = `${width}px`;
    wires.setAttribute('width', width);
    wires.setAttribute('height', frame.height);
  }

  new MutationObserver(draw).observe(outline,
    {attributes: true, attributeFilter: ['open'], subtree: true});
  addEventListener('resize', draw);
  document.getElementById('open').onclick = () => all.forEach(each => { each.open = true; });
  document.getElementById('close').onclick = () => all.forEach(each => { each.open = false; });
  draw();
}
