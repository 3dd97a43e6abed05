import type { Faults } from '../../parse/faults.ts';
import { parse } from '../../parse/parse.ts';
import { parseAddress } from '../../servers/mongodb-address.ts';
import type { Capabilities, ConnectorKind, EntityCapabilities, EntityText } from '../connector.ts';
import { openMongodb } from './open.ts';
import { entityShape, isPath, sourceShape, type Entity } from './settings.ts';

/** Collections of a MongoDB database, read in place. */
export const mongodbKind: ConnectorKind = {
  name: 'mongodb',
  parse: (text, faults) => {
    const before = faults.all().length;
    const settings = parse(sourceShape, text.settings, faults);
    const address = settings && parseAddress(settings, text.folder, faults);
    const entities = new Map(
      Object.entries(text.entities).flatMap(([name, entity]) => {
        const parsed = parseEntity(entity, faults.at(`entities.${name}`));
        return parsed === undefined ? [] : [[name, parsed] as const];
      }),
    );
    if (settings === undefined || address === undefined || faults.all().length > before) return undefined;
    const { database, pool, readPreference } = settings;
    const capabilities: Capabilities = new Map([...entities].map(([name, entity]) => [name, capabilitiesOf(entity)]));
    return { capabilities, open: (deps) => openMongodb({ address, database, pool, readPreference, entities }, capabilities, deps) };
  },
};

function parseEntity({ key, settings }: EntityText, faults: Faults): Entity | undefined {
  if (!isPath(key)) faults.add('key', `expected "_id" or a dotted path, got ${JSON.stringify(key)}`);
  const entity = parse(entityShape, settings, faults);
  return entity && { ...entity, key };
}

function capabilitiesOf({ batch, find, list }: Entity): EntityCapabilities {
  return {
    projects: true,
    read: { batch },
    find: new Map(Object.entries(find).map(([name, look]) => [name, { batch: look.batch, pageSize: look.pageSize }])),
    list: list && { pageSize: list.pageSize, filters: Object.keys(list.filters), orders: Object.keys(list.orders) },
  };
}
