/** Hive Gateway's own command line, as its documentation has it for Node: `hive-gateway supergraph FILE --jit`. What it keeps of documents it keeps by itself. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { run } from '@graphql-hive/gateway';

const { supergraph } = JSON.parse(readFileSync(process.argv[2], 'utf8'));

// The command line does not tell which port it took, so that it is given one.
const port = await new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = server.address();
    server.close(() => resolve(free));
  });
});
const url = `http://127.0.0.1:${port}`;
process.argv.splice(2, Infinity, 'supergraph', supergraph, '--jit', '--host', '127.0.0.1', '--port', String(port));
await run({});
for (;;) {
  if (await fetch(`${url}/readiness`).then(({ ok }) => ok, () => false)) break;
  await pause(100);
}
process.send({ url: `${url}/graphql` });
