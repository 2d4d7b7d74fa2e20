// ---------------------------------------------------------------- numbers as the figure has them

function magnitude(x, digits) { return +x.toExponential(digits - 1).split('e')[1]; }
function fixed(x, places) {        // ties go to the even digit, as in Python
  const text = x.toFixed(places), tie = Math.abs(x) * 2 ** (places + 1);
  if (tie % 2 !== 1 || !(text.at(-1) % 2)) return text;
  return (Math.sign(x) * (Math.abs(+text) - 10 ** -places)).toFixed(places);
}
function plain(x) { return !x || (magnitude(x, 2) >= -4 && magnitude(x, 2) < 6); }
function places_of(x, {decimals, significant, trim}) {
  if (!x || !Number.isFinite(x)) return trim ? 0 : decimals;
  return Math.max(decimals, significant - 1 - magnitude(x, significant));
}
function exponential(x, significant) {
  const [mantissa, exponent] = x.toExponential(significant - 1).split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return (short + 'e' + +exponent).replace(/-/g, '−');
}
function real(x, places, trim, significant) {
  if (Number.isNaN(x)) return 'NaN';
  if (!Number.isFinite(x)) return x > 0 ? '∞' : '−∞';
  if (!plain(x)) return exponential(x, Math.max(significant, 2));
  let text = fixed(x + 0, places);
  if (trim && text.includes('.')) text = text.replace(/\.?0+$/, '');
  return text.replace(/-/g, '−');
}
function written(x, numerals) {
  return real(x, places_of(x, numerals), numerals.trim, numerals.significant);
}
