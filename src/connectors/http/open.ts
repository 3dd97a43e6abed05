import type { Capabilities, Connector, ConnectorDeps } from '../connector.ts';
import { connect } from './connect.ts';
import { findByValues } from './find.ts';
import { listRows } from './list.ts';
import type { HttpEntity } from './operations.ts';
import { readKeys } from './read.ts';
import type { SourceSettings } from './settings.ts';
import type { TlsFiles } from './wire.ts';

/** An http source that is understood. */
export interface HttpSource {
  readonly settings: SourceSettings;
  readonly tls: TlsFiles;
  readonly entities: ReadonlyMap<string, HttpEntity>;
  readonly capabilities: Capabilities;
}

/** Opens a source. Nothing is sent before the first call. */
export function openHttp({ settings, tls, entities, capabilities }: HttpSource, { source, clock }: ConnectorDeps): Connector {
  const context = connect(settings, tls, { source, clock });

  const entityOf = (name: string): HttpEntity => declared(entities.get(name), `${source} has no entity "${name}"`);
  return {
    source,
    capabilities,
    read: async (request, call) => {
      const entity = entityOf(request.entity);
      return readKeys(entity, declared(entity.read, `${source}.${request.entity} cannot be read by key`), request, call, context);
    },
    find: async (request, call) => {
      const entity = entityOf(request.entity);
      if (request.kind === 'list') {
        return [await listRows(entity, declared(entity.list, `${source}.${request.entity} cannot be listed`), request, call, context)];
      }
      const { attribute } = request;
      const operation = declared(entity.find.get(attribute), `${source}.${request.entity} cannot be found by "${attribute}"`);
      return findByValues({ entity, operation, request, call, context });
    },
    close: () => context.transport.close(),
  };
}

/** What a request names has to be among the capabilities: anything else is a mistake of the planner's. */
export function declared<Value>(value: Value | undefined, message: string): Value {
  if (value === undefined) throw new TypeError(message);
  return value;
}
