import type { ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import type { PurposeRegistry } from '../config/purposes-file.ts';
import { coordinate } from '../ids.ts';
import type { Model } from '../schema/model.ts';
import { answerTree, listOf, nodeOf, textOf, type Node } from './answer-tree.ts';
import { openCollector, type NextPage } from './collect.ts';
import { readDisclosures } from './disclosures.ts';
import { reportDocuments } from './document.ts';
import { openGaps, type Gaps } from './gaps.ts';
import { dataSubjectRights, type AccessReport, type KnownSource, type ReportSource } from './report.ts';
import { sectionsOf } from './sections.ts';

/** What is to be reported on, and by what means. */
export interface ReportRequest {
  /** A `CustomerKey`. */
  readonly by: unknown;
  /** The schema of the audience for whom it is made: what it has not does not exist. */
  readonly schema: GraphQLSchema;
  readonly model: Model;
  readonly purposes: PurposeRegistry;
  /** In their declared order. */
  readonly sources: readonly KnownSource[];
  /** Runs a document as an operation like any other: decided, on record, and with an end of its own. */
  readonly run: (text: string, variables: Readonly<Record<string, unknown>>) => Promise<ExecutionResult>;
  readonly bounds: ReportBounds;
  /** Aborts when nobody waits for it any more. */
  readonly signal: AbortSignal;
  readonly clock: () => number;
}

export interface ReportBounds {
  /** Records beyond this are told as missing, and so are uses on more pages than would hold so many. */
  readonly records: number;
  /** Milliseconds after which no further page is asked for. */
  readonly deadline: number;
  /** The largest page that may be asked for. */
  readonly pageSize: number;
}

export type Reported =
  | { readonly kind: 'report'; readonly report: AccessReport }
  /** There is no such customer, or she may not be seen. */
  | { readonly kind: 'unknown' }
  /** She could not be looked for. */
  | { readonly kind: 'refused'; readonly error: GraphQLError };

/** Pages that are asked for at the same time. */
const pagesAtOnce = 4;

/**
 * Makes the report on a customer out of the answers to ordinary operations: one for everything, one for each further page, and those
 * that tell who was given something. What an answer denies or lacks is a gap of the report.
 */
export async function makeReport(request: ReportRequest): Promise<Reported> {
  const { by, schema, model, purposes, run, bounds, clock } = request;
  const now = clock();
  const madeAt = new Date(now).toISOString();
  const documents = reportDocuments(schema, model, bounds.pageSize);
  const gaps = openGaps();
  const collector = openCollector({ schema, model, gaps, now: madeAt });

  const first = answerTree(await run(documents.first, { by }));
  const { customer } = first;
  if (customer === undefined) return withoutCustomer(first.errorAt('customer') ?? first.others()[0]);
  collector.customer(first);
  for (const field of documents.left) gaps.add({ field, reason: 'NOT_SELECTABLE' });

  const late = (): boolean => {
    request.signal.throwIfAborted();
    return clock() > now + bounds.deadline;
  };
  const { records: most, pageSize } = bounds;
  const disclosures = await readDisclosures({ by, schema, dataClasses: model.dataClasses, run, pageSize, mostPages: Math.ceil(most / pageSize), gaps, late });
  const ask = async (page: NextPage): Promise<void> => {
    collector.page(answerTree(await run(documents.page(page.steps, page.parent, page.connection, page.after), { by })), page);
  };
  while (collector.pages.length > 0) {
    if (late() || collector.records.length >= most) break;
    await Promise.all(collector.pages.splice(0, pagesAtOnce).map(ask));
  }
  for (const { parent, connection } of collector.pages) gaps.add({ field: coordinate(parent.name, connection), reason: 'BOUND' });

  const data = sectionsOf({ records: collector.records, schema, model });
  const sources = sourcesOf(request.sources, customer, gaps);
  const notFetched = gaps.all();
  return {
    kind: 'report',
    report: {
      customer: String(customer['id']), madeAt,
      language: data.flatMap(({ records }) => records.flatMap(({ values }) => values)).find(({ type }) => type === 'LanguageTag')?.value ?? null,
      complete: notFetched.length === 0,
      purposes: [...purposes].map(([key, { description, legalBasis, owner, dataClasses, recipients, retention }]) =>
        ({ key, description, legalBasis, owner, dataClasses, recipients, retention: retention ?? null })),
      disclosures, sources, data, notFetched, rights: dataSubjectRights,
    },
  };
}

/** A customer who may not be seen is told like one who is not there. */
function withoutCustomer(error: GraphQLError | undefined): Reported {
  return error === undefined ? { kind: 'unknown' } : { kind: 'refused', error };
}

/** What systems there are, and how they answered for her; what that leaves out is noted. */
function sourcesOf(known: readonly KnownSource[], customer: Node, gaps: Gaps): readonly ReportSource[] {
  const answers = new Map(listOf(customer['completeness']).map((one) => {
    const { source, status } = nodeOf(one) ?? {};
    return [textOf(nodeOf(source)?.['key']), textOf(status)];
  }));
  return known.map(({ key, kind, owner, region }) => {
    const status = answers.get(key) ?? null;
    if (status === 'NOT_LINKED' || status === 'STALE') gaps.add({ source: key, reason: status });
    return { key, kind, owner, region, status };
  });
}
