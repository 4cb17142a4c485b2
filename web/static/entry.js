// The entry screen: saves each cell as it is left and keeps on this machine what could not be saved. The form works
// without it. Loaded after entry-figures.js, entry-screen.js and entry-explain.js.
(function () {
  'use strict';
  if (!window.yigaiScreen) return;
  const { same, wrong } = window.yigaiFigures;
  const screen = window.yigaiScreen;
  const explain = window.yigaiExplain;
  const { form, all, cell, subjectOf, elementOf, isFigure, say, show, tell, banner, passing, ask, paint, compare, told } = screen;
  const url = form.getAttribute('action');
  const storage = form.dataset.storage;
  const account = Number(form.dataset.account); // whose page this is: nobody else's session may store it

  // Version is the one on the screen when the figure was typed, until the person chooses: only so is a change that
  // came meanwhile noticed, after a reload too.
  const pending = new Map(); // name → {value, version}: to be sent
  const typing = new Map(); // the same, still in hand: kept in case the browser dies
  const held = new Map(); // the same, refused or in conflict: waits for the person
  const unsent = () => pending.size + explain.waiting.size;
  let busy = false;
  let retry = 0;
  let timer = 0;
  let locked = false;
  let recovered = 0; // how much was found on this machine
  let cut = 0; // how much waited when the server could not be reached

  // --- kept on this machine until the server has it --------------------------------------------------

  function keep() {
    const cells = {};
    [typing, pending, held].forEach((m) => m.forEach((v, name) => { cells[name] = v; }));
    const texts = explain.kept();
    try {
      if (Object.keys(cells).length + Object.keys(texts).length === 0) localStorage.removeItem(storage);
      else localStorage.setItem(storage, JSON.stringify({ cells: cells, texts: texts }));
    } catch (e) { /* storage may be forbidden or full; the figures are still on the screen */ }
  }

  // What a refused upload brought waits like anything typed, upon the versions it was filled from; it is sent with the
  // next change or by saving, because so far nothing of it was stored.
  function adopt() {
    const brought = all('.entry-input[data-stored]');
    brought.forEach((input) => {
      pending.set(input.name, { value: input.value, version: Number(input.dataset.upon) });
      input.defaultValue = input.dataset.stored;
      input.value = pending.get(input.name).value;
      show(input, wrong(input) ? 'bad' : 'waiting');
    });
    if (brought.length) tell(brought.length + ' 处还没有保存', 'bad');
  }

  function restore() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(storage)); } catch (e) { return; }
    if (!kept) return;
    let found = 0;
    Object.entries(kept.cells || {}).forEach(([name, v]) => {
      const input = cell(name);
      if (!isFigure(input) || pending.has(name) || same(v.value, input.defaultValue)) return;
      found++;
      input.value = v.value;
      pending.set(name, v); // the server compares the versions and asks when they differ
    });
    Object.entries(kept.texts || {}).forEach(([name, v]) => { if (explain.restore(name, v)) found++; });
    keep();
    if (!found) return;
    recovered = found;
    banner('已找回上次没有保存成功的 ' + found + ' 处内容,正在保存。', 'info');
    flush();
  }

  // saidRecovered tells once what became of what was restored: nothing stays to be read when all is stored.
  function saidRecovered() {
    const found = recovered;
    const left = held.size + explain.held.size;
    recovered = 0;
    if (!found) return;
    const first = left && cell((held.size ? held : explain.held).keys().next().value);
    if (!first) passing('已找回上次没有保存成功的 ' + found + ' 处内容,并已保存。', 'good');
    else banner('已找回上次没有保存成功的 ' + found + ' 处内容,其中 ' + left + ' 处没有保存,请在标红、标黄的地方选择或改正。', 'warn',
      [{ label: '去看', run: () => { location.hash = ''; location.hash = first.id; } }]);
  }

  // --- saving ----------------------------------------------------------------------------------------

  function leave(input) {
    const name = input.name;
    typing.delete(name);
    if (/^n$/i.test(input.value.trim())) input.value = '不适用';
    if (same(input.value, input.defaultValue)) {
      forget(input);
      return;
    }
    if (held.has(name) && held.get(name).value === input.value) return;
    if (pending.has(name) && pending.get(name).value === input.value) { flush(); return; }
    held.delete(name);
    say(name, '');
    pending.set(name, { value: input.value, version: Number(input.dataset.v) });
    show(input, 'waiting');
    keep();
    flush();
  }

  form.addEventListener('input', (e) => {
    if (!isFigure(e.target)) return;
    typing.set(e.target.name, { value: e.target.value, version: Number(e.target.dataset.v) });
    keep();
  });

  // carry takes last month's figures over.
  function carry(inputs) {
    inputs.forEach((input) => {
      input.value = input.dataset.offer;
      held.delete(input.name);
      say(input.name, '');
      pending.set(input.name, { value: input.value, version: Number(input.dataset.v), carried: true });
      show(input, 'waiting');
    });
    keep();
    flush();
  }

  function forget(input) {
    input.value = input.defaultValue;
    if (typing.delete(input.name) | pending.delete(input.name) | held.delete(input.name)) keep();
    say(input.name, '');
    if (input.closest('td').dataset.state !== 'saved') show(input, '');
  }

  function post(path, body) {
    return window.yigai.request(url + path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(Object.assign({ account }, body)) })
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
      while (unsent()) {
        tell('正在保存…', 'saving');
        if (pending.size) await sendCells();
        else { await explain.send(post, took); keep(); }
        retry = 0;
      }
      explain.ask(keep, flush);
      const left = held.size + explain.held.size;
      tell(left ? left + ' 处没有保存,请看标红的地方' : lastSaved, left ? 'bad' : 'saved');
      saidRecovered();
      if (cut) { passing('已恢复,刚才断开时填的 ' + cut + ' 处已送出。', 'good'); cut = 0; }
    } catch (e) {
      failed(e);
    } finally {
      busy = false;
    }
  }

  let lastSaved = told();
  function took(answer) {
    lastSaved = answer.saved;
    paint(answer);
    explain.same();
    document.dispatchEvent(new CustomEvent('yigai:stored'));
  }

  async function sendCells() {
    const sent = new Map(Array.from(pending).slice(0, 2000));
    sent.forEach((v, name) => show(cell(name), 'saving'));
    const answer = await post('/cells', { cells: Array.from(sent, ([name, v]) => (
      { subject: Number(subjectOf(name)), element: elementOf(name), value: v.value, version: v.version, carried: Boolean(v.carried) })) });
    answer.cells.forEach((c) => settle(c, sent.get(c.field)));
    took(answer);
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
      mark(input, c);
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

  // mark shows how a stored figure came about.
  function mark(input, c) {
    const td = input.closest('td');
    td.classList.toggle('cell-na', c.na);
    td.classList.remove('cell-carried', 'cell-derived');
    if (c.mark) td.classList.add(c.mark);
    td.title = c.origin;
    document.dispatchEvent(new CustomEvent('yigai:marked', { detail: input }));
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

  function failed(e) {
    all('td[data-state=saving]').forEach((td) => { td.dataset.state = 'waiting'; });
    const n = unsent();
    if (e.status === 409 || e.status === 404 || e.status === 403) {
      lock(e.message);
      return;
    }
    if (e.message === 'not signed in') {
      tell(n + ' 处没有保存:请重新登录', 'bad');
      banner('登录已过期,' + n + ' 处内容还没有保存,已留在本机。', 'warn', [{ label: '登录并保存', run: flush }]);
      return;
    }
    retry = Math.min(retry + 1, 3); // no more than 8 seconds: somebody waits for the line to say that it works again
    timer = setTimeout(flush, 1000 * 2 ** retry);
    if (!e.status) cut = n;
    tell(away(e.status) + ',已保存在本机 ' + n + ' 处,稍后自动再试', 'bad');
  }

  function away(status) {
    if (status) return '暂时不能保存';
    return navigator.onLine ? '连不上服务器' : '离线';
  }

  // lock ends typing: the report is not what it was, or somebody else is signed in.
  function lock(why) {
    const n = unsent();
    locked = true;
    all('.entry-input, .explain').forEach((i) => { i.readOnly = true; });
    if (n) tell(n + ' 处没有保存', 'bad');
    banner(why + (n ? '。您填的 ' + n + ' 处还没有保存,已留在本机。' : '。'), 'bad', [{ label: '刷新页面', run: () => location.reload() }]);
  }

  document.addEventListener('yigai:signin', () => {
    const n = unsent();
    if (n) tell(n + ' 处没有保存:请重新登录', 'bad');
  });
  window.addEventListener('online', () => { retry = 0; flush(); });
  window.addEventListener('offline', () => { tell('离线,已保存在本机 ' + unsent() + ' 处', 'bad'); });

  window.yigaiEntry = Object.assign({}, screen, { url, leave, forget, flush, wrong, held, explain, keep, carry, mark, lock, account,
    busy: (name) => pending.has(name) || held.has(name) || typing.has(name),
    lost: () => unsent() + held.size + explain.held.size });
  adopt();
  window.addEventListener('load', () => { restore(); if (pending.size) keep(); });
})();
