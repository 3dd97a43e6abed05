import type { Capabilities, Connector, ConnectorDeps } from '../connector.ts';
import { failuresOf } from '../failure.ts';
import type { Session } from './session.ts';
import type { MongoSource } from './source.ts';

/** Opens a source. The first call loads the driver and connects; a `read` of no keys loads it without connecting. */
export function openMongodb(source: MongoSource, capabilities: Capabilities, deps: ConnectorDeps): Connector {
  let opening: Promise<Session> | undefined;
  let closing: Promise<void> | undefined;

  const sessionFor = (entity: string): Promise<Session> => {
    if (closing !== undefined) throw failuresOf(deps.source)('SOURCE_UNAVAILABLE', `${entity}: the source is closed`);
    return (opening ??= import('./session.ts').then(({ openSession }) => openSession(source, deps)));
  };
  return {
    source: deps.source,
    capabilities,
    read: async (request, call) => (await sessionFor(request.entity)).read(request, call),
    find: async (request, call) => (await sessionFor(request.entity)).find(request, call),
    close: () => (closing ??= Promise.resolve(opening).then((session) => session?.close())),
  };
}
