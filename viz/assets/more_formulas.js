// Beyond what one types into a playground.
Object.assign(FORMULAS, {
  log_sigmoid: [x => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))), x => sigmoid(-x)],
  logaddexp: [(x, y) => Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y))),
    (x, y) => sigmoid(x - y), (x, y) => sigmoid(y - x)],
  hypot: [(x, y) => Math.hypot(x, y), (x, y, z) => z ? x / z : 0, (x, y, z) => z ? y / z : 0],
  softsign: [x => x / (1 + Math.abs(x)), x => 1 / (1 + Math.abs(x)) ** 2],
});
