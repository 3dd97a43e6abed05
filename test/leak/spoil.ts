import type { ServerResponse } from 'node:http';
import { unreachable } from '../../src/errors.ts';
import type { Answered } from './source-answers.ts';
import type { Fault } from './faults.ts';
import type { World } from './world.ts';

/** Answers badly. Whatever is said is said with values: of those who were asked for, and of others. */
export function spoil(response: ServerResponse, fault: Fault, answered: Answered, world: World): void {
  const rows = answered.body[answered.rows] as readonly Readonly<Record<string, unknown>>[];
  const [first] = answered.about;
  const record = first?.records[answered.source] ?? {};
  const values = JSON.stringify(record);
  const told = { 'x-debug': first?.number ?? '', 'content-type': 'application/json' };
  const send = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, { ...told, ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  const withRows = (changed: readonly unknown[]): void => send(200, { ...answered.body, [answered.rows]: changed });
  switch (fault) {
    case 'timeout': return undefined;
    case 'status 500': return send(500, '');
    case 'status 503 with values': return send(503, { message: `cannot load ${values}` });
    case 'said error': return send(200, { error: `no rights on ${values}`, ...answered.body });
    case 'broken JSON': return send(200, `${JSON.stringify(answered.body).slice(0, -1)}, ${values}`);
    case 'a page for people': return send(200, `<html><title>${values}</title></html>`, { 'content-type': 'text/html' });
    case 'another key': {
      const others = world.people.filter((person) => person !== first).flatMap((person) => person.records[answered.source] ?? []);
      return withRows([...rows.slice(1), ...others.slice(0, 2)]);
    }
    case 'no key': return withRows(rows.map(({ id, ...rest }) => ({ ...rest, ID: id })));
    case 'wrong types': return withRows(rows.map((row) => wrong(row, values)));
    case 'twice': return withRows([...rows, ...rows.map((row) => ({ ...row, first_name: first?.number }))]);
    case 'rate limit': return send(429, values, { 'retry-after': first?.number ?? '' });
    case 'redirect': return send(302, values, { location: `http://elsewhere.example/${first?.number ?? ''}` });
    case 'cut off': {
      response.writeHead(200, { ...told, 'content-length': '1000000' });
      response.write(values);
      return void setTimeout(() => response.destroy(), 5);
    }
    default: return unreachable(fault);
  }
}

/** Objects where values are promised, and values where lists are, with something of everything in them; names and keys stay. */
function wrong(row: Readonly<Record<string, unknown>>, values: string): Readonly<Record<string, unknown>> {
  const kept = ['id', 'number', 'customer_number', 'external_id', 'account', 'requester', 'ticket'];
  return Object.fromEntries(Object.entries(row).map(([name, value], index) => {
    if (kept.includes(name)) return [name, value];
    return [name, [{ oops: values }, { toString: value, value: values }, [[value], { oops: values }], { [values]: value }][index % 4]];
  }));
}
