// Explanations of warnings on the entry screen. Each is sent with what it was typed upon; when somebody else explained
// meanwhile, or the figures changed, it is kept and asked about. Loaded after entry-screen.js, started by entry.js.
(function () {
  'use strict';
  if (!window.yigaiScreen) return;
  const { all, cell, banner, button } = window.yigaiScreen;
  const waiting = new Map(); // name → {text, base}: to be sent
  const held = new Map(); // the same, refused: waits for the person

  const baseOf = (name) => { const b = cell('b' + name); return b ? b.value : ''; };
  const changed = (input) => input.value !== input.dataset.saved;

  // take notes what stands in the box, upon what the screen shows.
  function take(input) {
    forget(input.name);
    if (changed(input)) waiting.set(input.name, { text: input.value, base: baseOf(input.name) });
  }

  function forget(name) {
    waiting.delete(name);
    held.delete(name);
    quiet(name);
  }

  function quiet(name) {
    all('[data-about]').filter((p) => p.dataset.about === name).forEach((p) => p.remove());
  }

  // restore puts a kept explanation back and answers whether it still says something. Its warning may come only with
  // the figures that are restored with it.
  function restore(name, kept) {
    if (typeof kept.text !== 'string') return false;
    const input = cell(name);
    if (input && input.value === kept.text) return false;
    if (input) input.value = kept.text;
    waiting.set(name, kept);
    return true;
  }

  // send sends the explanation that waits longest.
  async function send(post, took) {
    const [name, mine] = waiting.entries().next().value;
    const input = cell(name);
    if (!input || !mine.text.trim()) { waiting.delete(name); return; }
    if (input.value === input.dataset.saved) input.value = mine.text;
    try {
      const answer = await post('/explanations', { key: input.dataset.key, subject: Number(input.dataset.subject), text: mine.text, base: mine.base });
      if (waiting.get(name) === mine) waiting.delete(name);
      if (answer.stale) held.set(name, Object.assign({ why: answer.stale.message, theirs: answer.stale.theirs }, mine));
      else input.dataset.saved = mine.text;
      took(answer);
    } catch (e) {
      if (e.status !== 404 && e.status !== 422) throw e;
      waiting.delete(name); // the figures changed meanwhile, so there is nothing to explain any more
      banner(e.message, 'warn');
    }
  }

  // ask says beside every held explanation why it was not stored, and lets the person choose; findings that were
  // painted anew are asked about again.
  function ask(keep, flush) {
    held.forEach((mine, name) => {
      const input = cell(name);
      if (!input) { held.delete(name); return; }
      if (!changed(input)) input.value = mine.text;
      quiet(name);
      const p = document.createElement('p');
      p.className = 'field-problem';
      p.dataset.about = name;
      p.textContent = mine.why;
      p.append(' ', button({ label: mine.theirs ? '用我的说明' : '仍用这条说明' }, ' choice', () => {
        forget(name); waiting.set(name, { text: input.value, base: baseOf(name) }); keep(); flush();
      }), ' ', button({ label: mine.theirs ? '用对方的说明' : '不用了' }, ' choice', () => {
        forget(name); input.value = input.dataset.saved; keep();
      }));
      input.after(p);
    });
  }

  // same offers the explanation above for a second warning about the same figure: one reason may answer both.
  function same() {
    all('.findings').forEach((box) => {
      const above = new Map();
      all('.explain', box).forEach((input) => {
        const about = input.dataset.key.split(':')[1];
        if (!above.has(about)) { above.set(about, input); return; }
        const first = above.get(about);
        if (!about || input.value || (input.nextElementSibling && input.nextElementSibling.classList.contains('same'))) return;
        input.after(button({ label: '同上' }, ' choice same', (e) => {
          if (!first.value.trim()) { first.focus(); return; }
          input.value = first.value;
          e.target.remove();
          input.dispatchEvent(new Event('change', { bubbles: true }));
        }));
      });
    });
  }
  same();

  const both = () => [...waiting, ...held].map(([name, v]) => [name, { text: v.text, base: v.base }]);
  window.yigaiExplain = { waiting, held, take, restore, send, ask, same, changed, kept: () => Object.fromEntries(both()) };
})();
