"""How the report's page looks, and what moves in it: one style sheet and one script, both inside the page."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --ground: #fff; --text: #1c1f23; --faint: #5c6470; --line: #d9dde2; --soft: #f4f6f8;
 --mark: #ffe7a3; --lost: #a8201a; --good: #17703a; --key: #2563a8 }
@media (prefers-color-scheme: dark) { :root { --ground: #15181c; --text: #e6e8eb; --faint: #a2abb6; --line: #363c44;
 --soft: #1e2227; --mark: #5f4a0a; --lost: #ff9a90; --good: #7fd69a; --key: #8ab8ee } }
* { box-sizing: border-box }
body { font: 15px/1.5 system-ui, sans-serif; margin: 1.5rem auto 4rem; max-width: 80rem; padding: 0 1rem;
 background: var(--ground); color: var(--text); overflow-wrap: anywhere }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .6rem 0 .3rem } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem }
h3 { font-size: .95rem; margin: 1rem 0 .2rem } p { margin: .3rem 0 } a, .pick { color: var(--key) }
.faint { color: var(--faint) } .lost { color: var(--lost) } .good { color: var(--good) }
.badge { display: inline-block; border: 1.5px solid currentColor; border-radius: .4rem; padding: 0 .6rem;
 font-weight: 600 }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.6rem, 1fr)); gap: .6rem; margin: 1.2rem 0 }
.tile { background: var(--soft); border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .7rem }
.tile b { display: block; font-size: 1.35rem; line-height: 1.3; font-variant-numeric: tabular-nums }
.tile span { display: block; font-size: .85em; color: var(--faint); overflow-wrap: normal }
.tile.lost, .tile.lost span { color: var(--lost); border-color: var(--lost) }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(17.5rem, 1fr)); gap: .6rem }
.plots svg { width: 100%; height: auto; max-width: 30rem }
.wide { overflow-x: auto } table { border-collapse: collapse; margin: .3rem 0 }
th, td { border-bottom: 1px solid var(--line); padding: .2rem .9rem .2rem 0; text-align: left; vertical-align: top;
 overflow-wrap: normal }
th { font-weight: 600; white-space: nowrap } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums;
 white-space: nowrap }
td:first-child:not(.n) { min-width: 7rem } td:last-child:not(.n) { min-width: 14rem }
.pick { background: none; border: 0; padding: 0; font: inherit; text-align: left; cursor: pointer;
 text-decoration: underline dotted; text-underline-offset: .2em }
.filters { position: sticky; top: 0; background: var(--ground); padding: .6rem 0; display: flex; flex-wrap: wrap;
 gap: .5rem; align-items: center; border-bottom: 1px solid var(--line); z-index: 1 }
.filters select, .filters input, .filters button { font: inherit; padding: .2rem .4rem; max-width: 100% }
.case { border-bottom: 1px solid var(--line); padding: .4rem 0; scroll-margin-top: 3.2rem }
.case[hidden] { display: none } summary { cursor: pointer } .case > summary::marker { color: var(--faint) }
.tag { border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; font-size: .85em; white-space: nowrap;
 color: var(--faint) }
dl { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .5rem .8rem; margin: .6rem 0 .8rem 1.1rem }
dt { color: var(--faint) } dd { margin: 0; min-width: 0 } .said { white-space: pre-wrap }
blockquote { margin: 0 0 .2rem; padding: .1rem 0 .1rem .8rem; border-left: 3px solid var(--line);
 white-space: pre-wrap }
mark { background: var(--mark); color: inherit } mark b { text-decoration: underline; text-underline-offset: .2em }
@media (max-width: 40rem) { dl { grid-template-columns: minmax(0, 1fr); gap: .1rem; margin-left: 0 }
 dt { margin-top: .5rem } .filters { position: static } .case { scroll-margin-top: 0 } }
@media print { .filters { display: none } }
"""

SCRIPT = """
const by = id => document.getElementById(id), cases = [...document.querySelectorAll('.case')];
const chosen = ['kind', 'flavour', 'stage', 'state'].map(by).filter(one => one);
function show() {
  const words = by('words').value.toLowerCase();
  let n = 0;
  for (const one of cases) {
    const fits = chosen.every(pick => !pick.value || one.dataset[pick.id].split('|').includes(pick.value))
      && (!words || one.textContent.toLowerCase().includes(words));
    one.hidden = !fits;
    n += fits;
  }
  by('shown').textContent = n + ' of ' + cases.length + ' cases';
}
function clear() {
  for (const pick of chosen) pick.value = '';
  by('words').value = '';
}
function follow() {
  const one = location.hash && by(decodeURIComponent(location.hash.slice(1)));
  if (!one || !one.matches('.case')) return;
  clear();
  show();
  one.open = true;
  one.scrollIntoView();
}
for (const pick of chosen) pick.addEventListener('change', show);
by('words').addEventListener('input', show);
by('clear').addEventListener('click', () => { clear(); show(); });
for (const one of document.querySelectorAll('.pick')) one.addEventListener('click', () => {
  clear();
  by(one.dataset.pick).value = one.textContent;
  show();
  by('cases').scrollIntoView();
});
addEventListener('hashchange', follow);
show();
follow();
"""
