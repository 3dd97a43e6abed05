import { h, type ComponentChild, type ComponentChildren } from 'preact';
import type { Label } from './labels.ts';

/** A piece of a page. Texts in it are escaped where they are written out. */
export type Markup = ComponentChild;

/** A text in the language that it is in. */
export function labelled({ text, lang }: Label): Markup {
  return lang === undefined ? text : h('span', { lang }, text);
}

/** A table with a caption and a head of columns; what is first in a row names it. */
export function table({ caption, columns, rows }: {
  readonly caption: Markup;
  readonly columns: readonly { readonly name: string; readonly class?: string }[];
  readonly rows: readonly (readonly ComponentChildren[])[];
}): Markup {
  return h('table', null,
    h('caption', null, caption),
    h('thead', null, h('tr', null, columns.map(({ name, class: className }) => h('th', { scope: 'col', ...(className === undefined ? {} : { class: className }) }, name)))),
    h('tbody', null, rows.map((cells) => h('tr', null, cells.map((cell, index) => (index === 0 ? h('th', { scope: 'row' }, cell) : h('td', null, cell)))))));
}

/** Names with what they stand for. */
export function facts(rows: readonly (readonly [Markup, ComponentChildren])[]): Markup {
  return h('dl', { class: 'facts' }, rows.map(([name, value]) => h('div', null, h('dt', null, name), h('dd', { dir: 'auto' }, value))));
}

/** A section with its heading, to which the contents lead. */
export function section(id: string, heading: Markup, ...content: readonly ComponentChildren[]): Markup {
  return h('section', { 'aria-labelledby': id }, h('h2', { id }, heading), ...content);
}
