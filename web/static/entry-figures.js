// Figures as text: what is typed stays text here; only differences shown beside it are computed, in whole numbers.
(function () {
  'use strict';

  // A comma stands between groups of three; anywhere else it is a mistake and stays.
  const grouped = /^[+-]?\d{1,3}(?:,\d{3})+(?!\d)[^,]*$/;

  function bare(typed) {
    const half = (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0); // digits, point, comma and sign of an input method
    const text = typed.trim().replace(/[０-９．，＋－]/g, half).replace('−', '-');
    return grouped.test(text) ? text.replace(/,/g, '') : text;
  }
  const same = (a, b) => bare(a) === bare(b);

  // scaled is a figure in millionths, null when there is none.
  function scaled(text) {
    const m = /^([+-]?)(\d*)(?:\.(\d{0,6})\d*)?$/.exec(bare(text));
    if (!m || (m[2] || m[3]) === undefined || m[2] + (m[3] || '') === '') return null;
    return BigInt((m[1] === '-' ? '-' : '') + (m[2] || '0') + (m[3] || '').padEnd(6, '0'));
  }

  function written(millionths, places) {
    const unit = 10n ** BigInt(6 - places);
    const sign = millionths < 0n ? -1n : 1n;
    const digits = String((millionths * sign + unit / 2n) / unit).padStart(places + 1, '0');
    const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, ',');
    return (sign < 0n ? '−' : '') + whole + (places ? '.' + digits.slice(-places) : '');
  }

  // wrong says as one types what the server would refuse; the server decides.
  function wrong(input) {
    const text = bare(input.value);
    const places = Math.abs(parseInt(input.dataset.d, 10));
    if (/^[+-]?[\d.]*,[\d.,]*$/.test(text)) return '千分位逗号位置不对';
    if (text === '' || /^(n|n\/a|na|不适用|未报|-{1,2}|[–—]+)$/i.test(text) || /[！-～。￥¥]/.test(text)) return '';
    const m = /^([+-]?)\d*(?:\.(\d*))?\s*[%‰]?[^\x20-\x7e]*$/.exec(text);
    if (!m || !/\d/.test(text)) return '不是数字';
    if (m[1] === '-' && input.dataset.d[0] !== '-') return '不能小于 0';
    if (m[2] && m[2].replace(/0+$/, '').length > places) return places ? '最多 ' + places + ' 位小数' : '应为整数';
    return '';
  }

  window.yigaiFigures = { same, scaled, written, wrong };
})();
