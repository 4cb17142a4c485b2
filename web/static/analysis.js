// Finds an item or a unit in the long lists of the ad-hoc table. Without it the lists open by their headings.
(function () {
  'use strict';

  function find(picker, text) {
    const wanted = text.trim().toLowerCase();
    picker.querySelectorAll('details').forEach((group) => {
      let hits = 0;
      group.querySelectorAll('.picker-option').forEach((option) => {
        const hit = !wanted || option.textContent.toLowerCase().includes(wanted) || group.firstElementChild.textContent.toLowerCase().includes(wanted);
        option.hidden = !hit;
        if (hit) hits++;
      });
      group.hidden = hits === 0;
      group.open = Boolean(wanted) && hits > 0 && hits <= 60;
    });
  }

  document.addEventListener('input', (e) => {
    if (e.target.matches('[data-picker-find]')) find(e.target.closest('[data-picker]'), e.target.value);
  });
  // The search is no part of the query: its change asks for no table, and Enter chooses the only hit.
  document.addEventListener('change', (e) => {
    if (e.target.matches('[data-picker-find]')) e.stopPropagation();
  }, true);
  document.addEventListener('keydown', (e) => {
    if (e.key !== 'Enter' || !e.target.matches('[data-picker-find]')) return;
    e.preventDefault();
    const hits = Array.from(e.target.closest('[data-picker]').querySelectorAll('details[open] .picker-option')).filter((o) => !o.hidden);
    if (hits.length > 0 && e.target.value.trim()) hits[0].querySelector('input').click();
  });
  // Months matter only for a fixed range, so choosing one means it.
  document.addEventListener('change', (e) => {
    const form = e.target.form;
    if (!form || form.id !== 'builder') return;
    if (e.target.name === 'from' || e.target.name === 'to') form.elements.namedItem('when').value = 'range';
    ['sort', 'page'].forEach((name) => { const kept = form.elements.namedItem(name); if (kept) kept.remove(); });
  }, true);
})();
