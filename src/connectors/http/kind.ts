import { parse } from '../../parse/parse.ts';
import type { ConnectorKind } from '../connector.ts';
import { openHttp } from './open.ts';
import { capabilitiesOf, compileEntity, type HttpEntity } from './operations.ts';
import { entityShape, sourceShape } from './settings.ts';
import { readTls } from '../../servers/tls-files.ts';

/** Sources that speak JSON over HTTP. */
export const httpKind: ConnectorKind = {
  name: 'http',
  parse: (text, faults) => {
    const before = faults.all().length;
    const settings = parse(sourceShape, text.settings, faults);
    const entities = new Map<string, HttpEntity>();
    for (const [name, { key, settings: entityText }] of Object.entries(text.entities)) {
      const below = faults.at(`entities.${name}`);
      const entity = parse(entityShape, entityText, below);
      if (entity !== undefined) entities.set(name, compileEntity(key, entity, settings?.error, below));
    }
    const tls = readTls(settings?.tls ?? {}, text.folder, faults.at('tls'));
    if (settings === undefined || faults.all().length > before) return undefined;
    const capabilities = new Map([...entities].map(([name, entity]) => [name, capabilitiesOf(entity)]));
    return { capabilities, open: (deps) => openHttp({ settings, tls, entities, capabilities }, deps) };
  },
};
