import { createServer } from 'node:http';

/** Stands in for the gateway: says what it was started with, or behaves as its argument says. */

const manner = process.argv[2];
if (manner === 'broken') throw new Error('sources/crm.yaml: baseUrl: missing');

const names = ['CRM_URL', 'CRM_TOKEN', 'BILLING_URL', 'BILLING_KEY', 'SUPPORT_URL', 'SUPPORT_TOKEN', 'CURSOR_KEY', 'PAIRWISE_KEY', 'AUDIT_KEY', 'TOKEN_KEY_SECRET', 'SAMPLE_KEYS'];
const server = createServer((request, response) => {
  if (request.url === '/die') process.exit(3);
  if (request.url === '/health/ready' && manner === 'never-ready') response.writeHead(503).end('the store is closed');
  else response.end(JSON.stringify(Object.fromEntries(names.map((name) => [name, process.env[name]]))));
});
server.listen(Number(process.env['PORT']), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
