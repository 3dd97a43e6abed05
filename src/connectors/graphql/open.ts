import { getCACertificates } from 'node:tls';
import type { Capabilities, Connector, ConnectorDeps } from '../connector.ts';
import { openAuth } from '../http/auth/open-auth.ts';
import { failuresOf } from '../http/failure.ts';
import { openTransport } from '../http/transport.ts';
import { openWire, type Wire } from '../http/wire.ts';
import type { TlsFiles } from '../sql/tls.ts';
import { findByValues } from './find.ts';
import { listRows } from './list.ts';
import type { GraphqlEntity } from './operations.ts';
import { readKeys } from './read.ts';
import type { SourceSettings } from './settings.ts';

/** A GraphQL source that is understood. */
export interface GraphqlSource {
  readonly settings: SourceSettings;
  readonly tls: TlsFiles;
  readonly entities: ReadonlyMap<string, GraphqlEntity>;
  readonly capabilities: Capabilities;
}

/** Opens a source. Nothing is sent before the first call. */
export function openGraphql({ settings, tls, entities, capabilities }: GraphqlSource, { source, clock }: ConnectorDeps): Connector {
  const { url, headers, maxResponse } = settings;
  const fail = failuresOf(source);
  // Paths are below the origin: the address itself may end in a slash that matters.
  const base = new URL(url.origin);
  const wireTo = (origin: string): Wire =>
    openWire({ origin, proxy: settings.proxy?.href, tls: origin === base.origin ? tls : trustElsewhere(tls), maxResponse }, fail);
  const wire = wireTo(base.origin);
  const auth = openAuth(settings.auth, { base, wire, wireTo, fail, clock });
  const transport = openTransport({ base, headers, wire, auth, fail, clock });
  const context = { transport, path: url.pathname, fail, clock };

  const entityOf = (name: string): GraphqlEntity => declared(entities.get(name), `${source} has no entity "${name}"`);
  return {
    source,
    capabilities,
    read: async (request, call) => {
      const entity = entityOf(request.entity);
      const operation = declared(entity.read, `${source}.${request.entity} cannot be read by key`);
      return readKeys({ entity, operation, request, call, context });
    },
    find: async (request, call) => {
      const entity = entityOf(request.entity);
      if (request.kind === 'list') {
        const operation = declared(entity.list, `${source}.${request.entity} cannot be listed`);
        return [await listRows({ entity, operation, request, call, context })];
      }
      const operation = declared(entity.find.get(request.attribute), `${source}.${request.entity} cannot be found by "${request.attribute}"`);
      return findByValues({ entity, operation, request, call, context });
    },
    close: () => transport.close(),
  };
}

/** For a server other than the source: the private authority besides the usual ones, and no client certificate. */
function trustElsewhere({ ca }: TlsFiles): { readonly ca?: readonly string[] } {
  return ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] };
}

/** What a request names has to be among the capabilities: anything else is a mistake of the planner's. */
function declared<Value>(value: Value | undefined, message: string): Value {
  if (value === undefined) throw new TypeError(message);
  return value;
}
