// Taking last month's figures over: a button beside each, one for a section, the key = in the cell. Loaded after entry.js.
(function () {
  'use strict';
  if (!window.yigaiEntry) return;
  const { form, all, cell, isFigure, carry } = window.yigaiEntry;
  const offers = (from) => all('.entry-input[data-offer]', from).filter((i) => i.value.trim() === '' && !i.readOnly);

  form.addEventListener('click', (e) => {
    const button = e.target.closest && e.target.closest('[data-carry], [data-carry-all]');
    if (!button) return;
    e.preventDefault();
    const inputs = button.hasAttribute('data-carry') ? [cell(button.value)] : offers(button.closest('.pane'));
    carry(inputs.filter((i) => i && i.dataset.offer && !i.readOnly));
    if (button.hasAttribute('data-carry')) cell(button.value).focus();
  });

  form.addEventListener('keydown', (e) => {
    if (e.key !== '=' || e.ctrlKey || e.altKey || e.metaKey || !isFigure(e.target) || !e.target.dataset.offer) return;
    e.preventDefault();
    if (!e.target.readOnly) carry([e.target]);
  });

  // A filled cell is offered nothing any more.
  document.addEventListener('yigai:marked', (e) => {
    const input = e.detail;
    if (!input.dataset.offer || input.defaultValue === '') return;
    delete input.dataset.offer;
    input.removeAttribute('placeholder');
    input.removeAttribute('title');
    all('[data-carry]', input.closest('tr')).filter((b) => b.value === input.name).forEach((b) => b.remove());
    const box = input.closest('.pane').querySelector('.carry-all');
    const left = offers(input.closest('.pane')).length;
    if (!box) return;
    if (left) box.querySelector('[data-carry-left]').textContent = String(left);
    else box.remove();
  });
})();
