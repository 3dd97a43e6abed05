import type { SourceErrorCode } from '../errors.ts';
import type { SourceName } from '../ids.ts';
import type { ReadInPlace } from '../identity/identity.ts';
import type { ValueOrigin } from '../schema/model.ts';

/** How a source answered for one customer; the order is from harmless to worst. */
const sourceAnswers = ['DENIED', 'NOT_LINKED', 'OK', 'STALE', 'TIMEOUT', 'UNAVAILABLE'] as const;
export type SourceAnswer = (typeof sourceAnswers)[number];

export type ProvenanceRule = 'PREFERRED' | 'NEXT_IN_ORDER' | 'FALLBACK_ON_FAILURE';

/** Where one value came from. */
export interface Provenance {
  readonly path: string;
  readonly origin: ValueOrigin;
  /** All that might have given it, in order. */
  readonly origins: readonly ValueOrigin[];
  readonly value: unknown;
  /** True where the value itself is shown masked: then whether others say the same would tell more of it than the mask. */
  readonly masked: boolean;
  readonly remoteId: string;
  readonly fetchedAt: number;
  readonly stale: boolean;
  readonly rule: ProvenanceRule;
}

/** How a source answered. */
export interface SourceAnswered {
  readonly source: SourceName;
  readonly answer: SourceAnswer;
}

/** What happened while one customer was resolved: the basis of completeness, provenance and the audit's outcome. */
export interface Trace {
  /** Notes how a source answered; of several answers the worst counts. */
  answered(source: SourceName, answer: SourceAnswer): void;
  /** Notes where a value came from; undefined where nobody wants to know. */
  readonly came: ((provenance: Provenance) => void) | undefined;
  /** The same for values of rows: a record says itself where it comes from; provenance is about the customer's own. */
  readonly ofRows: Trace;
  readonly sources: readonly SourceAnswered[];
  readonly provenance: readonly Provenance[];
}

/** An empty trace. `provenance` says whether it notes where values came from. */
export function openTrace({ provenance: wanted }: { readonly provenance: boolean }): Trace {
  const ofRows = new SourcesTrace();
  if (!wanted) return ofRows;
  const provenance: Provenance[] = [];
  return { sources: ofRows.sources, provenance, answered: (source, answer) => ofRows.answered(source, answer), came: (one) => void provenance.push(one), ofRows };
}

/** A class, since there is one for each customer of a list: closures would be several objects more. */
class SourcesTrace implements Trace {
  // She has few, so that looking through them is faster than a map, and smaller.
  readonly sources: { readonly source: SourceName; answer: SourceAnswer }[] = [];
  readonly provenance: readonly Provenance[] = nothing;
  readonly came = undefined;

  answered(source: SourceName, answer: SourceAnswer): void {
    for (const known of this.sources) {
      if (known.source !== source) continue;
      if (known.answer !== answer && sourceAnswers.indexOf(answer) > sourceAnswers.indexOf(known.answer)) known.answer = answer;
      return;
    }
    this.sources.push({ source, answer });
  }

  get ofRows(): Trace {
    return this;
  }
}

const nothing: readonly Provenance[] = [];

/** The answer that a failure stands for. */
export function answerOf(code: SourceErrorCode): SourceAnswer {
  return code === 'SOURCE_TIMEOUT' ? 'TIMEOUT' : 'UNAVAILABLE';
}

/** The answer that a read stands for. A record that is gone was still an answer. */
export function answerOfRead(result: ReadInPlace): SourceAnswer {
  switch (result.kind) {
    case 'found': return result.row.stale ? 'STALE' : 'OK';
    case 'absent': return 'OK';
    case 'failed': return answerOf(result.error.code);
  }
}
