import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import { defineIntegrationTestSuite } from '@apollo/server-integration-testsuite';
import { bindGraphql } from '../../src/http/graphql-binding.ts';

/** The suite that Apollo runs against every HTTP binding. */
defineIntegrationTestSuite(async (config, { context = async () => ({}) } = {}) => {
  const server = new ApolloServer(config);
  await server.start();
  const answer = bindGraphql(server, { maxBody: 1024 * 1024, patience: 10_000, work: (_request, _response, run) => run(), documents: undefined, onFailure: () => undefined });
  const http = createServer((request, response) => {
    answer(request, response, new URL(`http://gateway.invalid${request.url ?? '/'}`).search, context)
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await once(http.listen(0, '127.0.0.1'), 'listening');
  return {
    server,
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async extraCleanup() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
});
