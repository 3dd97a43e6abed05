import type { Capabilities, Connector, ConnectorDeps } from '../connector.ts';
import { connect } from '../http/connect.ts';
import { declared } from '../http/open.ts';
import type { TlsFiles } from '../http/wire.ts';
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
  const { baseUrl: url } = settings;
  // Paths are below the origin: the address may end in a slash that matters.
  const context = { ...connect({ ...settings, baseUrl: new URL(url.origin) }, tls, { source, clock }), path: url.pathname };
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
      const { attribute } = request;
      const operation = declared(entity.find.get(attribute), `${source}.${request.entity} cannot be found by "${attribute}"`);
      return findByValues({ entity, operation, request, call, context });
    },
    close: () => context.transport.close(),
  };
}
