import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, request as ask, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';
import { startOtlpReceiver, type OtlpReceiver, type OtlpSpan } from '../../fixtures/otlp.ts';

const traceId = (digit: string): string => digit.repeat(32);
const query = (number: string) => `query Who { customer(by: { number: "${number}" }) { number email phone profile { name } } }`;

/** Passes requests on and keeps what they were sent with. */
async function listenBetween(target: string): Promise<{ readonly url: string; readonly heard: readonly IncomingHttpHeaders[]; readonly close: () => void }> {
  const heard: IncomingHttpHeaders[] = [];
  const server = createServer((incoming, outgoing) => {
    heard.push(incoming.headers);
    const { method, headers } = incoming;
    incoming.pipe(ask(`${target}${incoming.url ?? ''}`, { ...(method === undefined ? {} : { method }), headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    }).on('error', () => outgoing.destroy()));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

describe('traces', () => {
  let receiver: OtlpReceiver;
  let company: TestCompany;
  let between: Awaited<ReturnType<typeof listenBetween>>;
  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    company = await startCompany({
      edit: { 'customer360.yaml': (text) => `${text}\ntelemetry:\n  traces: { otlp: "${receiver.url}", headers: { x-otlp-key: "\${OTLP_KEY}" }, sample: 0.5 }\n` },
      env: { OTLP_KEY: 'otlp-key' },
      before: { CRM_URL: async (url) => (between = await listenBetween(url)).url },
    });
  });
  afterAll(async () => {
    await company.stop();
    between.close();
    await receiver.close();
  });

  const traced = async (id: string, text: string, headers: Readonly<Record<string, string>> = {}): Promise<readonly OtlpSpan[]> => {
    await company.gateway.ask(text, { headers: { traceparent: `00-${id}-00000000000000aa-01`, ...headers } });
    const own = (spans: readonly OtlpSpan[]) => spans.filter((span) => span.traceId === id);
    await receiver.until((spans) => own(spans).some(({ kind }) => kind === 2));
    return own(receiver.spans);
  };

  it('go from the request to the operation to what was waited for and each call, and on to the source', async () => {
    const spans = await traced(traceId('1'), query('10002'));
    const request = spans.find(({ kind }) => kind === 2);
    expect(request).toMatchObject({ name: 'POST /graphql', parentSpanId: '00000000000000aa', attributes: { 'http.route': '/graphql', 'http.response.status_code': 200 } });
    const operation = spans.find(({ name }) => name === 'query Who');
    expect(operation).toMatchObject({ parentSpanId: request?.spanId, attributes: { 'graphql.operation.name': 'Who', 'graphql.operation.type': 'query' } });
    const waits = spans.filter(({ name }) => name.startsWith('wait crm.contact'));
    expect(new Set(waits.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([operation?.spanId]));
    const calls = spans.filter(({ kind, attributes }) => kind === 3 && attributes['customer360.source'] === 'crm');
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.every(({ parentSpanId }) => waits.some(({ spanId }) => spanId === parentSpanId))).toBe(true);
    const heard = between.heard.map((headers) => headers['traceparent']);
    for (const { spanId } of calls) expect(heard).toContain(`00-${traceId('1')}-${spanId}-01`);
  });

  it('hold no value of a customer, no variable, no literal and nothing that clients add', async () => {
    await company.gateway.ask('query Who($n: String!) { customer(by: { number: $n }) { number } }', {
      variables: { n: '10003' }, headers: { traceparent: `00-${traceId('2')}-00000000000000aa-01`, tracestate: 'vendor=customer-10003', baggage: 'customer=10003' },
    });
    await traced(traceId('2'), query('10003'), { tracestate: 'vendor=customer-10003', baggage: 'customer=10003' });
    await traced(traceId('3'), 'query Customer10003 { customer(by: { email: "someone@post.example" }) { number } }');
    await fetch(`${company.gateway.url}/customers/10003`, { headers: { traceparent: `00-${traceId('4')}-00000000000000aa-01` } });
    await receiver.until((spans) => spans.some((span) => span.traceId === traceId('4')));
    for (const marker of ['10003', '10002', 'post.example', '@', 'vendor=', 'yara', 'invoice"']) expect(receiver.sent()).not.toContain(marker);
    expect(between.heard.some((headers) => headers['tracestate'] !== undefined || headers['baggage'] !== undefined)).toBe(false);
    expect(receiver.spans.map(({ name }) => name)).toContain('query other');
  });

  it('are sampled by the trace id, whatever the client says; what is not goes on as not sampled', async () => {
    await company.gateway.ask(query('10002'), { headers: { traceparent: `00-${traceId('f')}-00000000000000aa-01` } });
    await traced(traceId('5'), query('10002'));
    expect(receiver.spans.some((span) => span.traceId === traceId('f'))).toBe(false);
    expect(between.heard.map((headers) => headers['traceparent'])).toContain(`00-${traceId('f')}-00000000000000aa-00`);
  });

  it('begin anew where what a client sent is no trace', async () => {
    for (const header of ['00-zz', `00-${traceId('0')}-00000000000000aa-01`, `ff-${traceId('6')}-00000000000000aa-01`, `00-${traceId('6')}-00000000000000aa-01-10003`]) {
      expect((await company.gateway.ask(query('10002'), { headers: { traceparent: header } })).status).toBe(200);
    }
    await traced(traceId('7'), query('10002'));
    expect(receiver.spans.some((span) => span.traceId === traceId('6') || span.traceId === traceId('0'))).toBe(false);
  });

  it('tell of a source that failed by its code', async () => {
    await company.crm.close();
    const spans = await traced(traceId('5').replace(/^5/, '8'), query('10002'));
    expect(spans.some(({ failed, attributes }) => failed && attributes['error.type'] === 'SOURCE_UNAVAILABLE' && attributes['customer360.source'] === 'crm')).toBe(true);
  });
});

it('answers as well where nobody takes its spans, and says so', async () => {
  const company = await startCompany({ edit: { 'customer360.yaml': (text) => `${text}\ntelemetry:\n  traces: { otlp: "http://127.0.0.1:9/v1/traces", sample: 1 }\n` } });
  try {
    expect((await company.gateway.ask(query('10002'))).data.customer.number).toBe('10002');
  } finally {
    await company.stop();
  }
  await company.gateway.logged('traces cannot be sent');
});

it('go by the deployment alone, whatever OpenTelemetry\'s own variables say', async () => {
  const heard: IncomingHttpHeaders[] = [];
  const receiver = createServer((request, response) => {
    heard.push(request.headers);
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/v1/traces`;
  const company = await startCompany({
    edit: { 'customer360.yaml': (text) => `${text}\ntelemetry:\n  traces: { otlp: "${url}", sample: 1 }\n` },
    env: { OTEL_EXPORTER_OTLP_HEADERS: 'x-marker=elsewhere', OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip' },
  });
  try {
    await company.gateway.ask(query('10002'));
    while (heard.length === 0) await new Promise((done) => setTimeout(done, 20));
    expect(heard[0]).not.toHaveProperty('x-marker');
    expect(heard[0]).not.toHaveProperty('content-encoding');
    expect(await company.gateway.logged('"variables":["OTEL_EXPORTER_OTLP_HEADERS","OTEL_EXPORTER_OTLP_TRACES_COMPRESSION"]')).not.toContain('elsewhere');
  } finally {
    await company.stop();
    receiver.close();
    receiver.closeAllConnections();
  }
});
