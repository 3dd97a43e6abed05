import type { en } from './en.ts';

/** The texts of a page in one language: all that English has. */
export type PageTexts = { readonly [Section in keyof typeof en]: Readonly<Record<keyof (typeof en)[Section], string>> };
