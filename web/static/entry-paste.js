// What of a pasted block is meant for the cells: columns of names, units and row numbers and a line of heads are left
// out, and said so; and what it would change, before it does. Loaded before entry-keys.js.
(function () {
  'use strict';
  const figure = /^(?:'?[¥￥]?[+\-−－]?[\d０-９,，]*[.．。]?[\d０-９]+\s*(?:[%％‰]|[千万亿]?元|[千万]|人次?|[次例户张天日个所份台件家名分岁条项]|床日?|小时|分钟|平方米)?|n|n\/a|na|不适用|未报|-{1,2}|[–—]+)$/i;
  const isText = (v) => v !== '' && !figure.test(v);

  // rank tells a column apart: of figures, of text, or empty.
  function rank(lines, at) {
    const said = lines.map((line) => line[at] || '').filter((v) => v !== '');
    if (!said.length) return 'empty';
    return said.filter(isText).length * 2 > said.length ? 'text' : 'figures';
  }

  // stretch is the longest row of columns without text, of two the later: numbers stand to the right of their names.
  function stretch(ranks) {
    let best = null;
    for (let from = 0; from < ranks.length; from++) {
      let to = from;
      while (to < ranks.length && ranks[to] !== 'text') to++;
      if (ranks.slice(from, to).includes('figures') && (!best || to - from >= best.to - best.from)) best = { from, to };
      from = to;
    }
    return best || { from: 0, to: ranks.length };
  }

  function listed(from, to) { return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i + 1); }

  // block is the figures line by line, and what was left out, in words.
  function block(text, oneColumn) {
    let lines = text.split('\n').map((line) => line.split('\t').map((v) => v.trim()));
    const ranks = lines.reduce((a, b) => (a.length > b.length ? a : b)).map((_, at) => rank(lines, at));
    const used = stretch(ranks);
    if (oneColumn) used.to = used.from + 1;
    const unused = [];
    const columns = listed(0, used.from).concat(listed(used.to, ranks.length));
    if (columns.length) unused.push('第 ' + columns.join('、') + ' 列未用');
    lines = lines.map((line) => line.slice(used.from, used.to));
    if (lines.length > 1 && lines[0].length && lines[0].every(isText)) {
      lines.shift();
      unused.push('第 1 行是文字,未用');
    }
    return { lines, unused };
  }

  const most = 200; // rows of a preview

  function line(tag, texts, className) {
    const row = document.createElement('tr');
    texts.forEach((text, i) => {
      const box = document.createElement(tag);
      box.textContent = text;
      if (i) box.className = 'num ' + (className || '');
      row.append(box);
    });
    return row;
  }

  // ask shows what a block would change, before anything is; changes are { name, old, figure, wrong }.
  function ask(changes, notes, run) {
    const dialog = document.createElement('dialog');
    dialog.id = 'paste-preview';
    const bad = changes.filter((c) => c.wrong).length;
    const other = changes.filter((c) => !window.yigaiFigures.same(c.old, c.figure));
    const title = document.createElement('h2');
    title.textContent = '粘贴 ' + changes.length + ' 格,改动 ' + other.length + ' 格' + (bad ? ',认不出 ' + bad + ' 格' : '');
    const table = document.createElement('table');
    table.className = 'table paste-table';
    const head = document.createElement('thead');
    head.append(line('th', ['项目', '现在', '改为']));
    const body = document.createElement('tbody');
    other.slice(0, most).forEach((c) => body.append(line('td', [c.name, c.old || '空', c.figure || '空'], c.wrong ? 'tone-bad' : '')));
    table.append(head, body);
    const box = document.createElement('div');
    box.className = 'paste-box';
    box.append(table);
    const note = document.createElement('p');
    note.className = 'field-hint';
    note.textContent = notes.concat(other.length > most ? ['其余 ' + (other.length - most) + ' 格没有列出'] : []).join(';');
    const buttons = document.createElement('div');
    buttons.className = 'buttons buttons-end';
    [['取消', '', 'btn btn-sm btn-plain'], ['粘贴', 'yes', 'btn btn-sm btn-primary']].forEach(([text, value, className]) => {
      const button = document.createElement('button');
      Object.assign(button, { type: 'submit', textContent: text, value, className });
      buttons.append(button);
    });
    const form = document.createElement('form');
    form.method = 'dialog';
    form.append(title, note, box, buttons);
    dialog.append(form);
    dialog.addEventListener('close', () => { dialog.remove(); if (dialog.returnValue === 'yes') run(); });
    document.body.append(dialog);
    dialog.showModal();
    buttons.lastChild.focus();
  }

  window.yigaiPaste = { block, ask };
})();
