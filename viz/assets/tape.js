// A list of calls, run forwards and backwards. A call is [number of the result, operation, numbers
// of its arguments, ...]; how one is computed is the algebra's: of numbers, or of arrays.
const NUMBERS = {
  value: ([, name], given) => FORMULAS[name][0](...given),
  pull: ([, name], given, z, g) => given.map((_, slot) => g * FORMULAS[name][slot + 1](...given, z)),
  plus: (x, y) => x + y,
};
function forward(calls, values, algebra, held) {  // all results, of which one may be held
  for (const call of calls)
    if (call[0] !== held) values[call[0]] = algebra.value(call, call[2].map(s => values[s]));
  return values;
}
function backward(calls, values, seeds, algebra) {
  const gradient = [], passed = {};
  for (const [n, seed] of seeds) gradient[n] = seed;
  for (const call of [...calls].reverse()) {
    const [n, , sources] = call;
    if (gradient[n] === undefined) continue;
    const parts = algebra.pull(call, sources.map(s => values[s]), values[n], gradient[n]);
    sources.forEach((s, slot) => {
      const part = parts[slot];
      if (!part && part !== 0) return;       // to what has no gradient
      passed[[n, slot]] = part;
      gradient[s] = gradient[s] === undefined ? part : algebra.plus(gradient[s], part);
    });
  }
  return {gradient, passed};
}
