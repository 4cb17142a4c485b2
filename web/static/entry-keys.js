// Moving on the entry screen: keys, tabs, pasting a block, handing in. Loaded after entry.js and entry-drawer.js.
(function () {
  'use strict';
  if (!window.yigaiEntry) return;
  const { form, grid, url, all, byId, cell, subjectOf, elementOf, isFigure, leave, forget, flush, say, show, banner, total, wrong,
    held, explain, keep, lost } = window.yigaiEntry;
  const tabs = all('.tab-input');

  // --- sections ---------------------------------------------------------------------------------------

  const panes = all('.pane');
  const paneOf = (el) => panes.indexOf(el.closest('.pane'));

  function reveal(el) {
    const i = paneOf(el);
    if (tabs[i] && !tabs[i].checked) { tabs[i].checked = true; remember(tabs[i]); }
  }

  function remember(tab) {
    history.replaceState(null, '', url + '?section=' + tab.value);
  }
  tabs.forEach((t) => t.addEventListener('change', () => remember(t)));
  // After a refused post the address is that of the post, which cannot be opened again.
  if (location.pathname !== url) history.replaceState(null, '', url);

  function go(el) {
    if (!el) return false;
    reveal(el);
    el.focus();
    el.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    return true;
  }

  // A link of the summary, or an address with #f-…, opens the section its cell is in.
  function follow() {
    const el = location.hash.length > 1 && byId(decodeURIComponent(location.hash.slice(1)));
    if (el && form.contains(el)) go(el);
  }
  window.addEventListener('hashchange', follow);
  follow();

  // The counts at the top lead to the next place with something to do.
  document.addEventListener('click', (e) => {
    const link = e.target.closest && e.target.closest('[data-next]');
    if (!link) return;
    const wanted = link.dataset.next === 'empty' ? (i) => i.hasAttribute('data-required') && !i.value.trim()
      : link.dataset.next === 'refused' ? (i) => /bad|conflict/.test(i.closest('td').dataset.state) : (i) => i.closest('td').classList.contains(link.dataset.next);
    const inputs = all('.entry-input');
    const from = inputs.indexOf(last) + 1;
    const target = inputs.slice(from).concat(inputs.slice(0, from)).find(wanted);
    if (!target) return;
    const box = link.dataset.next === 'cell-warn' && notesOf(target.closest('tr')).querySelector('.explain');
    go(box || target);
  });

  // In a grid what is said about a row stands in a row of its own beneath it.
  const notesOf = (row) => (grid ? row.nextElementSibling : row);
  const figuresOf = (row) => (grid ? row.previousElementSibling : row);

  // --- keys ---------------------------------------------------------------------------------------------

  let last = null; // the cell in hand
  let before = ''; // what stood in it

  form.addEventListener('focusin', (e) => {
    if (!isFigure(e.target)) return;
    last = e.target;
    before = e.target.value;
    e.target.select();
    keepInSight(e.target);
    if (window.yigaiDrawer.isOpen()) later(() => details(last));
  });

  // The first column is sticky: a cell that is reached by keyboard must not hide behind it.
  function keepInSight(input) {
    const box = input.closest('.table-box');
    const head = input.closest('tr').querySelector('th');
    const hidden = head.getBoundingClientRect().right - input.closest('td').getBoundingClientRect().left;
    if (hidden > 0) box.scrollLeft -= hidden + 4;
  }

  function neighbour(input, rows, columns) {
    const row = input.closest('tr');
    const at = all('.entry-input', row).indexOf(input);
    if (columns) return all('.entry-input', row)[at + columns] || null;
    for (let r = step(row, rows); r; r = step(r, rows)) {
      const there = all('.entry-input', r)[at];
      if (there) return there;
    }
    return null;
  }
  const step = (row, by) => (by > 0 ? row.nextElementSibling : row.previousElementSibling);

  // onward is where Enter leads: below, else to the top of the next column, else to the next section.
  function onward(input) {
    const below = neighbour(input, 1, 0);
    if (below) return below;
    if (grid) {
      const at = all('.entry-input', input.closest('tr')).indexOf(input);
      const top = all('.entry-input', input.closest('tbody').querySelector('tr'))[at + 1];
      if (top) return top;
    }
    const next = panes[paneOf(input) + 1];
    return (next && next.querySelector('.entry-input')) || byId('submit');
  }

  const whole = (i) => i.selectionStart === 0 && i.selectionEnd === i.value.length;

  function move(e, target) {
    if (!target) return;
    e.preventDefault();
    go(target);
  }

  form.addEventListener('keydown', (e) => {
    const input = e.target;
    if (e.isComposing || e.ctrlKey || e.altKey || e.metaKey) return;
    if (input.name === 'responsible' && e.key === 'Enter') { e.preventDefault(); byId('submit-now').click(); return; }
    if (input.classList.contains('explain') && e.key === 'Enter') {
      e.preventDefault();
      const figure = figuresOf(input.closest('tr')).querySelector('.entry-input');
      go(figure && onward(figure));
    }
    if (!isFigure(input)) return;
    if (e.key === 'Enter') move(e, e.shiftKey ? neighbour(input, -1, 0) : onward(input));
    else if (e.key === 'ArrowDown') move(e, neighbour(input, 1, 0));
    else if (e.key === 'ArrowUp') move(e, neighbour(input, -1, 0));
    else if (e.key === 'ArrowLeft' && whole(input)) move(e, neighbour(input, 0, -1));
    else if (e.key === 'ArrowRight' && whole(input)) move(e, neighbour(input, 0, 1));
    else if (e.key === 'F2') { e.preventDefault(); details(input); }
    else if (e.key === 'Escape' && (input.value !== before || held.has(input.name))) undo(e, input);
  });

  function undo(e, input) {
    e.stopPropagation();
    if (held.has(input.name)) { forget(input); keep(); } else input.value = before;
    judge(input);
    input.select();
  }

  document.addEventListener('keydown', (e) => {
    if (!(e.ctrlKey || e.metaKey)) return;
    if (e.key.toLowerCase() === 's') { e.preventDefault(); save(); }
    if (e.key === 'Enter') { e.preventDefault(); openSubmit(); }
  });

  function openSubmit() {
    const box = form.querySelector('.submit-box');
    if (!box) return;
    commit();
    box.open = true;
    const name = cell('responsible');
    if (name) { name.focus(); name.select(); }
  }
  const opener = form.querySelector('.submit-box');
  // While something blocks, the box says so instead of asking for the name; a link in it leads there.
  if (opener) {
    opener.addEventListener('toggle', () => { if (opener.open) save().then(() => { if (opener.open) cell('responsible').focus(); }); });
    opener.addEventListener('click', (e) => { if (e.target.closest('.blocks a, .blocks button')) opener.open = false; });
  }

  // --- typing, leaving, pasting -----------------------------------------------------------------------

  let waiting = 0;
  const later = (run) => { clearTimeout(waiting); waiting = setTimeout(run, 250); };

  function judge(input) {
    const problem = wrong(input);
    say(input.name, problem);
    show(input, problem ? 'bad' : input.value !== input.defaultValue ? 'typing' : '');
    if (grid) total(elementOf(input.name));
  }

  form.addEventListener('input', (e) => { if (isFigure(e.target)) judge(e.target); });
  form.addEventListener('change', (e) => {
    const el = e.target;
    if (isFigure(el)) leave(el);
    else if (el.classList.contains('explain')) { explain.take(el); keep(); flush(); }
  });

  // commit takes what is being typed right now, without leaving the cell.
  function commit() {
    const el = document.activeElement;
    if (isFigure(el)) leave(el);
    else if (el && el.classList.contains('explain') && explain.changed(el)) explain.take(el);
  }

  function save() {
    commit();
    return flush();
  }

  document.addEventListener('visibilitychange', () => { if (document.hidden) save(); });

  // An Excel block goes into the cells from the one in hand on: columns side by side in a grid, else the first one downwards.
  form.addEventListener('paste', (e) => {
    const input = e.target;
    const text = e.clipboardData.getData('text/plain').replace(/\r\n?/g, '\n').replace(/\n+$/, '');
    if (!isFigure(input) || !/[\t\n]/.test(text)) return;
    e.preventDefault();
    const cells = new Map();
    const { lines, unused } = window.yigaiPaste.block(text, !grid);
    let from = input;
    let outside = 0;
    lines.forEach((line) => {
      let to = from;
      line.forEach((figure) => {
        if (!to) { outside++; return; }
        cells.set(to, figure);
        to = neighbour(to, 0, 1);
      });
      from = from && neighbour(from, 1, 0);
    });
    if (outside) unused.unshift(outside + ' 个超出表格,不粘贴');
    const changes = Array.from(cells, ([i, figure]) => ({ name: nameOf(i), old: i.value, figure, wrong: wrong({ value: figure, dataset: i.dataset }) }));
    window.yigaiPaste.ask(changes, unused, () => pasted(input, cells, unused));
  });

  // nameOf is what a screen reader says of a cell.
  function nameOf(i) {
    const ids = (i.getAttribute('aria-labelledby') || '').split(' ').filter(Boolean);
    return i.getAttribute('aria-label') || ids.map((one) => byId(one) ? byId(one).textContent.trim() : '').join(' ');
  }

  // pasted fills the cells; one step back takes the block out again.
  function pasted(input, cells, unused) {
    const old = new Map();
    cells.forEach((figure, i) => { old.set(i, i.value); i.value = figure; });
    go(input);
    put(old);
    const bad = Array.from(old.keys()).filter((i) => wrong(i)).length;
    if (bad) unused.unshift(bad + ' 格不能保存,请看标红的格');
    const said = ['已粘贴 ' + old.size + ' 格'].concat(unused).join(';');
    banner(said + '。请核对。', unused.length ? 'warn' : 'info', [{ label: '撤销粘贴', run: () => {
      old.forEach((value, i) => { i.value = value; });
      put(old);
    } }]);
  }

  function put(cells) {
    cells.forEach((_, i) => { judge(i); leave(i); });
    if (last) before = last.value;
  }

  // --- handing in ---------------------------------------------------------------------------------------

  // The cells are on the server already; what is not yet is sent first. Then the post carries only the name.
  let ready = false;
  window.addEventListener('submit', (e) => {
    if (e.target !== form || ready) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    const button = e.submitter || document.activeElement;
    save().then(() => {
      if (button.id === 'save') return;
      if (lost()) { banner('还有 ' + lost() + ' 处没有保存成功,请先处理标红的格再上报。', 'bad'); return; }
      ready = true;
      cell('base').value = '';
      all('.entry-input, .explain').forEach((i) => { i.disabled = true; });
      // Not before this submit event has ended: a form that is being submitted ignores a second request.
      setTimeout(() => {
        form.requestSubmit(byId('submit-now'));
        setTimeout(again, 4000);
      });
    });
  }, true);

  // Still here after a while: the post was held up, so the form can be used again.
  function again() {
    ready = false;
    all('.entry-input, .explain').forEach((i) => { i.disabled = false; });
  }

  // --- the drawer -----------------------------------------------------------------------------------------

  const details = (input) => input && window.yigaiDrawer.open(url + '/cells/' + subjectOf(input.name) + '/' + elementOf(input.name), input);
  window.yigaiDrawer.beforeSending((run) => save().then(run));
  document.addEventListener('yigai:details', (e) => {
    const input = e.detail && cell(e.detail.dataset.cell);
    // A figure that somebody else changed keeps its version, so that typing over it asks first.
    if (isFigure(input) && input.defaultValue === e.detail.dataset.shown) input.dataset.v = e.detail.dataset.v;
  });
})();
