/**
 * The three systems behind every contestant, in one process: each as a REST API with batch reads, and as a subgraph of a federation.
 * They answer from memory. What they cost is not counted; still they are made cheap, as a slow source would make contestants idle.
 *
 * Tells its parent `{ rest, subgraphs, supergraph }` once it listens. Takes `{ latency }` (milliseconds, kept back from every answer), `{ faultEvery }` (one request in so many
 * gets no answer that could be used; 0 for none), and `{ count: true }`, which it answers with `{ calls }`: the requests since it was last asked.
 */
import { createServer } from 'node:http';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { restHandlers } from './rest.js';
import { subgraphs } from './subgraphs.js';

const state = { latency: 0, calls: 0, faultEvery: 0, faults: 0 };
/** What goes wrong with sources, one after the other. */
const faults = [
  (response) => response.writeHead(503).end(),
  (response) => response.destroy(),
  (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":['),
];

/**
 * @param {(request: import('node:http').IncomingMessage, body: string) => Promise<string> | string} answer gives JSON
 * @returns {Promise<string>} where it listens
 */
async function listen(answer) {
  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    state.calls += 1;
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => (body += chunk)).on('end', async () => {
      if (state.faultEvery > 0 && state.calls % state.faultEvery === 0) return faults[(state.faults += 1) % faults.length](response);
      const text = Buffer.from(await answer(request, body));
      const send = () => response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': text.length }).end(text);
      return state.latency === 0 ? send() : setTimeout(send, state.latency);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}`;
}

const rest = {};
for (const [name, handle] of Object.entries(restHandlers())) rest[name] = await listen(({ url }) => handle(url));

const served = {};
for (const { name, sdl, plainSdl, execute } of subgraphs()) {
  const url = await listen((_, body) => execute(JSON.parse(body)));
  served[name] = { url: `${url}/graphql`, sdl, plainSdl };
}
const { supergraphSdl: supergraph, errors } = composeServices(Object.entries(served).map(([name, { url, sdl }]) => ({ name, url, typeDefs: parse(sdl) })));
if (errors !== undefined) throw new AggregateError(errors, 'the subgraphs do not compose');

process.on('message', ({ latency, faultEvery, count }) => {
  if (latency !== undefined) state.latency = latency;
  if (faultEvery !== undefined) state.faultEvery = faultEvery;
  if (count === true) process.send({ calls: state.calls });
  if (count === true) state.calls = 0;
});
process.send({ rest, subgraphs: served, supergraph });
