// The entry screen: saves each cell as it is left, keeps on this machine what could not be saved, moves by keyboard.
// The form works without it. Figures stay text here; only differences shown beside them are computed, in whole numbers.
(function () {
  'use strict';

  const form = document.getElementById('entry');
  if (!form) return;

  const all = (selector, from) => Array.from((from || form).querySelectorAll(selector));
  const byId = (id) => document.getElementById(id);
  const url = form.getAttribute('action');
  const grid = form.hasAttribute('data-grid');
  const storage = form.dataset.storage;
  const status = byId('entry-saved');
  const notice = byId('entry-message');
  const cell = (name) => form.elements.namedItem(name);
  const subjectOf = (name) => name.split('.')[1];
  const elementOf = (name) => name.slice(name.indexOf('.', 2) + 1);
  const isFigure = (el) => el && el.classList && el.classList.contains('entry-input');

  // Version is the one on the screen when the figure was typed, until the person chooses: only so is a change that
  // came meanwhile noticed, after a reload too.
  const pending = new Map(); // name → {value, version}: to be sent
  const held = new Map(); // the same, refused or in conflict: waits for the person
  const explaining = new Map(); // name → text
  let busy = false;
  let retry = 0;
  let timer = 0;
  let locked = false;

  // --- figures as text ------------------------------------------------------------------------------

  const bare = (text) => text.trim().replace(/,/g, '').replace('−', '-');
  const same = (a, b) => bare(a) === bare(b);

  // scaled is a figure in millionths, null when there is none.
  function scaled(text) {
    const m = /^([+-]?)(\d*)(?:\.(\d{0,6})\d*)?$/.exec(bare(text));
    if (!m || (m[2] || m[3]) === undefined || m[2] + (m[3] || '') === '') return null;
    return BigInt((m[1] === '-' ? '-' : '') + (m[2] || '0') + (m[3] || '').padEnd(6, '0'));
  }

  function written(millionths, places) {
    const unit = 10n ** BigInt(6 - places);
    const sign = millionths < 0n ? -1n : 1n;
    const digits = String((millionths * sign + unit / 2n) / unit).padStart(places + 1, '0');
    const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, ',');
    return (sign < 0n ? '−' : '') + whole + (places ? '.' + digits.slice(-places) : '');
  }

  // wrong says as one types what the server would refuse; the server decides.
  function wrong(input) {
    const text = bare(input.value);
    const places = Math.abs(parseInt(input.dataset.d, 10));
    if (text === '' || /^(n|n\/a|na|不适用|未报|-{1,2}|[–—]+)$/i.test(text) || /[！-～。￥¥]/.test(text)) return '';
    const m = /^([+-]?)\d*(?:\.(\d*))?\s*[%‰]?[^\x20-\x7e]*$/.exec(text);
    if (!m || !/\d/.test(text)) return '不是数字';
    if (m[1] === '-' && input.dataset.d[0] !== '-') return '不能小于 0';
    if (m[2] && m[2].replace(/0+$/, '').length > places) return places ? '最多 ' + places + ' 位小数' : '应为整数';
    return '';
  }

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
    (choices || []).forEach((c) => {
      const b = document.createElement('button');
      b.type = 'button';
      b.className = 'btn btn-sm btn-plain choice';
      b.textContent = c.label;
      b.addEventListener('click', c.run);
      p.append(' ', b);
    });
    box.append(p);
  }

  function show(input, state) {
    input.closest('td').dataset.state = state;
    if (state === 'bad' || state === 'conflict') input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
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
    (actions || []).forEach((a) => {
      const b = document.createElement('button');
      b.type = 'button';
      b.className = 'btn btn-sm btn-plain';
      b.textContent = a.label;
      b.addEventListener('click', () => { banner(''); a.run(); });
      box.append(b);
    });
    notice.append(box);
  }

  // --- kept on this machine until the server has it --------------------------------------------------

  function keep() {
    const cells = {};
    [pending, held].forEach((m) => m.forEach((v, name) => { cells[name] = v; }));
    const texts = Object.fromEntries(explaining);
    try {
      if (Object.keys(cells).length + explaining.size === 0) localStorage.removeItem(storage);
      else localStorage.setItem(storage, JSON.stringify({ cells: cells, texts: texts }));
    } catch (e) { /* storage may be forbidden or full; the figures are still on the screen */ }
  }

  function restore() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(storage)); } catch (e) { return; }
    if (!kept) return;
    let found = 0;
    Object.entries(kept.cells || {}).forEach(([name, v]) => {
      const input = cell(name);
      if (!isFigure(input) || same(v.value, input.defaultValue)) return;
      found++;
      input.value = v.value;
      pending.set(name, v); // the server compares the versions and asks when they differ
    });
    Object.entries(kept.texts || {}).forEach(([name, text]) => {
      const input = cell(name);
      if (!input || input.value === text) return;
      found++;
      input.value = text;
      explaining.set(name, text);
    });
    keep();
    if (!found) return;
    banner('已找回上次没有保存成功的 ' + found + ' 处内容,正在保存。', 'info');
    flush().then(() => restored(found));
  }

  function restored(found) {
    if (locked || pending.size + explaining.size) return; // said already
    const first = held.size && cell(held.keys().next().value);
    if (!first) banner('已找回上次没有保存成功的 ' + found + ' 处内容,并已保存。', 'good');
    else banner('已找回上次没有保存成功的 ' + found + ' 处内容,其中 ' + held.size + ' 处没有保存,请在标红、标黄的格里选择或改正。', 'warn',
      [{ label: '去看', run: () => { location.hash = ''; location.hash = first.id; } }]);
  }

  // --- saving ----------------------------------------------------------------------------------------

  function leave(input) {
    const name = input.name;
    if (/^n$/i.test(input.value.trim())) input.value = '不适用';
    if (same(input.value, input.defaultValue)) {
      forget(input);
      return;
    }
    if (held.has(name) && held.get(name).value === input.value) return;
    held.delete(name);
    say(name, '');
    pending.set(name, { value: input.value, version: Number(input.dataset.v) });
    show(input, 'waiting');
    keep();
    flush();
  }

  function forget(input) {
    input.value = input.defaultValue;
    if (pending.delete(input.name) | held.delete(input.name)) keep();
    say(input.name, '');
    if (input.closest('td').dataset.state !== 'saved') show(input, '');
  }

  function post(path, body) {
    return window.yigai.request(url + path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
      .then((res) => res.json().then((answer) => {
        if (!res.ok) throw Object.assign(new Error(answer.detail || ''), { status: res.status, answer: answer });
        return answer;
      }));
  }

  // flush sends what waits, one request at a time; it resolves when nothing waits any more or nothing more can be done now.
  let idle = Promise.resolve();
  function flush() {
    clearTimeout(timer);
    if (!busy && !locked) idle = work();
    return idle;
  }

  async function work() {
    busy = true;
    try {
      while (pending.size || explaining.size) {
        tell('正在保存…', 'saving');
        if (pending.size) await sendCells();
        else await sendExplanation();
        retry = 0;
      }
      tell(held.size ? held.size + ' 处没有保存,请看标红的格' : lastSaved, held.size ? 'bad' : 'saved');
    } catch (e) {
      failed(e);
    } finally {
      busy = false;
    }
  }

  let lastSaved = status.textContent;

  async function sendCells() {
    const sent = new Map(Array.from(pending).slice(0, 2000));
    sent.forEach((v, name) => show(cell(name), 'saving'));
    const answer = await post('/cells', { cells: Array.from(sent, ([name, v]) => (
      { subject: Number(subjectOf(name)), element: elementOf(name), value: v.value, version: v.version })) });
    answer.cells.forEach((c) => settle(c, sent.get(c.field)));
    paint(answer);
    keep();
  }

  // settle takes the answer for one cell; what was typed meanwhile goes on waiting, upon the new version.
  function settle(c, sent) {
    const input = cell(c.field);
    const now = pending.get(c.field);
    const typedOn = now && now !== sent;
    if (c.outcome === 'saved') {
      input.defaultValue = c.shown;
      input.dataset.v = c.version;
      input.closest('td').classList.toggle('cell-na', c.na);
      if (typedOn) { now.version = c.version; return; }
      pending.delete(c.field);
      if (document.activeElement !== input || same(input.value, c.shown)) input.value = c.shown;
      show(input, 'saved');
      say(c.field, '');
      compare(input);
      return;
    }
    if (typedOn) return;
    pending.delete(c.field);
    if (c.outcome === 'conflict') { clash(input, sent, c.theirs); return; }
    held.set(c.field, sent);
    show(input, 'bad');
    say(c.field, c.message);
  }

  // clash shows both figures and asks. The figure is kept with the version it was typed upon, so it asks again after a reload.
  function clash(input, mine, their) {
    const name = input.name;
    const ours = mine.value || '空';
    const who = their.own ? '您在另一个窗口' : their.by || '其他人';
    held.set(name, mine);
    show(input, 'conflict');
    ask(input, who + (their.at ? ' ' + their.at : '') + ' 已把这一格改为 ' + (their.shown || '空') + ',' + (their.own ? '这里' : '您') + '填的是 ' + ours + '。', [
      { label: '用' + (their.own ? '这里的 ' : '我的 ') + ours, run: () => {
        held.delete(name); say(name, ''); input.dataset.v = their.version; input.value = mine.value;
        pending.set(name, { value: mine.value, version: their.version }); keep(); flush(); input.focus();
      } },
      { label: '用' + (their.own ? '另一个窗口的 ' : '对方的 ') + (their.shown || '空'), run: () => {
        input.defaultValue = their.shown; input.dataset.v = their.version; held.delete(name); forget(input); keep(); input.focus();
      } },
    ]);
  }

  // ask puts a question beside the cell; in a grid above the table too, where its buttons are in sight.
  function ask(input, text, choices) {
    say(input.name, text, choices);
    if (grid) banner(input.closest('tr').cells[0].textContent.trim() + ':' + text, 'warn', choices);
  }

  async function sendExplanation() {
    const [name, text] = explaining.entries().next().value;
    const input = cell(name);
    if (!input || !text.trim()) { explaining.delete(name); keep(); return; }
    try {
      const answer = await post('/explanations', { key: input.dataset.key, subject: Number(input.dataset.subject), text: text });
      if (explaining.get(name) === text) explaining.delete(name);
      input.dataset.saved = text;
      paint(answer);
    } catch (e) {
      if (e.status !== 404 && e.status !== 422) throw e;
      explaining.delete(name); // the figures changed meanwhile, so there is nothing to explain any more
      banner(e.message, 'warn');
    }
    keep();
  }

  function failed(e) {
    all('td[data-state=saving]').forEach((td) => { td.dataset.state = 'waiting'; });
    const n = pending.size + explaining.size;
    if (e.status === 409 || e.status === 404 || e.status === 403) {
      locked = true;
      all('.entry-input, .explain').forEach((i) => { i.readOnly = true; });
      tell(n + ' 处没有保存', 'bad');
      banner(e.message + '。您填的 ' + n + ' 处还没有保存,已留在本机。', 'bad', [{ label: '刷新页面', run: () => location.reload() }]);
      return;
    }
    if (e.message === 'not signed in') {
      tell(n + ' 处没有保存:请重新登录', 'bad');
      banner('登录已过期,' + n + ' 处内容还没有保存,已留在本机。', 'warn', [{ label: '登录并保存', run: flush }]);
      return;
    }
    retry = Math.min(retry + 1, 5);
    timer = setTimeout(flush, 1000 * 2 ** retry);
    tell((e.status ? '暂时不能保存,' : '网络不通,') + n + ' 处已留在本机,稍后自动再试', 'bad');
  }

  document.addEventListener('yigai:signin', () => {
    const n = pending.size + explaining.size;
    if (n) tell(n + ' 处没有保存:请重新登录', 'bad');
  });
  window.addEventListener('online', () => { retry = 0; flush(); });

  // --- everything on the screen that changes with a figure --------------------------------------------

  const lastHTML = new Map();

  function paint(answer) {
    lastSaved = answer.saved;
    all('.cell-bad, .cell-warn, .cell-quiet').forEach((td) => td.classList.remove('cell-bad', 'cell-warn', 'cell-quiet'));
    Object.entries(answer.marks).forEach(([name, mark]) => { const i = cell(name); if (i) i.closest('td').classList.add(mark); });
    if (grid) point(answer.says);
    if (answer.badge !== lastBadge) { lastBadge = answer.badge; badge(answer.badge); }
    all('.findings').forEach((box) => refill(box, answer.findings[box.id] || ''));
    Object.entries(answer.pieces).forEach(([id, html]) => { const el = byId(id); if (el) el.innerHTML = html; });
    Object.entries(answer.text).forEach(([id, text]) => { const el = byId(id); if (el) el.textContent = text; });
  }

  // In a grid the notes stand far to the right, so a cell in hand says its finding itself.
  function point(says) {
    all('td[data-say]').forEach((td) => { if (!held.has(td.firstElementChild.name)) delete td.dataset.say; });
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

  window.yigaiEntry = { form, grid, url, all, byId, cell, subjectOf, elementOf, isFigure, leave, forget, flush, say, show, banner, total, wrong,
    pending, held, explaining, keep, lost: () => pending.size + held.size + explaining.size };
  window.addEventListener('load', restore);
})();
