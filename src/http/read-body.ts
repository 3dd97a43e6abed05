import type { IncomingMessage } from 'node:http';

export type Body = { readonly kind: 'body'; readonly text: string } | { readonly kind: 'tooLarge' } | { readonly kind: 'late' } | { readonly kind: 'notUtf8' };

/** Reads a request's body up to a limit in bytes, and waits for it up to a limit in milliseconds; what is beyond either is not kept. */
export async function readBody(request: IncomingMessage, limit: number, patience: number): Promise<Body> {
  const reading = readBytes(request, limit);
  const bytes = request.complete ? await reading : await orLate(reading, patience);
  if (bytes === late) return { kind: 'late' };
  if (bytes === undefined) return { kind: 'tooLarge' };
  try {
    return { kind: 'body', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { kind: 'notUtf8' };
  }
}

const late = Symbol('late');

async function orLate<Value>(reading: Promise<Value>, patience: number): Promise<Value | typeof late> {
  const lateness = Promise.withResolvers<typeof late>();
  const timer = setTimeout(() => {
    lateness.resolve(late);
    // It ends with its connection, and nobody waits for it any more.
    reading.catch(() => undefined);
  }, patience);
  try {
    return await Promise.race([reading, lateness.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The same as it came; undefined where it is larger than the limit. */
export async function readBytes(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
