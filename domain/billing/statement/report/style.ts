/** The one style sheet of the report: calm on a screen, light or dark, and frugal with ink on A4. */
export const style = `
:root { color-scheme: light dark;
  --paper: #ffffff; --ink: #17212b; --soft: #5a6773; --line: #d9dfe5; --faint: #f3f6f8;
  --production: #1d5b86; --on-production: #ffffff; --dev: #8fb6cf; --proxy: #cdb67f; --dormant: #aab3bc;
  --plus: #2f7d5b; --minus: #b5532c; --billed: #b5532c; --warn: #9a3d16; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #12181e; --ink: #e5ebf0; --soft: #9dabb8; --line: #2f3a45; --faint: #1a222b;
  --production: #6fb1dd; --on-production: #0b1218; --dev: #3d6b8a; --proxy: #94804a; --dormant: #66727d;
  --plus: #63bd93; --minus: #e08a62; --billed: #e9a07c; --warn: #f0a27f; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.55 "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 880px; margin: 0 auto; padding: 48px 32px 64px; }
h1, h2, .count { font-family: Georgia, "Times New Roman", "Liberation Serif", serif; font-weight: normal; }
h1 { font-size: 46px; line-height: 1.1; margin: 0 0 8px; }
h2 { font-size: 25px; line-height: 1.25; margin: 0 0 10px; }
p { margin: 0 0 12px; max-width: 68ch; }
a { color: inherit; text-decoration-color: var(--soft); text-underline-offset: 2px; }
ul { margin: 0 0 12px; padding-left: 20px; max-width: 68ch; }
li { margin: 0 0 6px; }
code, tbody .id { font-family: "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .88em; }
section { margin: 44px 0 0; }
.kicker { text-transform: uppercase; letter-spacing: .12em; font-size: 12.5px; color: var(--soft); margin: 0 0 6px; }
.revision { font-size: 20px; color: var(--soft); margin-left: 14px; }
.period { color: var(--soft); margin: 0 0 4px; max-width: none; }
.billed { border-top: 3px solid var(--production); border-bottom: 1px solid var(--line); padding: 18px 0 8px; margin-top: 28px; }
.billed h2 { font: inherit; font-weight: 600; font-size: 15px; letter-spacing: .02em; color: var(--production); margin: 0; }
.count { font-size: 84px; line-height: 1.12; margin: 0 0 6px; }
.unit { font-size: 25px; margin-left: 14px; color: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: 4px 40px; margin: 18px 0 2px; }
.facts div { display: flex; flex-direction: column-reverse; }
.facts dt { color: var(--soft); font-size: 13px; }
.facts dd { margin: 0; font-size: 22px; }
.remark { color: var(--soft); font-size: 13px; }
.notes { border-left: 3px solid var(--minus); padding: 2px 0 2px 18px; margin-top: 30px; }
.notes h2 { font-size: 19px; }
figure { margin: 22px 0 26px; }
figcaption, caption { font-weight: 600; text-align: left; margin: 0 0 10px; padding: 0 0 6px; }
caption i { font-weight: normal; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 20px; list-style: none; margin: 4px 0 0; padding: 0; font-weight: normal; font-size: 13px; color: var(--soft); }
.legend li { margin: 0; }
.legend i { display: inline-block; width: 11px; height: 11px; margin-right: 7px; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font: 12.5px "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif; fill: var(--ink); font-variant-numeric: tabular-nums; }
svg text.id { font: 11.5px "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
svg .value { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
svg .tick, svg .axis-title { fill: var(--soft); font-size: 11.5px; }
svg .none { fill: var(--soft); }
svg .on-bar { fill: var(--on-production); font-weight: 600; }
.grid { stroke: var(--line); stroke-width: 1; }
.axis { stroke: var(--soft); stroke-width: 1; }
.bridge { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 3; }
.cut { fill: none; stroke: var(--paper); stroke-width: 3.5; }
.billed-line { fill: none; stroke: var(--billed); stroke-width: 1.75; }
.billed-dot { fill: var(--paper); stroke: var(--billed); stroke-width: 1.75; }
svg .billed-label { fill: var(--billed); font-weight: 600; }
rect.production { fill: var(--production); } rect.dev { fill: var(--dev); } rect.proxy { fill: var(--proxy); }
rect.dormant { fill: var(--dormant); } rect.plus { fill: var(--plus); } rect.minus { fill: var(--minus); }
i.production { background: var(--production); } i.dev { background: var(--dev); } i.proxy { background: var(--proxy); }
table { border-collapse: collapse; width: 100%; margin: 22px 0 26px; font-size: 13.5px; }
th, td { text-align: left; vertical-align: baseline; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-weight: 600; font-size: 12.5px; border-bottom: 1px solid var(--soft); vertical-align: bottom; }
tbody th { font-weight: normal; }
th.number, td.number { text-align: right; white-space: nowrap; }
thead th.number { white-space: normal; }
td.id, th.id { white-space: nowrap; }
tbody .id { font-size: 12px; }
.differs, .missing { color: var(--warn); }
footer { margin-top: 44px; padding-top: 10px; border-top: 1px solid var(--line); color: var(--soft); font-size: 12.5px; }
@page { size: A4; margin: 17mm 16mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9pt Helvetica, Arial, sans-serif; color: #5a6773; } }
@media print {
  :root { color-scheme: light; --paper: #ffffff; --ink: #000000; --soft: #4a545d; --line: #cfd6dc; --faint: #ffffff;
    --production: #1d5b86; --on-production: #ffffff; --dev: #8fb6cf; --proxy: #cdb67f; --dormant: #aab3bc;
    --plus: #2f7d5b; --minus: #b5532c; --billed: #b5532c; --warn: #9a3d16; }
  body { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  section { margin-top: 9mm; }
  h2, h2 + p, caption, figcaption, thead { break-after: avoid; }
  figure, .billed, .notes, .proof, tr, p, li { break-inside: avoid; }
  thead { display: table-header-group; }
  table { font-size: 8.5pt; } thead th { font-size: 8pt; } th, td { padding: 1.1mm 2.2mm 1.1mm 0; } tbody .id { font-size: 7.8pt; }
  a { text-decoration: none; }
}`;
