// ---------------------------------------------------------------- predictions

function pending() {               // what must be answered before the next step
  if (!$('predict').checked || at >= steps.length || open.has(at)) return [];
  return steps[at].questions;
}
function numbers(text) {           // "-0,5", "[1 2] [3 4]", "1, 2; 3, 4"
  const parts = text.replace(/\u2212/g, '-').replace(/[\[\]();]|,(?=\s)/g, ' ').trim();
  return parts ? parts.split(/\s+/).map(part => Number(part.replace(',', '.'))) : [];
}
function close(given, question) {  // within the digits that are printed, or one per cent
  const written = question.written.split(/[\s\[\]]+/).filter(part => part);
  return given.length === question.answer.length && question.answer.every((answer, k) => {
    const decimals = (written[k].match(/\.(\d+)$/) || ['', ''])[1].length;
    const unit = written[k].includes('e') ? 0 : 0.5 * 10 ** -decimals;
    return Math.abs(given[k] - answer) <= Math.max(unit, 0.01 * Math.abs(answer)) * (1 + 1e-9);
  });
}
function ask() {
  const box = $('ask'), questions = pending();
  box.replaceChildren();
  if (!questions.length) return;
  const fields = questions.map((question, k) => {
    const label = make('label', question.words + ' '), field = make('input', '', 'answer' + k);
    const many = question.answer.length;
    field.type = 'text'; field.autocomplete = 'off'; field.size = many > 1 ? 6 * many : 9;
    if (many > 1) field.placeholder = W.answer_array; else field.inputMode = 'decimal';
    label.append(field);
    box.append(label);
    return field;
  });
  const check = button('check'), reveal = button('reveal'), verdict = make('b', '', 'verdict');
  verdict.setAttribute('role', 'status');
  check.onclick = () => {
    const wrong = fields.find((field, k) => !close(numbers(field.value), questions[k]));
    if (!wrong) { pass(questions); return; }
    verdict.textContent = W.wrong;
    verdict.className = 'wrong';
    wrong.focus();
  };
  reveal.onclick = () => pass(questions);
  box.onkeydown = event => { if (event.key === 'Enter' && event.target.matches('input'))
    check.click(); };
  box.append(check, reveal, verdict);
  fields[0].focus({preventScroll: true});
}
function pass(questions) {         // go on, and say what was right
  open.add(at);
  step(1);
  if ($('ask').childElementCount) return;
  const verdict = make('b', W.right.replace('{answer}',
    () => questions.map(question => question.written).join(', ')), 'verdict');
  verdict.className = 'right';
  verdict.setAttribute('role', 'status');
  $('ask').append(verdict);
  $('next').focus({preventScroll: true});
}
function predict() {               // from the end there is nothing to predict: back to the seed
  pause();
  open.clear();
  const seed = steps.findIndex(each => each.phase === 'seed');
  if ($('predict').checked && at === steps.length) show(seed < 0 ? 0 : seed + 1, at); else ask();
}
