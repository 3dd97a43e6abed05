import { parse, validate, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { coordinate, type Coordinate } from '../ids.ts';
import { answerTree, listOf, nodeOf, textOf, type AnswerTree, type Node } from './answer-tree.ts';
import type { Gaps } from './gaps.ts';
import type { ReportDisclosure } from './report.ts';

/** What is asked of each use of her data. */
export const askedOfUses = ['at', 'purpose', 'recipient', 'disclosed', 'masked', 'formerFields'] as const;

/** Her own reads may be most of them, and are none. */
const usesDocument = `query AccessReportUses($by: CustomerKey!, $first: Int!, $after: String) {
  customer(by: $by) { dataUses(first: $first, after: $after, includeOwn: false) { edges { node { ${askedOfUses.join(' ')} } } pageInfo { hasNextPage endCursor } } }
}`;

const dataUses = coordinate('Customer', 'dataUses');

/**
 * Reads to whom outside a customer's data was given, by name (GDPR Art. 15(1)(c); CJEU C-154/21): partners, and neither staff nor she
 * herself. Each page is an operation of its own, since one operation reads one page of a customer's uses. Whoever was given something
 * last comes first.
 */
export async function readDisclosures({ by, schema, dataClasses, run, pageSize, mostPages, gaps, late }: {
  readonly by: unknown;
  readonly schema: GraphQLSchema;
  /** In the order in which they are told. */
  readonly dataClasses: readonly string[];
  readonly run: (text: string, variables: Readonly<Record<string, unknown>>) => Promise<ExecutionResult>;
  readonly pageSize: number;
  /** A page may be short where much of the trail is her own, so pages are counted and not what is on them. */
  readonly mostPages: number;
  readonly gaps: Gaps;
  /** Whether nothing more is to be asked for. Throws where nobody waits any more. */
  readonly late: () => boolean;
}): Promise<readonly ReportDisclosure[]> {
  // An audience without them is not told that there were none.
  if (validate(schema, parse(usesDocument)).length > 0) {
    gaps.add({ field: dataUses, reason: 'DENIED' });
    return [];
  }
  const given: Node[] = [];
  let after: string | null = null;
  for (let pages = 0; pages === 0 || after !== null; pages += 1) {
    if (late() || pages === mostPages) {
      gaps.add({ field: dataUses, reason: 'BOUND' });
      break;
    }
    // What cannot be read of the trail fails its operation, and must not keep her from all else.
    const answer: ExecutionResult = await run(usesDocument, { by, first: pageSize, after }).catch(() => ({}));
    const page = pageIn(answerTree(answer), gaps);
    given.push(...page.uses.filter(({ recipient }) => textOf(recipient) !== null));
    after = page.next;
  }
  return [...Map.groupBy(given, ({ recipient }) => String(recipient))].map(([recipient, uses]) => disclosureOf(recipient, uses, dataClasses));
}

/** The uses on a page, and where the next one begins; what is not there as it is becomes a gap. */
function pageIn(tree: AnswerTree, gaps: Gaps): { readonly uses: readonly Node[]; readonly next: string | null } {
  const errors = tree.others();
  for (const error of errors) gaps.failed(fieldAt(error.path), error);
  const page = nodeOf(tree.customer?.['dataUses']);
  if (page === undefined && errors.length === 0) gaps.add({ field: dataUses, reason: 'UNAVAILABLE' });
  const uses = listOf(page?.['edges']).map((edge) => nodeOf(nodeOf(edge)?.['node']) ?? {});
  for (const index of uses.keys()) {
    for (const name of askedOfUses) {
      const detail = tree.maskAt(`customer.dataUses.edges.${index}.node.${name}`);
      if (detail !== undefined) gaps.add({ field: coordinate('DataUse', name), reason: 'MASKED', detail });
    }
  }
  const info = nodeOf(page?.['pageInfo']);
  const next = info?.['hasNextPage'] === true ? textOf(info['endCursor']) : null;
  if (info?.['hasNextPage'] === true && next === null) gaps.add({ field: dataUses, reason: 'BOUND' });
  return { uses, next };
}

/** An error stands at the uses as such, or at what was asked of one: `customer.dataUses.edges.0.node.recipient`. */
function fieldAt(path: readonly (string | number)[] | undefined): Coordinate {
  const name = path?.[5];
  return name === undefined ? dataUses : coordinate('DataUse', String(name));
}

function disclosureOf(recipient: string, uses: readonly Node[], dataClasses: readonly string[]): ReportDisclosure {
  const all = (name: (typeof askedOfUses)[number]): readonly string[] =>
    [...new Set(uses.flatMap((use) => [use[name]].flat()).filter((value) => typeof value === 'string'))].sort();
  const classes = (name: 'disclosed' | 'masked'): readonly string[] => {
    const kinds = all(name).map((kind) => kind.toLowerCase());
    return dataClasses.filter((one) => kinds.includes(one));
  };
  const times = all('at');
  return {
    recipient, purposes: all('purpose'), disclosed: classes('disclosed'), masked: classes('masked'), formerFields: all('formerFields') as readonly Coordinate[],
    times: uses.length, firstAt: times[0] ?? null, lastAt: times.at(-1) ?? null,
  };
}
