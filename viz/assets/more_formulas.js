// Beyond what one types into a playground.
function erf(x) {
  const size = Math.abs(x), root = Math.sqrt(Math.PI);
  if (size < 3) {                  // the power series
    let term = x, sum = x;
    for (let n = 1; n < 60; n++) sum += (term *= -x * x / n) / (2 * n + 1);
    return 2 * sum / root;
  }
  let below = size;                // the continued fraction
  for (let k = 60; k; k--) below = size + k / 2 / below;
  return Math.sign(x) * (1 - Math.exp(-x * x) / (below * root));
}
const normal = x => (1 + erf(x * Math.SQRT1_2)) / 2;
const bend = x => Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3));
const softly = x => Math.tanh(Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
Object.assign(FORMULAS, {
  log_sigmoid: [x => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))), x => sigmoid(-x)],
  logaddexp: [(x, y) => Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y))),
    (x, y) => sigmoid(x - y), (x, y) => sigmoid(y - x)],
  hypot: [(x, y) => Math.hypot(x, y), (x, y, z) => z ? x / z : 0, (x, y, z) => z ? y / z : 0],
  erf: [x => erf(x), x => 2 * Math.exp(-x * x) / Math.sqrt(Math.PI)],
  gelu: [x => x * normal(x), x => normal(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI)],
  gelu_tanh: [x => x * (1 + bend(x)) / 2, x => (1 + bend(x)) / 2
    + x / 2 * (1 - bend(x) ** 2) * Math.sqrt(2 / Math.PI) * (1 + 0.134145 * x * x)],
  mish: [x => x * softly(x), x => softly(x) + x * sigmoid(x) * (1 - softly(x) ** 2)],
  softsign: [x => x / (1 + Math.abs(x)), x => 1 / (1 + Math.abs(x)) ** 2],
});
