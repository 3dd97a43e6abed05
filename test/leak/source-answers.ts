import type { Person, Row, SourceName, World } from './world.ts';

/** A request to one of the sources. */
export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Partial<Record<'ids' | 'values' | 'fields', readonly string[]>>> & { readonly by?: string };
}

/** What a healthy source says, and of whom. */
export interface Answered {
  readonly source: SourceName;
  readonly about: readonly Person[];
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** The member of the body that holds the rows. */
  readonly rows: string;
}

type Owned = readonly { readonly person: Person; readonly row: Row }[];

/** Answers as the three sources would. */
export function answerOf(world: World, asked: Asked): Answered {
  const [, source = '', ...path] = asked.path.split('/').map(decodeURIComponent);
  switch (source) {
    case 'crm': return crm(world, path.join('/'), asked);
    case 'billing': return billing(world, path, asked);
    default: return desk(world, path, asked);
  }
}

function crm(world: World, path: string, { query, body: { ids, by = '', values, fields = [] } }: Asked): Answered {
  const all = recordsOf(world, 'crm');
  const answered = (found: Owned, paths: readonly string[], more: object = {}): Answered => ({
    source: 'crm', about: found.map(({ person }) => person), status: 200, rows: 'results',
    body: { results: found.map(({ row }) => projected(row, paths)), ...more },
  });
  if (path === 'contacts/batch') return answered(all.filter(({ row }) => ids?.includes(row.id)), fields);
  if (path === 'contacts/search') return answered(all.filter(({ row }) => values?.some((value) => same(by, value, row[by]))), fields);
  const [order, segment, city] = ['sort', 'segment', 'city'].map((name) => query.get(name));
  const found = sorted(all, order ?? '').filter(({ row }) =>
    (segment === null || segment === undefined || (row['segments'] as readonly string[]).includes(segment)) &&
    (city === null || city === undefined || (row['address'] as Readonly<Record<string, unknown>>)['city'] === city));
  const offset = Number(query.get('offset'));
  return answered(found.slice(offset, offset + Number(query.get('limit'))), query.get('fields')?.split(',') ?? [], { total: found.length });
}

function billing(world: World, [, owner, below]: readonly string[], { query }: Asked): Answered {
  const all = recordsOf(world, 'billing');
  const answered = (found: Owned, more: object = {}): Answered =>
    ({ source: 'billing', about: found.map(({ person }) => person), status: 200, rows: 'data', body: { data: found.map(({ row }) => row), ...more } });
  if (below === undefined) return answered(all.filter(({ row }) => listed(query, 'ids', row.id) || listed(query, 'numbers', row['customer_number']) || listed(query, 'emails', row['email'])));
  const own = all.filter(({ row }) => row.id === owner).flatMap(({ person }) => person.rows.invoices.map((row) => ({ person, row })));
  const start = own.findIndex(({ row }) => row.id === query.get('after')) + 1;
  const page = own.slice(start, start + Number(query.get('limit')));
  return answered(page, { next: start + page.length < own.length ? page.at(-1)?.row.id : null });
}

function desk(world: World, [kind, owner, below]: readonly string[], { query }: Asked): Answered {
  const all = recordsOf(world, 'desk');
  const fields = query.get('fields')?.split(',') ?? [];
  const answered = (found: Owned, more: object = {}): Answered => ({
    source: 'desk', about: found.map(({ person }) => person), status: 200, rows: 'rows',
    body: { rows: found.map(({ row }) => Object.fromEntries(Object.entries(row).filter(([name]) => fields.includes(name)))), ...more },
  });
  if (below === undefined) return answered(all.filter(({ row }) => listed(query, 'ids', row.id) || listed(query, 'numbers', row['external_id']) || listed(query, 'phones', row['phone'])));
  if (kind === 'tickets') return answered(all.flatMap(({ person }) => (person.rows.comments.get(owner ?? '') ?? []).map((row) => ({ person, row }))));
  const own = all.filter(({ row }) => row.id === owner).flatMap(({ person }) => person.rows.tickets.map((row) => ({ person, row })));
  const size = Number(query.get('size'));
  const start = (Number(query.get('page')) - 1) * size;
  return answered(own.slice(start, start + size), { pages: Math.ceil(own.length / size) });
}

function recordsOf({ people }: World, source: SourceName): Owned {
  return people.flatMap((person) => {
    const row = person.records[source];
    return row === undefined ? [] : [{ person, row }];
  });
}

/** The order of a list; what has no value comes last. */
function sorted(all: Owned, order: string): Owned {
  const [name, sign] = order.startsWith('-') ? [order.slice(1), -1] : [order, 1];
  if (name === '') return all;
  const by = ({ row }: Owned[number]): string => String(row[name] ?? '~');
  return all.toSorted((one, other) => sign * (by(one) < by(other) ? -1 : by(one) > by(other) ? 1 : 0));
}

function listed(query: URLSearchParams, name: string, value: unknown): boolean {
  return query.get(name)?.split(',').some((one) => same(name, one, value)) === true;
}

function same(by: string, asked: string, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (by.startsWith('phone')) return asked.replace(/\D/g, '') === value.replace(/\D/g, '');
  return asked.toLowerCase() === value.toLowerCase();
}

/** Exactly the asked paths of a row. */
function projected(row: Row, paths: readonly string[]): unknown {
  const result: Record<string, unknown> = {};
  for (const path of paths) {
    const [first = '', ...rest] = path.split('.');
    if (!(first in row)) continue;
    if (rest.length === 0) result[first] = row[first];
    else result[first] = merged(result[first], cut(row[first], rest));
  }
  return result;
}

function cut(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: unknown) => cut(item, [step, ...rest]));
  return step in value ? { [step]: cut((value as Readonly<Record<string, unknown>>)[step], rest) } : {};
}

function merged(one: unknown, other: unknown): unknown {
  if (one === undefined || one === null || typeof one !== 'object' || other === null || typeof other !== 'object') return other;
  if (Array.isArray(one) && Array.isArray(other)) return one.map((item: unknown, index) => merged(item, other[index]));
  return { ...one, ...other };
}
