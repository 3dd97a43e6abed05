import type { AuditByCustomer } from '../store/audit-by-customer.ts';
import type { AuditHead, AuditLog, AuditPlace, AuditRange, AuditRecord } from '../store/audit-log.ts';
import type { Retention } from './entry.ts';
import type { AuditKeys } from './keys.ts';
import { findMoved } from './find-moved.ts';
import type { Finding, Verification } from './findings.ts';
import { proveRecord } from './prove-record.ts';

/** A chain as far as it was met. */
interface Met {
  readonly first: AuditRecord;
  readonly last: AuditRecord;
  /** Whether the last entry proves itself. */
  readonly proven: boolean;
}

/** Reads the whole trail and proves every entry, its place, under whom it is found, and that what checkpoints bind is there. */
export async function verifyTrail(input: {
  readonly log: Pick<AuditLog, 'read'>;
  readonly byCustomer: Pick<AuditByCustomer, 'misfiled'>;
  readonly keys: AuditKeys;
  /** Ends of chains, as checkpoints tell them. */
  readonly bound: readonly AuditHead[];
  readonly onPart: (entries: number) => void;
}): Promise<Verification> {
  const bound = Map.groupBy(input.bound, ({ chain }) => chain);
  const chains = new Map<string, Met>();
  const findings: Finding[] = [];
  const gaps: AuditRange[] = [];
  const emptied: AuditRange[] = [];
  const wrong: AuditRecord[] = [];
  const retentions: Retention[] = [];
  let entries = 0;

  const meet = (record: AuditRecord): void => {
    const { chain, seq } = record;
    const place = placeOf(record);
    entries += 1;
    const proof = proveRecord(record, input.keys);
    if (proof.kind === 'wrong code') wrong.push(record);
    else if (proof.kind === 'emptied') emptied.push(place);
    else if (proof.kind !== 'proven') findings.push({ kind: proof.kind, ...place, detail: proof.detail });
    else if (proof.entry.kind === 'retention') retentions.push(proof.entry);
    const proven = proof.kind === 'proven' || proof.kind === 'emptied';

    const known = chains.get(chain);
    const due = (known?.last.seq ?? 0) + 1;
    if (seq > due) gaps.push({ chain, from: due, to: seq - 1 });
    else if (proven && known?.proven === true && known.last.mac !== record.previous) {
      findings.push({ kind: 'rewritten', chain, from: seq - 1, to: seq - 1, detail: 'the next entry follows another one than this' });
    }
    if (proven && bound.get(chain)?.some((end) => end.seq === seq && end.mac !== record.mac) === true) {
      findings.push({ kind: 'rewritten', ...place, detail: 'a checkpoint binds another entry in this place' });
    }
    chains.set(chain, { first: known?.first ?? record, last: record, proven });
  };
  for await (const part of input.log.read({})) {
    part.forEach(meet);
    input.onPart(entries);
  }

  const removed = removedBy(retentions);
  const missing = [
    ...gaps.filter((gap) => !removed.isDropped(gap, chains.get(gap.chain)?.first))
      .map((gap): Finding => ({ kind: 'deleted', ...gap, detail: 'entries after these are there' })),
    ...[...bound].flatMap(([chain, ends]) => missingAtEnd(chain, ends, Math.max(chains.get(chain)?.last.seq ?? 0, removed.upTo(chain)))),
  ];
  const misfiled = misfiledAmong(await input.byCustomer.misfiled(), [...wrong.map(placeOf), ...emptied, ...findings]);
  const nothingSaid = emptied.filter((place) => !removed.isErased(place))
    .map((place): Finding => ({ kind: 'emptied', ...place, detail: 'no retention took away what it said' }));
  return {
    chains: chains.size, entries, emptied: emptied.length, dropped: removed.entries,
    open: [...chains.values()].filter(({ last }) => last.kind !== 'closed').length,
    findings: [...findings, ...misfiled, ...missing, ...nothingSaid, ...findMoved(wrong, gaps, input.keys)]
      .toSorted((a, b) => (a.chain === b.chain ? a.from - b.from : a.chain < b.chain ? -1 : 1)),
  };
}

function placeOf({ chain, seq }: AuditPlace): AuditRange {
  return { chain, from: seq, to: seq };
}

/** Of what is found wrongly, that of which nothing else is told: an entry that stands elsewhere is not found under its customers either. */
function misfiledAmong(places: readonly AuditPlace[], told: readonly AuditRange[]): readonly Finding[] {
  const nameOf = ({ chain, from }: AuditRange): string => `${chain} ${from}`;
  const otherwise = new Set(told.map(nameOf));
  const each = new Map(places.map(placeOf).map((place) => [nameOf(place), place]));
  const detail = 'it is found under a customer whom it does not name, or not under one whom it names';
  return [...each].flatMap(([name, place]) => (otherwise.has(name) ? [] : [{ kind: 'edited', ...place, detail }]));
}

function missingAtEnd(chain: string, ends: readonly AuditHead[], last: number): readonly Finding[] {
  const furthest = ends.reduce((most, { seq }) => Math.max(most, seq), 0);
  if (furthest <= last) return [];
  const detail = last === 0 ? 'a checkpoint binds this chain, of which nothing is there' : 'a checkpoint binds an entry after the last one';
  return [{ kind: 'truncated', chain, from: last + 1, to: furthest, detail }];
}

/** What retention has taken out of the trail, as it says itself. */
function removedBy(retentions: readonly Retention[]): {
  readonly entries: number;
  readonly upTo: (chain: string) => number;
  readonly isDropped: (gap: AuditRange, next: AuditRecord | undefined) => boolean;
  readonly isErased: (place: AuditRange) => boolean;
} {
  const dropped = Map.groupBy(retentions.flatMap((one) => one.dropped), ({ chain }) => chain);
  const erased = Map.groupBy(retentions.flatMap((one) => one.erased), ({ chain }) => chain);
  const upTo = (chain: string): number => (dropped.get(chain) ?? []).reduce((most, { seq }) => Math.max(most, seq), 0);
  return {
    upTo,
    entries: [...dropped.keys()].reduce((sum, chain) => sum + upTo(chain), 0),
    // The first entry that is left tells which one it follows.
    // Of those that are being taken out, or of which taking out was cut off, the last are there.
    isDropped: ({ chain, from, to }, next) => from === 1 && (dropped.get(chain) ?? []).some(({ seq, mac }) => seq > to || (seq === to && mac === next?.previous)),
    isErased: ({ chain, from }) => (erased.get(chain) ?? []).some((range) => range.from <= from && from <= range.to),
  };
}
