import type { Call, Connector } from '../connector.ts';

/** What a call is, as far as a guard cares. */
export interface Errand {
  readonly operation: 'read' | 'find';
  readonly entity: string;
}

/** Something done around each call, whatever it asks for: it calls `send` never, once or again, and gives its result. */
export type Around = <Result>(send: (call: Call) => Promise<Result>, call: Call, errand: Errand) => Promise<Result>;

/** A connector all of whose calls pass through `around`. */
export function guardCalls(connector: Connector, around: Around): Connector {
  return {
    source: connector.source,
    capabilities: connector.capabilities,
    read: (request, call) => around((inner) => connector.read(request, inner), call, { operation: 'read', entity: request.entity }),
    find: (request, call) => around((inner) => connector.find(request, inner), call, { operation: 'find', entity: request.entity }),
    close: () => connector.close(),
  };
}
