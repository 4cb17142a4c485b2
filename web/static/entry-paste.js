// What of a pasted block is meant for the cells: columns of names, units and row numbers and a line of heads are left
// out, and said so. Loaded before entry-keys.js.
(function () {
  'use strict';
  const figure = /^(?:[+\-−]?[\d,，]*\.?\d+\s*[%‰]?|n|n\/a|na|不适用|未报|-{1,2}|[–—]+)$/i;
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

  window.yigaiPaste = { block };
})();
