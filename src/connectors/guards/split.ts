import { SourceError } from '../../errors.ts';
import type { Connector } from '../connector.ts';
import type { Observe } from './events.ts';

interface Failed {
  readonly kind: 'failed';
  readonly error: SourceError;
}

/** Items that were asked for together, and what came of it. */
type Part<Item, Result> =
  | { readonly kind: 'answered'; readonly results: readonly Result[] }
  | { readonly kind: 'refused'; readonly items: readonly Item[]; readonly error: SourceError };

// Four quarters refused alike: it is not some of the items, it is the request or the credential.
const levelsInVain = 2;

/**
 * Halves a batch that the source refuses (`fault: 'request'`) until the bad keys or values stand alone, so that each
 * spoils only itself. At most four extra calls for each halving of the batch: enough for two bad items wherever they
 * lie; of more, some take their neighbours with them. Where no part is accepted, the whole call fails as it first did.
 */
export function withSplit(connector: Connector, { observe }: { readonly observe: Observe }): Connector {
  const { source } = connector;
  return {
    source,
    capabilities: connector.capabilities,
    read: (request, call) =>
      askInParts({ items: request.keys, ask: (keys) => connector.read({ ...request, keys }, call), requestId: call.requestId, source, observe }),
    find: (request, call) => {
      if (request.kind === 'list') return connector.find(request, call);
      return askInParts({ items: request.values, ask: (values) => connector.find({ ...request, values }, call), requestId: call.requestId, source, observe });
    },
    close: () => connector.close(),
  };
}

async function askInParts<Item, Result>(batch: {
  readonly items: readonly Item[];
  readonly ask: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly requestId: string;
  readonly source: string;
  readonly observe: Observe;
}): Promise<readonly (Result | Failed)[]> {
  const { items, ask, requestId, source, observe } = batch;
  const askFor = async (part: readonly Item[]): Promise<Part<Item, Result>> => {
    try {
      return { kind: 'answered', results: await ask(part) };
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      return { kind: 'refused', items: part, error };
    }
  };

  const whole = await askFor(items);
  if (whole.kind === 'answered') return whole.results;

  let parts: readonly Part<Item, Result>[] = [whole];
  let callsLeft = 4 * Math.ceil(Math.log2(items.length));
  const isAnswered = (): boolean => parts.some((part) => part.kind === 'answered');
  for (let level = 0; level < levelsInVain || isAnswered(); level += 1) {
    const calls = 2 * parts.filter(isDivisible).length;
    if (calls === 0 || calls > callsLeft) break;
    callsLeft -= calls;
    const next = parts.map(async (part) => (isDivisible(part) ? Promise.all(halve(part.items).map(askFor)) : [part]));
    parts = (await Promise.all(next)).flat();
  }
  if (!isAnswered()) throw whole.error;

  const results = parts.map((part) => (part.kind === 'answered' ? part.results : part.items.map(() => failed(part.error))));
  const bad = parts.reduce((count, part) => count + (part.kind === 'refused' ? part.items.length : 0), 0);
  observe({ kind: 'split', source, items: items.length, bad, requestId });
  return results.flat();
}

function isDivisible<Item, Result>(part: Part<Item, Result>): part is Extract<Part<Item, Result>, { kind: 'refused' }> {
  return part.kind === 'refused' && part.error.fault === 'request' && part.items.length > 1;
}

function halve<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

function failed(error: SourceError): Failed {
  return { kind: 'failed', error };
}
