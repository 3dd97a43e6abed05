const routes: ReadonlySet<string> = new Set(['/graphql', '/health/live', '/health/ready', '/.well-known/jwks.json', '/explorer']);

/** The route of an address: a bounded set, and never what stands in the address itself. Undefined where there is nothing. */
export function routeOf(address: string): string | undefined {
  const end = address.indexOf('?');
  const path = end === -1 ? address : address.slice(0, end);
  if (routes.has(path)) return path;
  if (path.startsWith('/explorer/')) return '/explorer/{file}';
  return path.startsWith('/webhooks/') ? '/webhooks/{source}' : undefined;
}
