/**
 * Mercurius as a gateway, as its documentation has it: documents are compiled after they were seen once, connections to services are kept. It reads schemas of Federation 1,
 * so it is given them rather than asking for them ("using gateway mode with a schema registry").
 */
import { readFileSync } from 'node:fs';
import gateway from '@mercuriusjs/gateway';
import Fastify from 'fastify';

const { subgraphs } = JSON.parse(readFileSync(process.argv[2], 'utf8'));

const app = Fastify();
app.register(gateway, {
  jit: 1,
  gateway: {
    services: Object.entries(subgraphs).map(([name, { url, plainSdl }]) => ({ name, url, schema: plainSdl, mandatory: true, connections: 64, keepAliveMaxTimeout: 60_000 })),
  },
});
const url = await app.listen({ port: 0, host: '127.0.0.1' });
process.send({ url: `${url}/graphql` });
