import type { DeploymentTexts, PageLanguage } from '../../config/texts-file.ts';
import type { Coordinate } from '../../ids.ts';
import type { ReportPurpose } from '../report.ts';
import { da } from './texts/da.ts';
import { en } from './texts/en.ts';
import { nl } from './texts/nl.ts';
import type { PageTexts } from './texts/texts.ts';

/** The gateway's own texts. */
export const pageTexts: Readonly<Record<PageLanguage, PageTexts>> = { en, nl, da };

/** A text with the language that it is in, where that is not the page's. */
export interface Label {
  readonly text: string;
  readonly lang?: string;
}

type Named = Exclude<keyof PageTexts, 'words'>;

/** What a page calls things: as the deployment does, else as the gateway does, else in English, else by their names in the schema. */
export interface Labels {
  readonly language: PageLanguage;
  readonly words: PageTexts['words'];
  readonly field: (at: Coordinate) => Label;
  readonly value: (type: string, member: string) => Label;
  /** What a field of text holds, where it is one of the words that systems usually have there. */
  readonly usual: (field: Coordinate, text: string) => Label;
  /** What a kind of number or address is that customers are known by; undefined for any other name. */
  readonly identifier: (name: string) => Label | undefined;
  /** What a link rests on; undefined for what is no method of linking. */
  readonly proof: (method: string) => string | undefined;
  readonly type: (name: string) => Label | undefined;
  readonly dataClass: (name: string) => Label;
  readonly source: (key: string | null) => Label;
  readonly purpose: (purpose: ReportPurpose, part: 'description' | 'retention') => Label;
  /** A text of the gateway's own that is there in every language. */
  readonly own: (section: 'legalBases' | 'reasons' | 'answers' | 'rights', key: string) => string;
  /** Whether something had to be shown in another language than the page's. */
  readonly fellBack: () => boolean;
}

/** Labels in one language. `deployment` has the texts of a deployment by language. */
export function makeLabels(language: PageLanguage, deployment: ReadonlyMap<string, DeploymentTexts>): Labels {
  let fellBack = false;
  const inOrder = (find: (own: PageTexts, theirs: DeploymentTexts | undefined) => string | undefined): Label | undefined => {
    const here = find(pageTexts[language], deployment.get(language));
    if (here !== undefined) return { text: here };
    const english = language === 'en' ? undefined : find(en, deployment.get('en'));
    return english === undefined ? undefined : inEnglish(english);
  };
  const inEnglish = (text: string): Label => {
    if (language === 'en') return { text };
    fellBack = true;
    return { text, lang: 'en' };
  };
  const byName = (section: Named, own: PageTexts, ...keys: readonly string[]): string | undefined =>
    keys.map((key) => at(own[section], key)).find((text) => text !== undefined);
  return {
    language,
    words: pageTexts[language].words,
    field: (coordinate) => inOrder((own, theirs) => at(theirs?.fields, coordinate) ?? byName('fields', own, coordinate, coordinate.split('.')[1] ?? ''))
      ?? inEnglish(spelledOut(coordinate.split('.')[1] ?? coordinate)),
    value: (type, member) => inOrder((own, theirs) => at(theirs?.values, `${type}.${member}`) ?? byName('values', own, `${type}.${member}`, member))
      ?? inEnglish(member.toLowerCase().replaceAll('_', ' ')),
    usual(coordinate, text) {
      const key = `${coordinate.split('.')[1] ?? coordinate}.${text}`;
      return inOrder((own, theirs) => at(theirs?.values, key) ?? byName('values', own, key)) ?? { text };
    },
    identifier: (name) => inOrder((own) => byName('identifiers', own, name)),
    proof: (method) => at<string>(pageTexts[language].proofs, method),
    type: (name) => inOrder((own) => byName('types', own, name)),
    dataClass: (name) => inOrder((own, theirs) => at(theirs?.dataClasses, name) ?? byName('dataClasses', own, name)) ?? inEnglish(spelledOut(name)),
    source: (key) => (key === null ? { text: pageTexts[language].words.gateway } : inOrder((_, theirs) => at(theirs?.sources, key)) ?? { text: key }),
    purpose: (purpose, part) => inOrder((_, theirs) => at(theirs?.purposes, purpose.key)?.[part])
      // The registry is written for colleagues, in whatever language they have; it is taken for English.
      ?? (purpose[part] === null ? { text: pageTexts[language].words.unsaid } : inEnglish(purpose[part])),
    own: (section, key) => at<string>(pageTexts[language][section], key) ?? key,
    fellBack: () => fellBack,
  };
}

/** A member of a record by a name that may be anything. */
function at<Value>(record: Readonly<Record<string, Value>> | undefined, key: string): Value | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** `lineItems` → `Line items`. */
function spelledOut(name: string): string {
  const words = name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
