const dark = matchMedia('(prefers-color-scheme: dark)');
function darken(on) {
  document.documentElement.classList.toggle('dark', on);
  document.getElementById('dark').ariaPressed = on;
}
dark.onchange = () => darken(dark.matches);
document.getElementById('dark').onclick = () =>
  darken(!document.documentElement.classList.contains('dark'));
darken(dark.matches);
