// ---------------------------------------------------------------- the playground

const EXAMPLES = ['q = x + y; f = q * z; x = -2; y = 5; z = -4', '(a + b) * (b + 1)',
  'sigmoid(w*x + v*y + b); w = 2; x = -1; v = -3; y = -2; b = -3', '1 / (1 + exp(-x)); x = 1',
  'a = x**2; y = a**2 + a**2; x = 2', 'max(x, 2*y) + log(x*y)', '(relu(w*x) - t)**2'];

function read() {                  // from the field to the figure
  try {
    const made = parse($('text').value);
    $('error').textContent = '';
    begin(made);
    leaves();
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    const at = $('text').value.slice(error.at).trim().slice(0, 8);
    $('error').textContent = W['error_' + error.message].replace('{about}', error.about).replace('{at}', at);
  }
}
function leaves() {
  $('leaves').replaceChildren();
  for (const node of graph.nodes) if (node.kind === 'leaf')
    $('leaves').append(slider(node.name, node.value, value => {
      node.value = value;
      passes = run(graph);
      $('text').value = statements();
      show(at);
      link();
    }));
}
function difference(n) {           // (L(x + h) − L(x − h)) / 2h
  const h = 1e-5 * Math.max(1, Math.abs(passes.values[n]));
  const ends = [h, -h].map(shift => {
    const moved = [...passes.values];
    moved[n] += shift;
    return forward(graph.calls, moved, NUMBERS, n)[graph.root];
  });
  return (ends[0] - ends[1]) / (2 * h);
}
function stepped() {               // every gradient beside the finite difference
  $('rows').replaceChildren();
  graph.nodes.forEach((node, n) => {
    if (node.kind === 'constant') return;
    const row = $('rows').insertRow();
    row.append(make('th', name_of(n), {scope: 'row'}));
    const digits = {decimals: 4, significant: 5, trim: true};
    const hidden = $('guess').checked && at < steps.length;
    for (const x of [passes.values[n], passes.gradient[n] ?? 0, difference(n)])
      row.append(make('td', hidden ? '?' : written(x, digits)));
  });
}
function statements() {            // what was typed, with the numbers that the leaves have now
  const leaves = new Map(graph.nodes.filter(node => node.kind === 'leaf').map(node => [node.name, node.value]));
  const parts = $('text').value.split(/[;\n]/).map(part => part.trim()).filter(part => {
    const found = /^([\p{L}_][\p{L}\d_]*)\s*=\s*[-−]?[\d.]+$/u.exec(part);
    return part && !(found && leaves.has(found[1]));
  });
  return [...parts, ...[...leaves].map(([name, value]) => name + ' = ' + value)].join('; ');
}
function link() {                  // a page inside of another may have no address to change
  try { history.replaceState(null, '', '#' + encodeURIComponent($('text').value)); } catch { /* then without */ }
}
$('text').oninput = read;
$('examples').onchange = () => { $('text').value = $('examples').value; read(); link(); };
$('lang').onclick = () => { speak(lang === 'en' ? 'ko' : 'en'); read(); };
addEventListener('hashchange', opened);
function opened() {
  let wanted = '';
  try { wanted = decodeURIComponent(location.hash.slice(1)); } catch { /* no link of this page */ }
  $('text').value = wanted || EXAMPLES[0];
  read();
}
for (const text of EXAMPLES) $('examples').append(new Option(text.replace(/; \w+ = -?[\d.]+/g, ''), text));
speak(lang);
opened();
