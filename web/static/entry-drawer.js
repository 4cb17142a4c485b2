// The drawer with one cell's history, on the entry screen and on a report that is read; and the print button.
(function () {
  'use strict';

  document.addEventListener('click', (e) => {
    if (e.target.closest && e.target.closest('[data-print]')) { e.preventDefault(); window.print(); }
  });

  // After one report is passed or returned the next one opens with its buttons in the same place: a second click of
  // the same hand is not meant for it.
  const arrived = Date.now();
  if (document.querySelector('[data-flash]')) {
    window.addEventListener('submit', (e) => {
      if (Date.now() - arrived < 800 && e.target.closest('#review')) { e.preventDefault(); e.stopImmediatePropagation(); }
    }, true);
  }

  const drawer = document.getElementById('cell-drawer');
  if (!drawer) return;
  const body = document.getElementById('cell-drawer-body');
  const toHTML = { headers: { Accept: 'text/html' } };
  let opener = null;
  let before = (run) => run();

  function fill(asked) {
    return asked.then((res) => res.text().then((html) => {
      if (!res.ok && res.status !== 422 && res.status !== 409) throw new Error(String(res.status));
      body.innerHTML = html;
      drawer.classList.add('open');
      document.dispatchEvent(new CustomEvent('yigai:details', { detail: body.querySelector('[data-cell]') }));
    })).catch(() => {
      body.textContent = '暂时打不开这一格的历史,请稍后再试。';
      drawer.classList.add('open');
    });
  }

  function open(address, from) {
    opener = from || opener;
    return fill(window.yigai.request(address, toHTML));
  }

  document.addEventListener('click', (e) => {
    const link = e.target.closest && e.target.closest('.cell-open');
    if (!link || e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    open(link.href, link.closest('tr').querySelector('.entry-input') || link);
  });

  document.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape' || !drawer.classList.contains('open') || e.defaultPrevented) return;
    if (e.target.classList && e.target.classList.contains('entry-input') && e.target.value !== e.target.defaultValue) return;
    e.stopPropagation();
    e.preventDefault();
    drawer.classList.remove('open');
    if (opener) opener.focus();
  }, true);

  // A comment or remark is sent in place; unsaved figures go first, because a comment moves the cell's version.
  body.addEventListener('submit', (e) => {
    if (e.defaultPrevented) return;
    e.preventDefault();
    const form = e.target;
    before(() => fill(window.yigai.request(form.action, Object.assign({ method: 'POST', body: new URLSearchParams(new FormData(form)) }, toHTML))));
  });

  window.yigaiDrawer = { open, isOpen: () => drawer.classList.contains('open'), beforeSending: (run) => { before = run; } };
})();
