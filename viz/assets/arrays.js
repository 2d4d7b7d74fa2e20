// Arrays: {shape, data}, the data row by row. A call has after its arguments the shape of its result
// and what the page was told of it: where its numbers come from, or which of them belong together.
const count = shape => shape.reduce((product, side) => product * side, 1);
const range = length => [...Array(length).keys()];

function spread_over(shape, onto) {  // for every element of the one where it is in the other
  const steps = onto.map(() => 0);
  let step = 1;
  for (let k = shape.length - 1; k >= 0; k--) {
    if (shape[k] > 1) steps[k + onto.length - shape.length] = step;
    step *= shape[k];
  }
  return range(count(onto)).map(e => {
    let at = 0;
    for (let k = onto.length - 1; k >= 0; k--) {
      at += e % onto[k] * steps[k];
      e = Math.floor(e / onto[k]);
    }
    return at;
  });
}
function zeros(like) { return {shape: like.shape, data: like.data.map(() => 0)}; }
function gathered(data, groups, length, merge, start) {
  const all = Array(length).fill(start);
  groups.forEach((k, e) => { all[k] = merge(all[k], data[e]); });
  return all;
}
const sums_of = (data, groups) => gathered(data, groups, Math.max(...groups) + 1, (x, y) => x + y, 0);
function softmax_of(data, groups) {
  const most = gathered(data, groups, Math.max(...groups) + 1, Math.max, -Infinity);
  const power = data.map((x, e) => Math.exp(x - most[groups[e]]));
  const whole = sums_of(power, groups);
  return {share: power.map((x, e) => x / whole[groups[e]]),
    log: data.map((x, e) => x - most[groups[e]] - Math.log(whole[groups[e]])),
    normaliser: whole.map((x, k) => most[k] + Math.log(x))};
}
function product(told, work) {     // each pair of numbers of a product of matrices
  const [rows, inner, columns] = told.size;
  for (const i of range(rows)) for (const j of range(columns)) for (const k of range(inner))
    work(i * columns + j, i * inner + k, told.flipped ? j * inner + k : k * columns + j, j);
}
function extreme(merge) {          // those that are equally large share the gradient
  const first = merge(-1, 1) > 0 ? -Infinity : Infinity;
  return [(told, x) => gathered(x.data, told.groups, Math.max(...told.groups) + 1, merge, first),
    (told, g, z, x) => {
      const at = x.data.map((value, e) => +(value === z.data[told.groups[e]]));
      const ties = sums_of(at, told.groups);
      return [at.map((is, e) => is * g.data[told.groups[e]] / ties[told.groups[e]])];
    }];
}
function apart_from_mean(told, x) {
  const {groups} = told, ones = sums_of(groups.map(() => 1), groups);
  const mean = sums_of(x.data, groups).map((s, k) => s / ones[k]);
  return x.data.map((value, e) => value - mean[groups[e]]);
}
const squares = (told, x) =>
  sums_of(apart_from_mean(told, x).map(d => d * d), told.groups).map(s => s / told.each);
// Of each operation its numbers, and what becomes of the gradient g of its result z.
const MATRICES = {
  move: [(told, ...given) => {
    const all = given.flatMap(x => x.data);
    return told.from.map(k => all[k]);
  }, (told, g, z, ...given) => {
    const back = given.flatMap(x => zeros(x).data);
    told.from.forEach((k, e) => { back[k] += g.data[e]; });
    return given.map(x => back.splice(0, x.data.length));
  }],
  terms: [(told, ...given) => {      // of a linear operation: [result, number, factor]
    const all = Array(told.length).fill(0), flat = given.flatMap(x => x.data);
    for (const [of, k, factor] of told.terms) all[of] += factor * flat[k];
    return all;
  }, (told, g, z, ...given) => {
    const back = given.flatMap(x => zeros(x).data);
    for (const [of, k, factor] of told.terms) back[k] += factor * g.data[of];
    return given.map(x => back.splice(0, x.data.length));
  }],
  pairs: [(told, x, y) => {          // of a bilinear one: [result, left, right]
    const all = Array(told.length).fill(0);
    for (const [of, left, right] of told.pairs) all[of] += x.data[left] * y.data[right];
    return all;
  }, (told, g, z, x, y) => {
    const [first, second] = [x, y].map(each => zeros(each).data);
    for (const [of, left, right] of told.pairs) {
      first[left] += g.data[of] * y.data[right];
      second[right] += g.data[of] * x.data[left];
    }
    return [first, second];
  }],
  windows: [(told, x) => told.windows.map(all => Math.max(...all.map(k => x.data[k]))),
    (told, g, z, x) => {             // the first of the largest has all of the gradient
      const back = zeros(x).data;
      told.windows.forEach((all, e) => {
        back[all.find(k => x.data[k] === z.data[e])] += g.data[e];
      });
      return [back];
    }],
  sum: [(told, x) => sums_of(x.data, told.groups), (told, g) => [told.groups.map(k => g.data[k])]],
  mean: [(told, x) => sums_of(x.data, told.groups).map(s => s / told.each),
    (told, g) => [told.groups.map(k => g.data[k] / told.each)]],
  max: extreme(Math.max), min: extreme(Math.min),
  var: [(told, x) => squares(told, x), (told, g, z, x) =>
    [apart_from_mean(told, x).map((d, e) => 2 * d * g.data[told.groups[e]] / told.each)]],
  std: [(told, x) => squares(told, x).map(Math.sqrt), (told, g, z, x) =>
    [apart_from_mean(told, x).map((d, e, all, k = told.groups[e]) =>
      z.data[k] ? d * g.data[k] / (told.each * z.data[k]) : 0)]],
  softmax: [(told, x) => softmax_of(x.data, told.groups).share, (told, g, z) => {
    const mean = sums_of(z.data.map((y, e) => y * g.data[e]), told.groups);
    return [z.data.map((y, e) => y * (g.data[e] - mean[told.groups[e]]))];
  }],
  log_softmax: [(told, x) => softmax_of(x.data, told.groups).log, (told, g, z) => {
    const whole = sums_of(g.data, told.groups);
    return [z.data.map((y, e) => g.data[e] - Math.exp(y) * whole[told.groups[e]])];
  }],
  logsumexp: [(told, x) => softmax_of(x.data, told.groups).normaliser, (told, g, z, x) =>
    [softmax_of(x.data, told.groups).share.map((y, e) => y * g.data[told.groups[e]])]],
  cross_entropy: [(told, x, target) => {
    const log = softmax_of(x.data, told.groups).log, rows = target.data.length;
    return [target.data.reduce((sum, t, i) => sum - log[i * told.each + t], 0) / rows];
  }, (told, g, z, x, target) => {
    const rows = target.data.length, share = softmax_of(x.data, told.groups).share;
    target.data.forEach((t, i) => { share[i * told.each + t] -= 1; });
    return [share.map(y => y * g.data[0] / rows), null];
  }],
  matmul: [(told, x, y, bias) => {
    const [rows, , columns] = told.size;
    const all = range(rows * columns).map(e => bias ? bias.data[e % columns] : 0);
    product(told, (of, left, right) => { all[of] += x.data[left] * y.data[right]; });
    return all;
  }, (told, g, z, x, y, bias) => {
    const back = [x, y].map(each => zeros(each).data), columns = told.size[2];
    product(told, (of, left, right) => {
      back[0][left] += g.data[of] * y.data[right];
      back[1][right] += g.data[of] * x.data[left];
    });
    return bias ? [...back, sums_of(g.data, g.data.map((_, e) => e % columns))] : back;
  }],
};
MATRICES.linear = MATRICES.dot = MATRICES.matmul;
const ARRAYS = {
  value: ([, name, , shape, told], given) => {
    if (told) return {shape, data: MATRICES[told.by ?? name][0](told, ...given)};
    const at = given.map(x => spread_over(x.shape, shape)), f = FORMULAS[name][0];
    return {shape, data: range(count(shape)).map(e => f(...given.map((x, k) => x.data[at[k][e]])))};
  },
  pull: ([, name, , shape, told], given, z, g) => {
    if (told) return MATRICES[told.by ?? name][1](told, g, z, ...given).map((data, slot) =>
      data && {shape: given[slot].shape, data});
    const at = given.map(x => spread_over(x.shape, shape));
    return given.map((x, slot) => {
      const back = zeros(x), slope = FORMULAS[name][slot + 1];
      g.data.forEach((arriving, e) => {
        const local = slope(...given.map((y, k) => y.data[at[k][e]]), z.data[e]);
        back.data[at[slot][e]] += arriving * local;
      });
      return back;
    });
  },
  plus: (x, y) => ({shape: x.shape, data: x.data.map((a, e) => a + y.data[e])}),
};

function aligned(all, numerals) {  // an array, with the same number of decimals for all
  const {trim, significant, in_arrays} = numerals;
  const sizes = all.map(Math.abs).filter(x => x && Number.isFinite(x));
  let places = places_of(Math.max(0, ...sizes),
    {...numerals, decimals: in_arrays ?? numerals.decimals});
  if (trim && places > 0) places = Math.max(0, ...sizes.filter(plain).map(x =>
    fixed(x, places).replace(/0+$/, '').split('.')[1]?.length ?? 0));
  return all.map(x => {
    if (x && Math.abs(x) < 0.5 * 10 ** -places) {  // it would vanish
      const power = magnitude(x, 1);
      return power < -3 ? exponential(x, 1) : real(x, -power, false, significant);
    }
    return !x && places > 4 ? '0' : real(x, places, false, significant);
  });
}
