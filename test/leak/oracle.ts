import { isCompositeType, getNamedType, isAbstractType, isObjectType, type GraphQLSchema } from 'graphql';
import { purposes, type Asker } from './callers.ts';
import type { Draft } from './documents.ts';
import { keyOf, type Key } from './keys.ts';
import { knownOf, type Known } from './known.ts';
import { searches } from './mapping.ts';
import { fieldsOf, type Piece, type Selected } from './pieces.ts';
import { reach } from './reach.ts';
import { bares, permits, type Action } from './rules.ts';
import type { SchemaText } from './schema-text.ts';
import { tellAll } from './tell.ts';
import type { Person, World } from './world.ts';

/** One question to the gateway, by somebody, in a world. */
export interface Case {
  readonly world: World;
  readonly ids: ReadonlyMap<Person, string>;
  readonly asker: Asker;
  readonly draft: Draft;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Which markers may be in the answer, and which of them must be if nothing fails. */
export interface Verdict {
  readonly allowed: ReadonlySet<string>;
  readonly owed: ReadonlySet<string>;
}

/** Says what a caller may be told by a document: the rules of this deployment and the law in plain words, and nothing of the gateway's own code. */
export function judge({ world, ids, asker, draft, now }: Case, text: SchemaText, schema: GraphQLSchema): Verdict {
  const [allowed, owed] = [new Set<string>(), new Set<string>()];
  if (!purposes[asker.kind].includes(asker.purpose)) return { allowed, owed };
  const selected = classesIn(draft.roots, text, schema);
  const may = (action: Action, field: string, known?: Known): boolean =>
    permits({ asker, action, field, dataClass: text.dataClass(field) ?? '', known, selected });

  const tell = (person: Person, pieces: readonly Piece[], sure: boolean): void => {
    const known = knownOf(person, now);
    if (!may('see', 'Customer.id', known)) return;
    tellAll({
      schema, person, pieces,
      reads: (field) => may('read', field, known),
      bares: (field) => bares({ asker, action: 'read', field, dataClass: text.dataClass(field) ?? '', known, selected }),
      keysAsTheyAre: asker.kind !== 'partner',
      told(tokens, handy) {
        for (const token of tokens) {
          allowed.add(token);
          if (handy && sure) owed.add(token);
        }
      },
    });
  };
  const byKey = (key: Key, pieces: readonly Piece[]): void => {
    const [name = ''] = Object.keys(key);
    if (!may('lookup', searches[name] ?? name)) return;
    const found = reach(asker, key, { world, ids, now });
    if (found !== undefined) tell(found.person, pieces, found.sure);
  };

  for (const root of fieldsOf(schema, 'Query', draft.roots)) {
    const below = root.below ?? [];
    if (root.name === 'customer') byKey(root.arguments['by']?.value as Key, below);
    if (root.name === 'customersBy') for (const key of root.arguments['keys']?.value as readonly Key[]) byKey(key, below);
    if (root.name === 'node') byKey({ id: root.arguments['id']?.value }, below);
    if (root.name === 'nodes') for (const id of root.arguments['ids']?.value as readonly string[]) byKey({ id }, below);
    if (root.name === '_entities') for (const key of entityKeys(root.arguments)) byKey(key, below);
    if (root.name === 'me') {
      const [number, another] = asker.kind === 'customer' ? (asker.numbers ?? []) : [];
      const person = another === undefined ? world.people.find((one) => one.number === number) : undefined;
      if (person !== undefined) tell(person, below, person.stored && person.records.crm !== undefined);
    }
    if (root.name === 'customers') for (const person of listed(root, world, asker, may, now)) for (const node of nodes(schema, 'Customer', below)) tell(person, node, true);
  }
  return { allowed, owed };
}

type May = (action: Action, field: string, known?: Known) => boolean;

interface ListArguments {
  readonly first?: number;
  readonly where?: Readonly<Record<string, string>>;
  readonly orderBy?: { readonly field: string; readonly direction: string };
}

/**
 * Whom `customers` lists: those who may not be seen are not there, so that the page goes on behind them. A source that fails may
 * list anybody: other rows than were asked for, in any order.
 */
function listed({ arguments: given }: Selected, { people, faulty }: World, asker: Asker, may: May, now: number): readonly Person[] {
  const { first = 20, where = {}, orderBy } = Object.fromEntries(Object.entries(given).map(([name, { value }]) => [name, value])) as ListArguments;
  const searched = [...Object.keys(where).map((name) => ['filter', name] as const), ...(orderBy === undefined ? [] : [['order', orderBy.field] as const])];
  if (asker.numbers !== undefined || !may('list', 'Query.customers') || !searched.every(([action, name]) => may(action, searches[name] ?? name))) return [];
  const seen = (person: Person): boolean => person.records.crm !== undefined && may('see', 'Customer.id', knownOf(person, now));
  if (faulty) return people.filter(seen);
  const fits = ({ records: { crm } }: Person): boolean => crm !== undefined &&
    (where['segment'] === undefined || (crm['segments'] as readonly string[]).includes(where['segment'])) &&
    (where['city'] === undefined || (crm['address'] as { readonly city: string }).city === where['city']);
  const found = people.filter(fits);
  const by = ({ records: { crm } }: Person): string => String((orderBy?.field === 'SINCE' ? crm?.['since'] : crm?.['last_name']) ?? '~');
  const sign = orderBy?.direction === 'DESC' ? -1 : 1;
  const sorted = orderBy === undefined ? found : found.toSorted((one, other) => sign * (by(one) < by(other) ? -1 : by(one) > by(other) ? 1 : 0));
  return sorted.filter(seen).slice(0, first);
}

/** What is selected of the nodes of a connection. */
export function nodes(schema: GraphQLSchema, type: string, connection: readonly Piece[]): readonly (readonly Piece[])[] {
  return fieldsOf(schema, `${type}Connection`, connection).filter(({ name }) => name === 'edges')
    .flatMap(({ below = [] }) => fieldsOf(schema, `${type}Edge`, below)).filter(({ name }) => name === 'node').map(({ below = [] }) => below);
}

/** The data classes of all that is selected, of every type that may stand at a place, and of all that is searched by. */
function classesIn(roots: readonly Piece[], text: SchemaText, schema: GraphQLSchema): ReadonlySet<string> {
  const classes = new Set<string>();
  const add = (field: string): void => {
    const name = text.dataClass(field);
    if (name !== undefined) classes.add(name);
  };
  const collect = (type: string, pieces: readonly Piece[]): void => {
    const parent = schema.getType(type);
    for (const { name, below, arguments: given } of fieldsOf(schema, type, pieces)) {
      const field = isObjectType(parent) ? parent.getFields()[name] : undefined;
      if (field === undefined) continue;
      add(`${type}.${name}`);
      for (const searched of namesIn(given)) add(searches[searched] ?? '');
      const named = getNamedType(field.type);
      if (below === undefined || !isCompositeType(named)) continue;
      for (const object of isAbstractType(named) ? schema.getPossibleTypes(named) : [named]) collect(object.name, below);
    }
  };
  collect('Query', roots);
  return classes;
}

function entityKeys({ representations }: Selected['arguments']): readonly Key[] {
  return ((representations?.value ?? []) as readonly Key[]).flatMap((one): readonly Key[] => [keyOf(one) ?? []].flat());
}

function namesIn(given: Selected['arguments']): readonly string[] {
  const { by, keys, id, ids, where, orderBy } = given;
  const asked = id !== undefined || (ids?.value as readonly string[] | undefined)?.[0] !== undefined ? ['id'] : [];
  const inputs = [...asked, ...[by?.value, ...((keys?.value ?? []) as readonly object[]), ...entityKeys(given), where?.value].flatMap((one) => Object.keys(one ?? {}))];
  return orderBy === undefined ? inputs : [...inputs, (orderBy.value as { readonly field: string }).field];
}
