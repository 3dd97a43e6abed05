import type { AuditPlace, AuditRange, AuditRecord } from '../store/audit-log.ts';
import type { Finding } from './findings.ts';
import type { AuditKeys } from './keys.ts';
import { codeOf } from './record.ts';

/** So many places are compared at most: that everything was changed is to be told soon, too. */
const mostPlaces = 1000;

/** Tells records with a wrong code apart: one whose code is right for another place was moved from there, any other was changed. */
export function findMoved(wrong: readonly AuditRecord[], gaps: readonly AuditRange[], keys: AuditKeys): readonly Finding[] {
  const places = [...wrong, ...gaps.flatMap(placesIn)].slice(0, mostPlaces);
  return wrong.map((record): Finding => {
    const { chain, seq } = record;
    const key = keys.find(record.key);
    const origin = key && places.find((place) => codeOf({ ...record, chain: place.chain, seq: place.seq }, key) === record.mac);
    return origin === undefined
      ? { kind: 'edited', chain, from: seq, to: seq, detail: 'its code is not the one of what it says' }
      : { kind: 'reordered', chain, from: seq, to: seq, detail: `it is entry ${origin.seq}${origin.chain === chain ? '' : ` of chain ${origin.chain}`}` };
  });
}

function placesIn({ chain, from, to }: AuditRange): readonly AuditPlace[] {
  return Array.from({ length: Math.min(to - from + 1, mostPlaces) }, (_, at) => ({ chain, seq: from + at }));
}
