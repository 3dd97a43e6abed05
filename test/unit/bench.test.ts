import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { accountAt, contactAt, customerAt, customerCount, keysAt, ticketsAt } from '../../bench/gateways/company.ts';
import { ratioOf, shown, spreadOf } from '../../bench/gateways/figures.ts';
import { expectEqual } from '../../bench/gateways/gate.ts';
import { numbersOf } from '../../bench/gateways/load.ts';
import { processorTime, residentMemory, timeIn } from '../../bench/gateways/processor-time.ts';
import { federated, flat, ours, plain } from '../../bench/gateways/queries.ts';
import { table } from '../../bench/gateways/table.ts';

describe('processor time', () => {
  test('is user and system time, whatever the program is called', () => {
    expect(timeIn('4711 (node (a) b) S 1 4711 4711 0 -1 4194304 9000 0 0 0 250 31 7 8 20 0 11 0 123456 700000000 20000')).toBe(2810);
  });
  test('that cannot be read is not taken for none', () => {
    expect(() => timeIn('4711 (node) S 1')).toThrow('fields 14 and 15');
  });

  const itOnLinux = process.platform === 'linux' ? test : test.skip;
  itOnLinux('of this process grows with what it does, and its memory is known', () => {
    const before = processorTime(process.pid);
    while (processorTime(process.pid) < before + 30) readFileSync('/proc/self/stat');
    expect(residentMemory(process.pid)).toBeGreaterThan(2 ** 20);
  });
});

describe('figures', () => {
  test('are told by their middle and how far they lie apart', () => {
    expect(spreadOf([30, 10, 20])).toEqual({ median: 20, least: 10, most: 30, rounds: [30, 10, 20] });
    expect(spreadOf([4, 1, 2, 3]).median).toBe(2.5);
    expect(shown(spreadOf([30, 10, 20]), 1)).toBe('20.0 (10.0 to 30.0)');
  });
  test('are compared within a round: what slowed all of it down is in both', () => {
    expect(ratioOf(spreadOf([200, 600, 220]), spreadOf([100, 300, 100]))).toMatchObject({ median: 2, least: 2, most: 2.2 });
  });
  test('stand in a table that is Markdown', () => {
    expect(table(['', 'µs'], [['floor', '282'], ['ours', '1000']])).toBe(['|       |   µs |', '| ----- | ---: |', '| floor |  282 |', '| ours  | 1000 |'].join('\n'));
  });
});

describe('the gate', () => {
  const she = customerAt(7, 'all');
  const { billing, tickets, ...crm } = she;
  const answers = {
    plain: [plain, { customers: [she] }],
    flat: [flat, { data: { found: she } }],
    federated: [federated, { data: { found: { ...crm, account: billing, requester: { tickets } } } }],
    ours: [ours, { data: { found: { ...crm, billing, tickets: { edges: tickets?.map((node) => ({ node })) } } } }],
  } as const;

  test.each(Object.entries(answers))('reads the answer of a contestant: %s', (name, [dialect, answer]) => {
    expect(() => expectEqual({ name }, dialect.read(answer), [she])).not.toThrow();
    expect(() => expectEqual({ name }, dialect.read(answer), [customerAt(8, 'all')])).toThrow(`${name} answers wrongly`);
  });
  test('takes no answer with errors', () => {
    expect(() => ours.read({ data: { found: she }, errors: [{ message: 'no' }] })).toThrow('expected data alone');
  });
  test('tells a missing customer from one who is there', () => {
    expect(() => expectEqual({ name: 'x' }, ours.read({ data: { found: [null] } }), [she])).toThrow('answers wrongly');
  });
  test('looks past the order of fields alone', () => {
    const { number, ...rest } = she;
    expect(() => expectEqual({ name: 'x' }, [{ ...rest, number }], [she])).not.toThrow();
    expect(() => expectEqual({ name: 'x' }, [{ ...she, tickets: tickets?.toReversed() }], [she])).toThrow('answers wrongly');
  });
});

describe('the customers', () => {
  test('have keys of their own in each system', () => {
    for (const name of ['number', 'crm', 'billing', 'support'] as const) {
      expect(new Set(Array.from({ length: customerCount }, (_, at) => keysAt(at)[name])).size).toBe(customerCount);
    }
  });
  test('are related by the keys that the CRM holds', () => {
    const { accountId, requesterId } = contactAt(42);
    expect([accountAt(42).id, ...ticketsAt(42).map((ticket) => ticket.requesterId)]).toEqual([accountId, ...ticketsAt(42).map(() => requesterId)]);
  });
  test('are all asked for in turns, and no two of a list are the same', () => {
    expect(numbersOf(0, 3)).toEqual(['10001', '10002', '10003']);
    expect(numbersOf(1, 3)).toEqual(['10004', '10005', '10006']);
    expect(new Set(numbersOf(199, 1000)).size).toBe(1000);
  });
});
