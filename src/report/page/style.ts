/** For the screen and for paper; nothing is loaded. */
export const style = `
:root { color-scheme: light; }
body { font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
dd, code { overflow-wrap: anywhere; }
h1 { font-size: 1.9rem; line-height: 1.2; }
h2 { font-size: 1.45rem; margin-top: 2.5rem; border-bottom: 2px solid #1a1a1a; }
h3 { font-size: 1.15rem; margin-top: 2rem; }
a { color: #0b4f9c; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 1.5rem; font-size: .92rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid #c9c9c9; }
thead th { border-bottom: 2px solid #767676; }
tbody th { font-weight: 600; }
dl { margin: 0; }
.facts > div { display: flex; gap: 1rem; padding: .15rem 0; }
.facts dt { flex: 0 0 14rem; font-weight: 600; }
.facts dd, .values dd { margin: 0; white-space: pre-line; }
.values { display: flex; flex-wrap: wrap; gap: .25rem 1.4rem; }
.values dt { font-size: .82rem; color: #4a4a4a; }
.within { margin: .5rem 0 0; padding-left: 1.4rem; border-left: 3px solid #c9c9c9; }
.within p { margin: .2rem 0; font-weight: 600; }
.within ol { margin: 0; padding-left: 1.2rem; }
.mark { display: inline-block; margin: 0 0 .2rem; font-size: .82rem; border: 1px solid #767676; border-radius: .2rem; padding: 0 .3rem; white-space: nowrap; }
.origin { width: 13rem; color: #3d3d3d; }
.place { width: 3rem; }
.note { border-left: 4px solid #0b4f9c; padding-left: .8rem; }
@media (max-width: 40rem) { .facts > div { display: block; } .origin { width: auto; } }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav { display: none; }
  h2, h3, caption, thead { break-after: avoid; }
  tr, li, .facts > div { break-inside: avoid; }
  thead { display: table-header-group; }
  a { color: inherit; text-decoration: none; }
}
@page { margin: 18mm 15mm; }
`;
