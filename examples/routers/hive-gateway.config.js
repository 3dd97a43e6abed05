/**
 * Hive Gateway before the gateway: `hive-gateway supergraph supergraph.graphql --config-path hive-gateway.config.js`.
 * `customers` is what the supergraph calls the gateway's graph.
 */
export const gatewayConfig = {
  propagateHeaders: {
    // The caller's token goes to the gateway, and to no other graph.
    fromClientToSubgraphs({ request, subgraphName }) {
      if (subgraphName !== 'customers') return {};
      return Object.fromEntries(['authorization', 'x-purpose', 'sec-gpc'].map((name) => [name, request.headers.get(name)]));
    },
  },
  // Each request is a caller's own: none is answered with what another was told, and each is on record.
  transportEntries: { customers: { options: { deduplicateInflightRequests: false } } },
};
