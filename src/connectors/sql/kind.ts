import type { Faults } from '../../parse/faults.ts';
import { parse } from '../../parse/parse.ts';
import type { Capabilities, ConnectorKind, EntityCapabilities, EntityText } from '../connector.ts';
import { parseFile, parseServer } from './address.ts';
import { openSql } from './open.ts';
import { entityShape, isIdentifier, sourceShape, type Entity } from './settings.ts';
import type { SqlSource } from './source.ts';

/** Tables of a relational database, read in place. */
export const sqlKind: ConnectorKind = {
  name: 'sql',
  parse: (text, faults) => {
    const before = faults.all().length;
    const settings = parse(sourceShape, text.settings, faults);
    const address = settings === undefined ? undefined : parseAddress();
    const entities = new Map(
      Object.entries(text.entities).flatMap(([name, entity]) => {
        const parsed = parseEntity(entity, faults.at(`entities.${name}`));
        return parsed === undefined ? [] : [[name, parsed] as const];
      }),
    );
    if (settings === undefined || address === undefined || faults.all().length > before) return undefined;
    const source: SqlSource = { address, pool: settings.pool, schema: settings.schema, entities };
    const capabilities: Capabilities = new Map([...entities].map(([name, entity]) => [name, capabilitiesOf(entity)]));
    return { capabilities, open: (deps) => openSql(source, capabilities, deps) };

    function parseAddress(): SqlSource['address'] | undefined {
      if (settings === undefined) return undefined;
      const { dialect } = settings;
      if (dialect === 'sqlite') {
        const file = parseFile(settings, text.folder, faults);
        return file && { dialect, ...file };
      }
      const server = parseServer(dialect, settings, text.folder, faults);
      return server && { dialect, ...server };
    }
  },
};

function parseEntity(text: EntityText, faults: Faults): Entity | undefined {
  if (!isIdentifier(text.key)) faults.add('key', `expected a column, got ${JSON.stringify(text.key)}`);
  const entity = parse(entityShape, text.settings, faults);
  return entity && { ...entity, table: entity.table.split('.'), key: text.key };
}

function capabilitiesOf({ batch, find, list }: Entity): EntityCapabilities {
  return {
    projects: true,
    read: { batch },
    find: new Map(Object.entries(find).map(([name, look]) => [name, { batch: look.batch, pageSize: look.pageSize }])),
    list: list && { pageSize: list.pageSize, filters: Object.keys(list.filters), orders: Object.keys(list.orders) },
  };
}
