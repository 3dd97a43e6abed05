import type { Document } from 'mongodb';
import { SourceError } from '../../errors.ts';
import type { Call, FindResult, MatchRequest } from '../connector.ts';
import { comparable } from '../row.ts';
import type { Collection } from './collection.ts';
import { frameFor, nextAfter } from './page.ts';
import { formsAt, plain, rowsFrom } from './rows.ts';
import type { Look } from './settings.ts';
import { comparisonOf, fits } from './values.ts';

const none: FindResult = { kind: 'rows', rows: [], next: undefined };

/** Finds by an attribute: one result and one page for each value. */
export async function findByValues(collection: Collection, look: Look, request: MatchRequest, call: Call): Promise<readonly FindResult[]> {
  if (request.values.length > look.batch) throw new RangeError(`${collection.name}.${request.attribute} takes ${look.batch} values, got ${request.values.length}`);
  // The comparable form is what is asked for. An empty one would find every document without a value.
  const forms = request.values.map((value) => comparable(value, comparisonOf(look.type, look.compare)));
  const found = await askFor([...new Set(forms.filter((form) => fits(form, look.type)))], { collection, look, request, call });
  return forms.map((form) => found.get(form) ?? none);
}

interface Finding {
  readonly collection: Collection;
  readonly look: Look;
  readonly request: MatchRequest;
  readonly call: Call;
}

/**
 * One question for all values, with room for a page of each. If there are more documents than that, one value's may have
 * taken another's room; but each value's come in its own order, so that a full page of it is right. The others are asked for
 * alone, one after the other: they stand for one call.
 */
async function askFor(values: readonly string[], finding: Finding): Promise<ReadonlyMap<string, FindResult>> {
  if (values.length === 0) return new Map();
  const { collection, look, request, call } = finding;
  const { name, questions, ask, clock } = collection;
  const frame = frameFor(look.order, request.page, look.pageSize);
  const documents = await ask(`${name} by ${request.attribute}`, questions.match(request.fields, { look, values, frame }), call);
  const fetchedAt = clock();
  const isComplete = documents.length < values.length * frame.rows;
  const comparison = comparisonOf(look.type, look.compare);
  // Documents of other values are left out: what equals a value by a collation alone was not asked for.
  const groups = new Map(values.map((value): [string, Document[]] => [value, []]));
  const formsOf = new Map(documents.map((document) => [document, new Set(formsAt(plain(document), look.path, comparison))]));
  for (const [document, forms] of formsOf) for (const form of forms) groups.get(form)?.push(document);

  const results = new Map<string, FindResult>();
  for (const [value, group] of groups) {
    // A lone value's page ends where the documents do, whosever the last of them is.
    const own = values.length === 1 ? documents : group;
    if (values.length > 1 && !isComplete && own.length < frame.rows) results.set(value, (await askFor([value], finding)).get(value) ?? none);
    else results.set(value, resultOf(own, (document) => formsOf.get(document)?.has(value) === true));
  }
  return results;

  function resultOf(own: readonly Document[], isAsked: (document: Document) => boolean): FindResult {
    try {
      const page = own.slice(0, frame.rows - 1).filter(isAsked);
      return { kind: 'rows', rows: rowsFrom(page, collection, request.fields, fetchedAt), next: nextAfter(own, frame, collection) };
    } catch (error) {
      if (error instanceof SourceError) return { kind: 'failed', error };
      throw error;
    }
  }
}
