// Who else has the form open, and what they store meanwhile. Asked every few seconds while the page is in sight and
// somebody is at it, so that a forgotten page neither works nor keeps a session alive. Loaded after entry.js.
(function () {
  'use strict';
  if (!window.yigaiEntry) return;
  const { form, url, cell, elementOf, grid, total, compare, mark, paint, busy, lock, account } = window.yigaiEntry;
  const every = 5000;
  const quietAfter = 10 * 60 * 1000;
  const others = document.getElementById('entry-others');
  let since = form.dataset.since;
  let touched = Date.now();
  let resting = false; // the session ended: nothing is asked until something is stored again
  let over = false;

  ['keydown', 'pointerdown', 'wheel'].forEach((type) => document.addEventListener(type, () => { touched = Date.now(); }, { passive: true }));
  document.addEventListener('yigai:signin', () => { resting = true; });
  document.addEventListener('yigai:stored', () => { resting = false; });

  const idle = () => over || resting || document.hidden || !navigator.onLine || Date.now() - touched > quietAfter;

  async function look() {
    if (idle()) return;
    const res = await fetch(url + '/live', { method: 'POST', credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-Requested-With': 'fetch' },
      body: JSON.stringify({ since, account }) });
    if (res.status === 401) { resting = true; return; }
    const answer = await res.json();
    if (res.status === 409) { over = true; lock(answer.detail); return; }
    if (!res.ok) { over = res.status < 500; return; }
    take(answer);
  }

  function take(answer) {
    since = answer.at;
    const names = answer.others || [];
    others.textContent = names.length ? '正在填报:' + names.slice(0, 2).join('、') + (names.length > 2 ? ' 等 ' + names.length + ' 人' : '') : '';
    if (answer.locked) { over = true; lock(answer.locked); return; }
    const changed = (answer.cells || []).filter(put);
    if (changed.length) paint(answer.screen);
  }

  // put shows a colleague's figure where nobody is typing; a cell in hand asks when it is stored.
  function put(c) {
    const input = cell(c.field);
    if (!input || c.version <= Number(input.dataset.v) || busy(input.name)) return false;
    input.defaultValue = c.shown;
    input.value = c.shown;
    input.dataset.v = c.version;
    mark(input, c);
    compare(input);
    if (grid) total(elementOf(input.name));
    flash(input.closest('td'), c.by + ' ' + c.at);
    return true;
  }

  function flash(td, by) {
    td.dataset.by = by;
    td.classList.add('cell-flash');
    setTimeout(() => td.classList.remove('cell-flash'), 6000);
  }

  const again = () => look().catch(() => null).then(() => { if (!over) setTimeout(again, every); });
  setTimeout(again, every);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) look().catch(() => null); });
})();
