import type { Coordinate } from '../../ids.ts';
import type { ReportPurpose, ReportValue } from '../report.ts';
import type { Label, Labels } from './labels.ts';

/** What texts name that the gateway itself keeps. Any other text is the source's, and stays as it is but for usual words. */
const named: ReadonlyMap<Coordinate, 'proof' | 'namespace' | 'purpose' | 'source'> = new Map([
  ['Identity.evidence', 'proof'], ['LinkEvent.evidence', 'proof'], ['Identity.namespace', 'namespace'], ['LinkName.namespace', 'namespace'], ['LinkEvent.actor', 'source'],
  ['Consent.purpose', 'purpose'], ['Objection.purpose', 'purpose'], ['ConsentRecord.purpose', 'purpose'], ['ConsentRecord.except', 'purpose'], ['ProcessingRestriction.except', 'purpose'],
  ['Consent.source', 'source'], ['Objection.source', 'source'], ['ProcessingRestriction.source', 'source'], ['ConsentRecord.source', 'source'], ['RelationRecord.source', 'source'],
]);

/** A text as a customer reads it. What a code does not say is shown as it is. */
export function inWords(labels: Labels, purposes: readonly ReportPurpose[], { field, value }: Pick<ReportValue, 'field' | 'value'>): Label {
  switch (named.get(field)) {
    case 'proof': return proof(labels, value);
    case 'namespace': return labels.identifier(value) ?? labels.source(value);
    case 'source': return labels.source(value);
    case 'purpose': {
      const purpose = purposes.find(({ key }) => key === value);
      return purpose === undefined ? { text: value } : labels.purpose(purpose, 'description');
    }
    case undefined: return labels.usual(field, value);
  }
}

/** `NUMBER of crm 0035g…: as she said` names how a link was made, where, and what somebody wrote of it, which stays as it is. */
function proof(labels: Labels, text: string): Label {
  const [, mover, from, to] = /^(\S+) answers the key (\S+) with the record (\S+)$/.exec(text) ?? [];
  if (mover !== undefined) return around(labels.source(mover), '', `: ${from} → ${to}`);
  const [begin = '', method = '', namespace] = /^([A-Z_]+)(?: of (\S+)(?= ))?(?=:|$| )/.exec(text) ?? [];
  const told = labels.proof(method);
  const rest = text.slice(begin.length);
  if (told === undefined || (namespace === undefined && rest.startsWith(' '))) return { text };
  return namespace === undefined ? { text: `${told}${rest}` } : around(labels.source(namespace), `${told}: `, rest);
}

/** A name within a sentence of the page's language, in which it then is as a whole. */
function around({ text }: Label, before: string, after: string): Label {
  return { text: `${before}${text}${after}` };
}
