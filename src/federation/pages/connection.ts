import { ClientError } from '../../errors.ts';
import type { SelectedField } from '../../selection/select.ts';
import { anAnswer, put, type Answer } from '../answer.ts';
import type { Soon } from '../../soon.ts';
import type { Position } from './cursor.ts';
import type { Entry } from './gather-page.ts';
import type { OperationContext } from '../operation-context.ts';

/** What `first` and `after` ask for, or what is wrong with them. */
export function pageOf(
  context: Pick<OperationContext, 'maxFirst' | 'cursors'>,
  field: SelectedField,
  scopeOf: () => readonly string[],
): { readonly first: number; readonly from: Position | undefined } | ClientError {
  const { first, after } = field.arguments;
  if (typeof first !== 'number' || first < 0 || first > context.maxFirst) return bad('first', `first: expected a number from 0 to ${context.maxFirst}.`);
  if (after === undefined || after === null) return { first, from: undefined };
  const from = typeof after === 'string' ? context.cursors.open(after, scopeOf()) : undefined;
  return from === undefined ? bad('after', 'after: expected a cursor that this field gave you with the same arguments.') : { first, from };
}

function bad(argument: string, message: string): ClientError {
  return new ClientError('BAD_USER_INPUT', message, { argumentPath: [argument] });
}

/** Lays a page out as the client selected it: edges, nodes and page info, under whatever names and however often. */
export function answerConnection<Row>(field: SelectedField, page: {
  readonly entries: readonly Entry<Row>[];
  /** Sealing costs more than the rest of an edge, so that only cursors are made which were selected. */
  readonly cursorOf: (position: Position) => string;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  /** Where to go on from, if it is not behind the last edge. */
  readonly end?: Position | undefined;
  readonly node: (field: SelectedField, entry: Entry<Row>) => unknown;
}): Soon<Answer> {
  const connection = anAnswer(field.type);
  // A cursor is the same text wherever on the page it stands.
  let cursors: Map<Position, string> | undefined;
  const cursorAt = (position: Position | undefined): string | null => {
    if (position === undefined) return null;
    cursors ??= new Map();
    const cursor = cursors.get(position) ?? page.cursorOf(position);
    cursors.set(position, cursor);
    return cursor;
  };
  const info = (name: string): unknown => {
    switch (name) {
      case 'hasNextPage': return page.hasNext;
      case 'hasPreviousPage': return page.hasPrevious;
      case 'startCursor': return cursorAt(page.entries[0]?.behind);
      case 'endCursor': return cursorAt(page.end ?? page.entries.at(-1)?.behind);
      default: return undefined;
    }
  };
  const waiting: Promise<void>[] = [];
  for (const part of field.below.get(field.type) ?? []) {
    const inner = part.below.get(part.type) ?? [];
    if (part.name === 'pageInfo') {
      const answer = anAnswer(part.type);
      for (const one of inner) answer[one.responseKey] = info(one.name);
      connection[part.responseKey] = answer;
    } else if (part.name === 'edges') {
      connection[part.responseKey] = page.entries.map((entry) => {
        const edge = anAnswer(part.type);
        for (const one of inner) put(edge, one.responseKey, one.name === 'cursor' ? cursorAt(entry.behind) : page.node(one, entry), waiting);
        return edge;
      });
    }
  }
  return waiting.length === 0 ? connection : Promise.all(waiting).then(() => connection);
}
