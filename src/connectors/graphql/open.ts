import type { Capabilities, Connector, ConnectorDeps } from '../connector.ts';
import { connect } from '../http/connect.ts';
import { findByValues } from '../http/find.ts';
import { listRows } from '../http/list.ts';
import { declared } from '../http/open.ts';
import { readKeys } from '../http/read.ts';
import type { SourceSettings } from '../http/settings.ts';
import type { Transport } from '../http/transport.ts';
import type { TlsFiles } from '../http/wire.ts';
import type { Fail } from '../http/failure.ts';
import { askAliased } from './find-aliased.ts';
import { failuresIn } from './heed-errors.ts';
import type { GraphqlEntity } from './operations.ts';

/** A GraphQL source that is understood. */
export interface GraphqlSource {
  readonly settings: SourceSettings;
  readonly tls: TlsFiles;
  readonly entities: ReadonlyMap<string, GraphqlEntity>;
  readonly capabilities: Capabilities;
}

/** Opens a source. Nothing is sent before the first call. */
export function openGraphql({ settings, tls, entities, capabilities }: GraphqlSource, { source, clock }: ConnectorDeps): Connector {
  const context = connect(settings, tls, { source, clock });
  const strict = { ...context, transport: refusingErrors(context.transport, context.fail) };
  const entityOf = (name: string): GraphqlEntity => declared(entities.get(name), `${source} has no entity "${name}"`);
  return {
    source,
    capabilities,
    read: async (request, call) => {
      const { http } = entityOf(request.entity);
      return readKeys(http, declared(http.read, `${source}.${request.entity} cannot be read by key`), request, call, strict);
    },
    find: async (request, call) => {
      const { http: entity, aliased } = entityOf(request.entity);
      if (request.kind === 'list') {
        return [await listRows(entity, declared(entity.list, `${source}.${request.entity} cannot be listed`), request, call, strict)];
      }
      const operation = declared(entity.find.get(request.attribute), `${source}.${request.entity} cannot be found by "${request.attribute}"`);
      const document = aliased.get(request.attribute);
      const finding = { entity, operation, request, call, context: strict };
      return document === undefined ? findByValues(finding) : findByValues(finding, askAliased(document, context.transport));
    },
    close: () => context.transport.close(),
  };
}

/** An answer about one thing that tells of an error is not used, even if it has some data beside it. */
function refusingErrors(transport: Transport, fail: Fail): Transport {
  return {
    ...transport,
    send: async (request, call) => {
      const answer = await transport.send(request, call);
      if (answer.kind === 'nothing') throw fail('SOURCE_UNAVAILABLE', `${request.label} answered ${answer.status}`, { fault: 'request' });
      const { whole, byRoot } = failuresIn(answer.body, request.label, fail);
      const [first = whole] = byRoot.values();
      if (first !== undefined) throw first;
      return answer;
    },
  };
}
