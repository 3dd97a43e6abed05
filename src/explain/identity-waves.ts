import { asksSources } from '../authorization/visible-customers.ts';
import type { Rights } from '../authorization/rights.ts';
import type { Caller } from '../caller/caller.ts';
import type { IdentifierName } from '../config/gateway-file.ts';
import type { SourceSettings } from '../config/source-file.ts';
import type { PlannedRoot } from '../federation/plan/plan-roots.ts';
import { pageFields } from '../federation/roots/list-customers.ts';
import { identifierFields } from '../identity/identifiers.ts';
import type { CustomerKey } from '../identity/identity.ts';
import { lookupOf } from '../identity/lookups.ts';
import type { SourceName } from '../ids.ts';
import type { Model } from '../schema/model.ts';
import type { KeyPath, PlannedCall, Wave } from './waves.ts';

export interface Looking {
  readonly caller: Caller;
  readonly rights: Pick<Rights, 'seesSomeOnly'>;
  readonly sources: readonly SourceSettings[];
  readonly lead: SourceSettings;
  readonly keyPath: KeyPath;
  readonly model: Model;
  readonly purpose: string;
}

/** How the customers of the root fields are found where the store does not know them; and the page of a list. */
export function lookUpWave(roots: readonly PlannedRoot[], looking: Looking): Wave {
  return { name: 'look-up', calls: roots.flatMap((root) => callsOf(root, looking)) };
}

function callsOf(root: PlannedRoot, looking: Looking): readonly PlannedCall[] {
  const { caller, lead } = looking;
  switch (root.kind) {
    case 'one': return root.key.kind === 'key' ? lookUps(root.key.key, looking) : [];
    case 'many': return root.keys.flatMap((asked) => (asked.kind === 'key' ? lookUps(asked.key, looking) : []));
    case 'self': return caller.customers === 'all' ? [] : caller.customers.slice(0, 1).flatMap((value) => lookUps({ kind: 'number', value }, looking));
    case 'list': {
      const by = ['list', ...root.filters.map(({ name }) => `by ${name}`), ...(root.order === undefined ? [] : [`ordered by ${root.order.name}`])].join(' ');
      return [{ source: lead.name, entity: lead.identity.entity, by, paths: pageFields(looking, root), when: 'always' }];
    }
    // What a change rests on is compared with what the sources say now.
    case 'change': return looking.sources.map((source) => ({ ...ofRecord(source, looking), when: 'where the customer has a record there' }));
    case 'refused':
    case 'reviews':
    case 'record':
    case 'access':
    case 'accessList':
    // What a report asks is asked by operations of its own.
    case 'report':
    case 'own': return [];
  }
}

function lookUps(key: CustomerKey, looking: Looking): readonly PlannedCall[] {
  const { caller, rights, sources, lead } = looking;
  if (!asksSources(caller, rights, key)) return [];
  const when = 'where the store has no link';
  switch (key.kind) {
    case 'id':
    case 'token': return [];
    case 'external': return sources.filter(({ name }) => name === key.namespace).map((source) => ({ ...ofRecord(source, looking), when }));
    case 'number':
    case 'email':
    case 'phone': return [lead, ...sources.filter((source) => source !== lead)].flatMap((source) => find(source, key.kind))
      .map((call, place) => ({ ...call, when: place === 0 ? when : `${when} and none before knows her` }));
  }
}

/** How she is found in sources that she is not linked to yet. */
export function linkWave(needed: ReadonlySet<SourceName>, identifiers: readonly IdentifierName[], { sources }: Looking): Wave {
  const calls = sources.filter(({ name }) => needed.has(name)).flatMap((source) => identifiers.flatMap((name) => find(source, name)));
  return { name: 'links', calls: calls.map((call) => ({ ...call, when: 'where she is not linked to it' })) };
}

function find(source: SourceSettings, name: IdentifierName): readonly PlannedCall[] {
  const asked = lookupOf(source, name);
  return asked === undefined ? [] : [{ source: source.name, entity: asked.entity, by: asked.attribute, paths: asked.fields, when: '' }];
}

function ofRecord(source: SourceSettings, { keyPath }: Looking): Omit<PlannedCall, 'when'> {
  const { name, identity: { entity } } = source;
  return { source: name, entity, by: keyPath(name, entity), paths: identifierFields(source) };
}
