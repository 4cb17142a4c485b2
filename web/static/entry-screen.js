// What the entry screen says and shows: problems beside cells, the state line, banners, and everything on it that
// changes with a figure. Loaded after entry-figures.js.
(function () {
  'use strict';
  const form = document.getElementById('entry');
  if (!form) return;
  const { scaled, written } = window.yigaiFigures;

  const all = (selector, from) => Array.from((from || form).querySelectorAll(selector));
  const byId = (id) => document.getElementById(id);
  const grid = form.hasAttribute('data-grid');
  const status = byId('entry-saved');
  const notice = byId('entry-message');
  const cell = (name) => form.elements.namedItem(name);
  const subjectOf = (name) => name.split('.')[1];
  const elementOf = (name) => name.slice(name.indexOf('.', 2) + 1);
  const isFigure = (el) => el && el.classList && el.classList.contains('entry-input');

  // --- what is said about a cell ---------------------------------------------------------------------

  function messageBox(name) {
    return byId('m-' + subjectOf(name) + '-' + elementOf(name)) || byId('m-' + subjectOf(name));
  }

  function say(name, text, choices) {
    const box = messageBox(name);
    if (!box) return;
    all('[data-about]', box).filter((p) => p.dataset.about === name).forEach((p) => p.remove());
    all('.field-problem:not([data-about])', box).forEach((p) => p.remove());
    if (grid && !text) delete cell(name).closest('td').dataset.say;
    if (!text) return;
    const head = grid && byId('h-' + elementOf(name));
    if (grid) cell(name).closest('td').dataset.say = text;
    const p = document.createElement('p');
    p.className = 'field-problem';
    p.dataset.about = name;
    p.textContent = (head ? head.firstChild.textContent.trim() + ':' : '') + text;
    (choices || []).forEach((c) => p.append(' ', button(c, ' choice', c.run)));
    box.append(p);
  }

  function show(input, state) {
    input.closest('td').dataset.state = state;
    if (state === 'bad' || state === 'conflict') input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
    refuse();
  }

  // refuse says wherever one looks before handing in that figures on the screen are not stored: beside the counts, on
  // the tabs, and in the box that hands in, which asks for nothing while something stands in it.
  function refuse() {
    const cells = all('td[data-state=bad], td[data-state=conflict]');
    all('[data-refused]').forEach((el) => el.remove());
    form.classList.toggle('has-refused', cells.length > 0);
    all('.pane').forEach((pane, i) => {
      const n = cells.filter((td) => pane.contains(td)).length;
      const tab = byId('progress-' + i);
      if (!tab) return;
      tab.classList.toggle('tab-refused', n > 0);
      if (n) tab.prepend(flag('span', 'tab-mark tone-bad', '✗ ' + n));
    });
    if (!cells.length) return;
    const said = cells.length + ' 格没有保存';
    byId('entry-counts').prepend(flag('button', 'count-link tone-bad', '✗ ' + said));
    const blocks = byId('submit-blocks');
    if (blocks) blocks.prepend(flag('p', 'callout-title', '还不能上报:'), flag('button', 'count-link tone-bad', said + ',请先改正或选择'));
  }

  function flag(tag, style, text) {
    const el = document.createElement(tag);
    el.className = style;
    el.textContent = text;
    el.dataset.refused = '';
    if (tag === 'button') { el.type = 'button'; el.dataset.next = 'refused'; el.title = '跳到下一个没有保存的格'; }
    return el;
  }

  function tell(text, state) {
    status.textContent = text;
    status.dataset.state = state || 'idle';
  }

  function banner(text, tone, actions) {
    notice.textContent = '';
    if (!text) return;
    const box = document.createElement('div');
    box.className = 'callout tone-' + tone;
    box.setAttribute('role', 'alert');
    const body = document.createElement('div');
    body.textContent = text;
    box.append(body);
    (actions || []).forEach((a) => box.append(button(a, '', () => { banner(''); a.run(); })));
    notice.append(box);
    return box;
  }

  // passing is a banner that leaves by itself: it tells, and asks for nothing.
  function passing(text, tone) {
    const box = banner(text, tone);
    setTimeout(() => box.remove(), 6000);
  }

  function button(choice, style, run) {
    const b = document.createElement('button');
    b.type = 'button';
    b.className = 'btn btn-sm btn-plain' + style;
    b.textContent = choice.label;
    b.addEventListener('click', run);
    return b;
  }

  // ask puts a question beside the cell; in a grid above the table too, where its buttons are in sight.
  function ask(input, text, choices) {
    say(input.name, text, choices);
    if (grid) banner(input.closest('tr').cells[0].textContent.trim() + ':' + text, 'warn', choices);
  }

  // --- everything on the screen that changes with a figure --------------------------------------------

  const lastHTML = new Map();

  function paint(answer) {
    all('.cell-bad, .cell-warn, .cell-quiet').forEach((td) => td.classList.remove('cell-bad', 'cell-warn', 'cell-quiet'));
    Object.entries(answer.marks).forEach(([name, mark]) => { const i = cell(name); if (i) i.closest('td').classList.add(mark); });
    if (grid) point(answer.says);
    if (answer.badge !== lastBadge) { lastBadge = answer.badge; badge(answer.badge); }
    all('.findings').forEach((box) => refill(box, answer.findings[box.id] || ''));
    Object.entries(answer.pieces).forEach(([id, html]) => { const el = byId(id); if (el) el.innerHTML = html; });
    Object.entries(answer.text).forEach(([id, text]) => { const el = byId(id); if (el) el.textContent = text; });
    refuse();
  }

  // In a grid the notes stand beneath the row, so a cell in hand says its finding itself.
  function point(says) {
    all('td[data-say]').forEach((td) => { if (!/bad|conflict/.test(td.dataset.state)) delete td.dataset.say; });
    Object.entries(says).forEach(([name, text]) => { const i = cell(name); if (i) i.closest('td').dataset.say = text; });
  }

  let lastBadge = '';
  function badge(html) {
    const now = document.querySelector('.page-title .badge-state');
    if (now) now.outerHTML = html;
  }

  // refill replaces findings without touching an explanation that is being typed.
  function refill(box, html) {
    if (lastHTML.get(box.id) === html || (!html && !box.firstElementChild)) return;
    lastHTML.set(box.id, html);
    const typed = all('.explain', box).filter((i) => i.value !== i.dataset.saved || i === document.activeElement)
      .map((i) => ({ name: i.name, value: i.value, at: i === document.activeElement ? i.selectionStart : -1 }));
    box.innerHTML = html;
    typed.forEach((t) => {
      const i = cell(t.name);
      if (!i) return;
      i.value = t.value;
      if (t.at >= 0) { i.focus(); i.setSelectionRange(t.at, t.at); }
    });
  }

  // compare shows the change against last month in percent.
  function compare(input) {
    const box = byId('ch-' + subjectOf(input.name) + '-' + elementOf(input.name));
    const before = box && scaled(box.dataset.last || '');
    const now = scaled(input.value);
    if (!box) return;
    const known = before && now !== null;
    const tenth = known ? (now - before) * 100000000n / (before < 0n ? -before : before) : 0n;
    box.textContent = known ? (tenth > 0n ? '+' : '') + written(tenth, 1) : '';
  }

  // total sums a column of clinics while it is typed.
  function total(element) {
    const box = byId('t-' + element);
    if (!box) return;
    const inputs = all('.entry-input').filter((i) => elementOf(i.name) === element);
    const figures = inputs.map((i) => scaled(i.value)).filter((n) => n !== null);
    box.textContent = figures.length ? written(figures.reduce((a, b) => a + b, 0n), Math.abs(parseInt(inputs[0].dataset.d, 10))) : '–';
  }

  window.yigaiScreen = { form, grid, all, byId, cell, subjectOf, elementOf, isFigure, say, show, tell, banner, passing, button, ask,
    paint, compare, total, told: () => status.textContent };
})();
