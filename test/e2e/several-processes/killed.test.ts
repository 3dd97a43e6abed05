import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { emailConsentOf } from '../../../sample/contacts.ts';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';
import { serveFolder, writeDeployment, type ServedFolder } from '../../fixtures/gateway.ts';
import { mongodbNeeds, startMongodb, type MongodbServer } from '../../fixtures/mongodb-server.ts';
import { startRedis, withRedis, type RedisServer } from '../../fixtures/redis-server.ts';
import { until } from '../../fixtures/until.ts';
import { startRoundRobin, type RoundRobin } from '../../fixtures/round-robin.ts';
import { makeTestIssuer, type TestIssuer } from '../../fixtures/tokens.ts';
import { readTrail } from '../audit/read-trail.ts';
import { commandLineOf, figuresOf, type CommandLine } from '../cli/command-line.ts';

const { title, skipped } = withRedis('Two gateways behind a round robin, of which one is killed', mongodbNeeds);
/** Who asks and who records at the same time, and how many answers there are before and after one is killed. */
const [readers, writers, answersBefore, answersAfter] = [8, 3, 100, 100];

interface Answer {
  /** Milliseconds, as `performance.now` counts them. */
  readonly askedAt: number;
  readonly status: number;
  readonly id: string | null;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of many shapes
  readonly body: any;
}

(skipped ? describe.skip : describe)(title, () => {
  let mongodb: MongodbServer;
  let redis: RedisServer;
  let company: TestCompany;
  let folders: readonly string[];
  let issuer: TestIssuer;
  let env: Readonly<Record<string, string>>;
  let both: readonly [ServedFolder, ServedFolder];
  let front: RoundRobin;
  let line: CommandLine;

  beforeAll(async () => {
    [mongodb, redis] = await Promise.all([startMongodb(), startRedis()]);
    const url = mongodb.url.replace(/\/?\?/, `/${mongodb.database}?`);
    // The company's own gateway is none of the two: it has a store of its own.
    company = await startCompany();
    const text = `${(company.setup.files['customer360.yaml'] ?? '').replace(/sqlite: .*/, `mongodb: "${url}"`)}\nredis: { url: "\${REDIS_URL}", key: "\${REDIS_KEY}" }\n`;
    folders = await Promise.all([0, 1].map(() => writeDeployment({ files: { ...company.setup.files, 'customer360.yaml': text } })));
    issuer = makeTestIssuer();
    await Promise.all(folders.map((folder) => issuer.writeKeys(folder)));
    env = { ...company.setup.env, REDIS_URL: redis.url, REDIS_KEY: 'r'.repeat(32) };
    const [one, other] = await Promise.all(folders.map((folder) => serveFolder({ folder, issuer, env })));
    if (one === undefined || other === undefined) throw new Error('there are two');
    both = [one, other];
    front = await startRoundRobin(both.map((served) => served.url));
    line = commandLineOf(folders[1] ?? '', env);
  }, 60_000);
  afterAll(async () => {
    await front.stop();
    await Promise.all(both.map((served) => served.end('SIGTERM')));
    await company.stop();
    await Promise.all([mongodb.stop(), redis.stop(), ...folders.map((folder) => rm(folder, { recursive: true, force: true }))]);
  });

  const askAt = async (url: string, query: string, variables: object = {}, token = issuer.caller('support')): Promise<Answer> => {
    const askedAt = performance.now();
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) });
    return { askedAt, status: response.status, id: response.headers.get('x-request-id'), body: await response.json() };
  };
  const ask = (...args: Parameters<typeof askAt> extends [string, ...infer Rest] ? Rest : never): Promise<Answer> => askAt(front.url, ...args);
  const sound = (answer: Answer): Answer['body'] => {
    if (answer.status !== 200 || answer.body.errors !== undefined) throw new Error(`expected no errors, got ${answer.status} ${JSON.stringify(answer.body.errors)}`);
    return answer.body.data;
  };

  test('no answer but those under way is lost, and what was acknowledged holds: objections, revocations, and the audit trail', async () => {
    const consenting = company.people.all().filter((person) => person.number !== undefined && emailConsentOf(person) === 'granted').slice(0, 60);
    const numbers = consenting.map(({ number }) => number ?? '');
    const known = sound(await ask('query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { id number } }', { keys: numbers.map((number) => ({ number })) })).customersBy as readonly { readonly id: string; readonly number: string }[];

    // Something granted and taken back by the one that is about to be killed.
    const until1d = new Date(Date.now() + 86_400_000).toISOString();
    const phone = async (url: string): Promise<unknown> => (await askAt(url, '{ customer(by: { number: "10001" }) { phone } }', {}, issuer.caller('marketing'))).body.data.customer.phone;
    const { requestAccess: { id: request } } = sound(await askAt(both[0].url, 'mutation ($input: RequestAccessInput!) { requestAccess(input: $input) { id } }', { input: { fields: ['Customer.phone'], purpose: 'marketing.email', reason: 'call back', until: until1d } }, issuer.caller('marketing')));
    sound(await askAt(both[0].url, 'mutation ($id: ID!) { approveAccess(input: { request: $id }) { state } }', { id: request }, issuer.caller('lead')));
    expect([await phone(both[0].url), await phone(both[1].url)]).toEqual(['+4915121234567', '+4915121234567']);
    const lost = issuer.token({ sub: 'yara', kind: 'staff', roles: ['support'], purposes: ['service.support'], jti: 'lost' });

    const answers: Answer[] = [];
    const objected: string[] = [];
    const waiting: { readonly count: number; readonly go: () => void }[] = [];
    const noted = (answer: Answer): Answer => {
      answers.push(answer);
      for (const one of waiting) if (answers.length >= one.count) one.go();
      return answer;
    };
    const reached = (count: number): Promise<undefined> => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      waiting.push({ count, go: () => resolve(undefined) });
      return promise;
    };
    let going = true;
    const reader = async (from: number): Promise<void> => {
      for (let at = from; going; at += 1) noted(await ask('query ($number: String) { customer(by: { number: $number }) { id number billing { balance } } }', { number: numbers[at % numbers.length] }));
    };
    const left = known.map(({ id }) => id);
    const writer = async (): Promise<void> => {
      while (going) {
        const customer = left.pop();
        if (customer === undefined) return;
        const answer = noted(await ask('mutation ($customer: ID!) { recordObjection(input: { customer: $customer, purpose: "marketing.email", method: PHONE }) { recordedAt } }', { customer }));
        if (answer.status === 200 && answer.body.errors === undefined) objected.push(customer);
      }
    };
    const load = Promise.all([...Array.from({ length: readers }, (_, nth) => reader(nth * 7)), ...Array.from({ length: writers }, writer)]);

    await Promise.race([reached(answersBefore), load]);
    // The last that it does is to take back what it had granted.
    sound(await askAt(both[0].url, 'mutation ($id: ID!) { revokeAccess(input: { request: $id, note: "over" }) { state } }', { id: request }, issuer.caller('lead')));
    const sentBefore = front.sent(both[0].url) - front.inFlight(both[0].url);
    const killed = both[0].end('SIGKILL');
    expect(await phone(both[1].url)).toBeNull();
    await killed;
    const [goneAt, underWay] = [performance.now(), front.sent(both[0].url) - sentBefore];
    await Promise.race([reached(answers.length + answersAfter), load]);
    going = false;
    await load;

    const failed = answers.filter(({ status }) => status !== 200);
    expect(failed.map(({ status }) => status)).toEqual(failed.map(() => 502));
    // Those that it had, or was sent before it was gone; nobody who asked later.
    expect(failed.length).toBeLessThanOrEqual(underWay);
    expect(failed.filter(({ askedAt }) => askedAt > goneAt)).toEqual([]);
    const told = answers.filter(({ status }) => status === 200);
    expect(told.filter(({ body }) => body.errors !== undefined)).toEqual([]);
    expect(told.length).toBeGreaterThanOrEqual(answersBefore + answersAfter - failed.length);
    expect(objected.length).toBeGreaterThan(0);

    // The one that is left refuses what the command line revokes, and knows every objection.
    expect((await askAt(both[1].url, '{ sources { key } }', {}, lost)).status).toBe(200);
    expect(await line.run('token', 'revoke', '--issuer', 'https://login.sample-company.example', '--id', 'lost')).toMatchObject({ code: 0, err: '' });
    expect((await askAt(both[1].url, '{ sources { key } }', {}, lost)).status).toBe(401);
    const numberOf = new Map(known.map(({ id, number }) => [id, number]));
    const reasons = (await Promise.all(objected.map((id) => askAt(both[1].url, 'query ($number: String) { customer(by: { number: $number }) { profile { name } } }', { number: numberOf.get(id) }, issuer.caller('marketing')))))
      .map(({ body }) => body.errors?.[0]?.extensions.reason);
    expect(reasons).toEqual(objected.map(() => 'objection'));

    // Every answer that anybody has received is on record, and the trail is whole.
    const recorded = new Set((await readTrail(line)).flatMap(({ entry }) => (entry !== null && 'requestId' in entry ? [entry.requestId] : [])));
    expect(told.filter(({ id }) => !recorded.has(id ?? ''))).toEqual([]);
    const verified = await line.run('audit', 'verify', '--json');
    expect(verified).toMatchObject({ code: 0, err: '' });
    expect(figuresOf(verified)).toMatchObject({ findings: [] });

    // Another one in its place is asked in its turn, and refuses what was revoked meanwhile.
    const again = await serveFolder({ folder: folders[0] ?? '', issuer, env });
    try {
      expect((await askAt(again.url, '{ sources { key } }', {}, lost)).status).toBe(401);
      expect(await phone(again.url)).toBeNull();
      await until(async () => (await (await fetch(`${again.url}/health/ready`)).json() as { readonly redis?: unknown }).redis === 'up');
    } finally {
      await again.end('SIGTERM');
    }
  }, 240_000);
});
