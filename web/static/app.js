// Everything here makes a page quicker to use; every page works without it. No dependency but htmx,
// which is optional too. Runs on Chromium 80.
(function () {
  'use strict';

  const root = document.documentElement;
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const on = (type, handler, options) => document.addEventListener(type, handler, options);
  const typing = (el) => el && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName));
  root.classList.add('js');

  function element(tag, props, ...children) {
    const el = Object.assign(document.createElement(tag), props);
    el.append(...children);
    return el;
  }

  function remember(key, value) {
    try {
      if (value === undefined) return localStorage.getItem(key);
      localStorage.setItem(key, value);
    } catch (e) { /* storage may be forbidden; nothing depends on it */ }
    return null;
  }

  // --- keyboard -------------------------------------------------------------------------------

  on('keydown', (e) => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') {
      const search = document.querySelector('[data-hotkey="ctrl+k"]');
      if (search) { e.preventDefault(); search.focus(); search.select(); }
    } else if (e.key === 'Escape') {
      closeMenus();
      const drawer = document.querySelector('.drawer.open');
      if (drawer && !document.querySelector('dialog[open]')) closeDrawer(drawer);
    } else if ((e.key === '[' || e.key === ']') && !typing(e.target) && !e.ctrlKey && !e.altKey && !e.metaKey) {
      const step = document.querySelector('[data-period] [rel=' + (e.key === '[' ? 'prev' : 'next') + ']');
      if (step) step.click();
    } else if ((e.key === 'ArrowLeft' || e.key === 'ArrowRight') && e.target.closest && e.target.closest('[data-tabs]')) {
      const tabs = all('a', e.target.closest('[data-tabs]'));
      const next = tabs[tabs.indexOf(e.target) + (e.key === 'ArrowRight' ? 1 : -1)];
      if (next) next.focus();
    }
  });

  // --- menus, drawers, help -------------------------------------------------------------------

  function closeMenus(except) {
    all('details.menu[open]').forEach((menu) => {
      if (menu === except || menu.contains(except)) return;
      const hadFocus = menu.contains(document.activeElement);
      menu.open = false;
      if (hadFocus && !except) menu.querySelector('summary').focus();
    });
  }

  let opener = null;

  function openDrawer(drawer) {
    opener = document.activeElement;
    drawer.classList.add('open');
    drawer.focus();
  }

  function closeDrawer(drawer) {
    drawer.classList.remove('open');
    if (opener && document.contains(opener)) opener.focus();
  }

  // A table scrolls, so its tooltips would be cut off: they are set against the window instead.
  function placeHelp(help) {
    const box = help.querySelector('.help-box');
    const at = help.getBoundingClientRect();
    box.classList.add('fixed');
    box.style.left = '0px';
    box.style.top = '0px';
    const size = box.getBoundingClientRect();
    const below = at.bottom + 6 + size.height <= window.innerHeight;
    box.style.left = Math.max(8, Math.min(at.left - 12, window.innerWidth - size.width - 8)) + 'px';
    box.style.top = Math.max(8, below ? at.bottom + 6 : at.top - 6 - size.height) + 'px';
  }

  ['mouseover', 'focusin'].forEach((type) => on(type, (e) => {
    const help = e.target.closest && e.target.closest('.help');
    if (help) placeHelp(help);
  }));

  // --- clicks ---------------------------------------------------------------------------------

  let lastCheck = null;

  function checkRange(box) {
    const boxes = all('input[type=checkbox]:not(:disabled)').filter((b) => b.name === box.name);
    const [from, to] = [boxes.indexOf(lastCheck), boxes.indexOf(box)].sort((a, b) => a - b);
    if (from >= 0) boxes.slice(from, to + 1).forEach((b) => { b.checked = box.checked; });
  }

  function showChecked() {
    all('td.check input').forEach((b) => b.closest('tr').classList.toggle('selected', b.checked));
    all('[data-count-of]').forEach((el) => {
      el.textContent = String(all('td.check input:checked').filter((b) => b.name === el.dataset.countOf).length);
    });
  }

  on('click', (e) => {
    const target = e.target;
    if (!target.closest) return;
    closeMenus(target);
    const close = target.closest('[data-close]');
    if (close) {
      e.preventDefault();
      if (close.dataset.close === 'drawer') closeDrawer(close.closest('.drawer'));
      else close.closest('details').open = false;
      return;
    }
    const drawer = target.closest('[data-drawer]');
    if (drawer) { e.preventDefault(); openDrawer(document.getElementById(drawer.dataset.drawer)); return; }
    if (target.closest('[data-print]')) { e.preventDefault(); window.print(); return; }
    if (target.matches('td.check input')) {
      if (e.shiftKey && lastCheck) checkRange(target);
      lastCheck = target;
      return;
    }
    const row = target.closest('tr.row-link');
    if (row && !target.closest('a, button, input, select, textarea, label, summary, .help, td.check') && !String(window.getSelection())) {
      const link = row.querySelector('td a');
      if (link && (e.ctrlKey || e.metaKey)) window.open(link.href);
      else if (link) link.click();
    }
  });

  on('change', (e) => {
    const target = e.target;
    if (target.dataset.checkAll) {
      all('td.check input:not(:disabled)', target.closest('table')).forEach((b) => { b.checked = target.checked; });
    }
    showChecked();
    if (target.id === 'nav-toggle' && window.innerWidth > 767) remember('nav', target.checked ? 'closed' : 'open');
    const filter = target.closest('form[data-autosubmit]');
    if (filter && target.matches('select, input[type=month], input[type=date], input[type=checkbox], input[type=radio]')) filter.requestSubmit();
  });

  on('toggle', (e) => {
    if (e.target.dataset && e.target.dataset.remember) remember(e.target.dataset.remember, e.target.open ? 'open' : 'closed');
  }, true);

  // --- forms: confirmation, unsaved work, double clicks, expired sessions ---------------------------

  let dirty = false;
  const opened = Date.now();
  const tenMinutes = 600000;

  function ask(question, ok) {
    const dialog = element('dialog', {});
    const yes = element('button', { className: 'btn btn-sm btn-primary', type: 'submit', value: 'yes', textContent: '确定' });
    const no = element('button', { className: 'btn btn-sm btn-plain', type: 'submit', value: '', textContent: '取消' });
    dialog.append(element('form', { method: 'dialog' }, element('p', { textContent: question }), element('div', { className: 'buttons buttons-end' }, no, yes)));
    dialog.addEventListener('close', () => { dialog.remove(); if (dialog.returnValue === 'yes') ok(); });
    document.body.append(dialog);
    dialog.showModal();
    no.focus();
  }

  function sendAgain(form, submitter, mark) {
    form.dataset[mark] = 'yes';
    if (submitter && submitter.form === form) form.requestSubmit(submitter);
    else form.requestSubmit();
  }

  let clicked = null; // SubmitEvent.submitter came with Chromium 81
  on('click', (e) => { clicked = e.target.closest ? e.target.closest('button, input[type=submit]') : null; }, true);

  on('submit', (e) => {
    const form = e.target;
    if (form.method !== 'post' || e.defaultPrevented) return;
    const submitter = e.submitter || clicked;
    if (form.dataset.confirm && !form.dataset.confirmed) {
      e.preventDefault();
      e.stopImmediatePropagation();
      ask(form.dataset.confirm, () => sendAgain(form, submitter, 'confirmed'));
    } else if (form.dataset.sent) {
      e.preventDefault();
    } else if (!form.dataset.alive && Date.now() - opened > tenMinutes && !form.hasAttribute('hx-post')) {
      e.preventDefault();
      stillSignedIn().then(() => sendAgain(form, submitter, 'alive'), () => flash('bad', '还没有提交:登录已过期或网络不通。内容仍在本页,可以再试。'));
    } else {
      dirty = false;
      if (form.hasAttribute('hx-post')) return;
      form.dataset.sent = 'yes';
      setTimeout(() => { ['sent', 'confirmed', 'alive'].forEach((k) => delete form.dataset[k]); }, 3000);
    }
  }, true);

  on('input', (e) => { if (e.target.closest('form.form[method=post]')) dirty = true; });
  window.addEventListener('beforeunload', (e) => { if (dirty) { e.preventDefault(); e.returnValue = ''; } });

  // stillSignedIn asks for the page again before a form is sent, so that what was typed survives an expired session.
  function stillSignedIn() {
    return request(location.href, { method: 'HEAD' });
  }

  // --- an expired session asks for the password in place -------------------------------------------

  let pending = null;
  const expired = (status, header) => status === 401 && header === '1';

  // Who is typing right now is not interrupted: a bar says so and waits to be clicked.
  function signIn() {
    if (pending) return pending;
    document.dispatchEvent(new CustomEvent('yigai:signin'));
    pending = (typing(document.activeElement) ? loginBar() : loginDialog(true)).finally(() => { pending = null; });
    return pending;
  }

  function loginBar() {
    const button = element('button', { className: 'btn btn-sm btn-primary', type: 'button', textContent: '登录并继续' });
    const bar = element('div', { className: 'callout tone-warn login-bar' }, element('div', { textContent: '登录已过期。填写的内容没有丢失,登录后接着保存。' }), button);
    bar.setAttribute('role', 'status');
    document.body.append(bar);
    return new Promise((resolve, reject) => button.addEventListener('click', () => { bar.remove(); loginDialog(false).then(resolve, reject); }));
  }

  // deafFor keeps keys that were meant for the page out of a dialog that opened under them.
  function deafFor(dialog, milliseconds) {
    const until = Date.now() + milliseconds;
    dialog.addEventListener('keydown', (e) => { if (Date.now() < until) e.preventDefault(); }, true);
  }

  function loginDialog(unasked) {
    const field = (label, name, type, complete) => element('label', { className: 'field d-block' }, label,
      element('input', { className: 'form-control form-control-sm', name: name, type: type, autocomplete: complete, required: true }));
    const menu = document.querySelector('.user[data-username]');
    const who = menu ? [element('p', {}, '用户名 ', element('strong', { textContent: menu.dataset.username })),
      element('input', { name: 'username', type: 'hidden', value: menu.dataset.username })] : [field('用户名', 'username', 'text', 'username')];
    const problem = element('p', { className: 'field-problem' });
    problem.setAttribute('role', 'alert');
    const form = element('form', { action: '/login', method: 'post' },
      element('h2', { textContent: '登录已过期' }),
      element('p', { textContent: '请重新登录,已填写的内容不会丢失。' }),
      ...who, field('密码', 'password', 'password', 'current-password'), problem,
      element('div', { className: 'buttons buttons-end' },
        element('a', { className: 'btn btn-sm btn-quiet', href: '/login', textContent: '换一个账号' }),
        element('button', { className: 'btn btn-sm btn-primary', type: 'submit', textContent: '登录并继续' })));
    const dialog = element('dialog', { id: 'login-dialog' }, form);
    document.body.append(dialog);
    if (unasked) deafFor(dialog, 600);
    dialog.showModal();
    form.elements.namedItem(menu ? 'password' : 'username').focus();
    return new Promise((resolve, reject) => {
      dialog.addEventListener('close', () => { dialog.remove(); if (dialog.returnValue === 'ok') resolve(); else reject(new Error('not signed in')); });
      form.addEventListener('submit', (e) => {
        e.preventDefault();
        e.stopPropagation();
        fetch('/login', { method: 'POST', headers: { Accept: 'application/json' }, body: new URLSearchParams(new FormData(form)) })
          .then((res) => res.ok ? dialog.close('ok') : res.json().then((body) => { problem.textContent = body.detail || body.message || body.title || '用户名或密码不正确'; }))
          .catch(() => { problem.textContent = '暂时无法登录,请稍后再试。'; });
      });
    });
  }

  // request is fetch that survives an expired session: it asks for the password and sends again.
  function request(input, init) {
    const options = Object.assign({ credentials: 'same-origin' }, init);
    options.headers = Object.assign({ Accept: 'application/json', 'X-Requested-With': 'fetch' }, options.headers);
    return fetch(input, options).then((res) => {
      if (!expired(res.status, res.headers.get('X-Yigai-Login'))) return res;
      return signIn().then(() => request(input, init));
    });
  }
  window.yigai = { request: request, signIn: signIn, ask: ask };

  on('htmx:responseError', (e) => {
    const { xhr, requestConfig, target } = e.detail;
    if (expired(xhr.status, xhr.getResponseHeader('X-Yigai-Login'))) {
      signIn().then(() => window.htmx.ajax(requestConfig.verb, requestConfig.path,
        { source: requestConfig.elt, target: target, values: requestConfig.unfilteredFormData || requestConfig.parameters }), () => null);
    } else {
      flash('bad', '操作没有成功,请稍后重试。');
    }
  });
  on('htmx:sendError', () => flash('bad', '网络不通,请检查网络后重试。'));
  on('htmx:afterSwap', () => settle());

  // --- when the page or a part of it has arrived -----------------------------------------------------

  function flash(tone, text) {
    const box = document.getElementById('flashes');
    if (!box || all('.flash', box).some((f) => f.textContent === text)) return;
    const note = element('div', { className: 'callout flash tone-' + tone }, element('div', { textContent: text }));
    note.dataset.flash = tone;
    note.setAttribute('role', 'status');
    box.append(note);
    settle();
  }

  function settle() {
    all('[data-flash]:not([data-timed])').forEach((note) => {
      note.dataset.timed = 'yes';
      if (note.dataset.flash !== 'bad' && note.dataset.flash !== 'warn') setTimeout(() => note.remove(), 8000);
    });
    showChecked();
  }

  all('[data-remember]').forEach((el) => { if (remember(el.dataset.remember) === 'closed' && !el.querySelector('.active')) el.open = false; });
  const toggle = document.getElementById('nav-toggle');
  if (toggle && window.innerWidth > 767) toggle.checked = remember('nav') === 'closed';
  const summary = document.querySelector('[data-focus]');
  if (summary) summary.focus();
  settle();
})();
