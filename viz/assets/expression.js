// ---------------------------------------------------------------- from text to a tape
// `q = x + y; f = q * z; x = -2`: statements as in Python, of which the last that is no number is
// the result. What stands for a number is a leaf.
const OPERATORS = {'+': 'add', '-': 'subtract', '*': 'mul', '/': 'divide', '**': 'power'};
const ALIASES = {ln: 'log', max: 'maximum', min: 'minimum', pow: 'power', 'σ': 'sigmoid'};
const START = [2, 3, -1, 0.5, 4, -2, 1.5, 1];  // of leaves that are given no number

class Misread extends Error {      // a key of the words, where, and what stands there
  constructor(key, at, about = '') { super(key); Object.assign(this, {key, at, about}); }
}
function tokens(text) {
  const all = [], pattern = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|([\p{L}_][\p{L}\d_]*)|(\*\*|[-+*\/^(),=;²³]))/iuy;
  const plain = text.replace(/[×·]/g, '*').replace(/÷/g, '/').replace(/−/g, '-').replace(/\n/g, ';');
  while (plain.slice(pattern.lastIndex).trim()) {
    const at = pattern.lastIndex, found = pattern.exec(plain);
    if (!found) throw new Misread('here', at);
    const [, number, name, sign] = found;
    all.push({number, name, sign: sign === '^' ? '**' : sign, at: at + found[0].search(/\S/)});
  }
  return [...all, {at: plain.length}];
}
function parse(text) {
  const list = tokens(text), nodes = [], calls = [], named = new Map(), given = new Map();
  let k = 0;
  const here = () => list[k], is = sign => here().sign === sign;
  const expect = sign => {
    if (!is(sign)) throw new Misread(here().at < text.length ? 'wanted' : 'ended', here().at, sign);
    k += 1;
  };
  const constant = value => nodes.push({kind: 'constant', value, name: String(value)}) - 1;
  const call = (op, sources) => {  // of constants alone it is a constant, as it is in Python
    if (sources.every(s => nodes[s].kind === 'constant'))
      return constant(FORMULAS[op][0](...sources.map(s => nodes[s].value)));
    calls.push([nodes.length, op, sources]);
    return nodes.push({kind: 'operation', op}) - 1;
  };
  const leaf = name => {
    if (!named.has(name)) named.set(name, nodes.push({kind: 'leaf', name}) - 1);
    return named.get(name);
  };
  function atom() {
    const {number, name, at} = here();
    if (number !== undefined) { k += 1; return constant(+number); }
    if (is('(')) {
      k += 1;
      const inside = sum();
      expect(')');
      return inside;
    }
    if (name === undefined) throw new Misread(at < text.length ? 'here' : 'ended', at);
    k += 1;
    if (!is('(')) return leaf(name);
    const op = ALIASES[name] ?? name;
    if (!Object.hasOwn(FORMULAS, op) || op === 'sum') throw new Misread('unknown', at, name);
    const sources = [];
    do { k += 1; sources.push(sum()); } while (is(','));
    expect(')');
    if (sources.length !== FORMULAS[op].length - 1) throw new Misread('count', at, name);
    return call(op, sources);
  }
  function raised() {
    let base = atom();
    while (is('²') || is('³')) { base = call('power', [base, constant(is('²') ? 2 : 3)]); k += 1; }
    if (!is('**')) return base;
    k += 1;
    return call('power', [base, signed()]);
  }
  function signed() {
    if (is('+')) { k += 1; return signed(); }
    if (!is('-')) return raised();
    k += 1;
    return call('negative', [signed()]);
  }
  const row = (part, signs) => () => {
    let left = part();
    while (signs.some(is)) { const {sign} = list[k++]; left = call(OPERATORS[sign], [left, part()]); }
    return left;
  };
  const product = row(signed, ['*', '/']), sum = row(product, ['+', '-']);
  let root = null;
  while (k < list.length - 1) {
    if (is(';')) { k += 1; continue; }
    const start = here(), name = list[k + 1]?.sign === '=' ? start.name : undefined;
    if (name) k += 2;
    const of = sum();
    if (k < list.length - 1 && !is(';')) throw new Misread('here', here().at);
    if (name && nodes[of].kind === 'constant') given.set(name, nodes[of].value);
    else {
      if (name && (named.has(name) || nodes[of].name)) throw new Misread('twice', start.at, name);
      if (name) { named.set(name, of); nodes[of].name = name; }
      root = of;
    }
  }
  if (root === null || nodes[root].kind !== 'operation') throw new Misread('nothing', 0);
  return tape(nodes, calls, root, given);
}
function tape(nodes, calls, root, given) {   // only what the result needs, in the order of the text
  const needed = new Set([root]);
  for (const [n, , sources] of [...calls].reverse()) if (needed.has(n)) sources.forEach(s => needed.add(s));
  const kept = nodes.map((_, n) => n).filter(n => needed.has(n)), to = new Map(kept.map((n, k) => [n, k]));
  let leaves = 0, made = 0;
  return {
    nodes: kept.map(n => {
      const node = {...nodes[n]};
      if (node.kind === 'leaf') node.value = given.get(node.name) ?? START[leaves++ % START.length];
      if (node.kind === 'operation') node.name ??= n === root ? 'L' : 'v' + ++made;
      return node;
    }),
    calls: calls.filter(([n]) => needed.has(n)).map(([n, op, sources]) =>
      [to.get(n), op, sources.map(s => to.get(s))]),
    root: to.get(root),
  };
}
function run({nodes, calls, root}) {         // values, gradients, and what went along each wire
  const values = forward(calls, nodes.map(node => node.value), NUMBERS);
  return {values, ...backward(calls, values, [[root, 1]], NUMBERS)};
}

// ---------------------------------------------------------------- how operations are written

const SIGNS = {add: '+', subtract: '−', mul: '×', divide: '÷', power: '^', negative: '−', square: '²',
  sigmoid: 'σ', reciprocal: '1/x', sqrt: '√', abs: '|x|'};
const RULES = {                    // local derivatives, with x, y and the result z
  add: ['1', '1'], subtract: ['1', '−1'], mul: ['y', 'x'], divide: ['1/y', '−z/y'],
  power: ['y·x^(y−1)', 'z·ln x'], negative: ['−1'], reciprocal: ['−z²'], square: ['2x'],
  sqrt: ['1/(2z)'], abs: ['±1'], exp: ['z'], expm1: ['z + 1'], exp2: ['z·ln 2'], log: ['1/x'],
  log1p: ['1/(1 + x)'], log2: ['1/(x·ln 2)'], log10: ['1/(x·ln 10)'], sin: ['cos x'], cos: ['−sin x'],
  tan: ['1 + z²'], sinh: ['cosh x'], cosh: ['sinh x'], tanh: ['1 − z²'], arctan: ['1/(1 + x²)'],
  sigmoid: ['z(1 − z)'], relu: ['x > 0'], leaky_relu: ['x > 0'], elu: ['x > 0'],
  maximum: ['x > y', 'y > x'], minimum: ['x < y', 'y < x'], softplus: ['σ(x)'], silu: ['σ(x)(1 + x − z)'],
};
function rule(op, slot, names, result) {     // with the names of this graph
  const of = {x: names[0], y: names[1], z: result};
  return RULES[op][slot].replace(/(?<![\p{L}])[xyz](?![\p{L}])/gu, letter => of[letter]);
}
function equation(op, parts) {     // `x + y`, `exp(x)`
  const [x, y] = parts, sign = SIGNS[op];
  if (op === 'power') return x + (y === '2' ? '²' : y === '3' ? '³' : '^' + y);
  if (op === 'negative') return '−' + x;
  if (op === 'square') return x + '²';
  return y !== undefined && sign ? x + ' ' + sign + ' ' + y : op + '(' + parts.join(', ') + ')';
}
