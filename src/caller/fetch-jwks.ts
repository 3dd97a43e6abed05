import { readJwks, type PublishedKey } from './keys.ts';

const patience = 2000;
const largest = 256 * 1024;

/** Fetches the keys published at an address. Rejects on anything but a timely 200 with a key set of sensible size; follows no redirect. */
export async function fetchJwks(url: URL, signal: AbortSignal): Promise<readonly PublishedKey[]> {
  const response = await fetch(url, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`expected status 200, got ${response.status}`);
  }
  return readJwks(JSON.parse(await readText(response)));
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (response.body === null) return '';
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > largest) throw new Error(`expected at most ${largest} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
