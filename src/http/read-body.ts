import type { IncomingMessage } from 'node:http';

export type Body = { readonly kind: 'body'; readonly text: string } | { readonly kind: 'tooLarge' } | { readonly kind: 'late' } | { readonly kind: 'notUtf8' };

/** Reads a request's body up to a limit in bytes, and waits for it up to a limit in milliseconds; what is beyond either is not kept. */
export async function readBody(request: IncomingMessage, limit: number, patience: number): Promise<Body> {
  const bytes = await (request.complete ? readBytes(request, limit) : readBytesWithin(request, limit, patience));
  if (bytes === 'late') return { kind: 'late' };
  if (bytes === undefined) return { kind: 'tooLarge' };
  try {
    return { kind: 'body', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { kind: 'notUtf8' };
  }
}

/** The same as it came; undefined where it is larger than the limit. */
async function readBytes(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return undefined;
  if (request.complete) {
    // All of it is here.
    const bytes = request.read() as Buffer | null ?? Buffer.alloc(0);
    return bytes.length > limit ? undefined : bytes;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The same where all of it has come within so many milliseconds, else `late`; then the connection has to be closed, which ends the reading. */
export async function readBytesWithin(request: IncomingMessage, limit: number, within: number): Promise<Buffer | undefined | 'late'> {
  // Not a pause that is aborted: its error would be made for every request that is in time.
  const lateness = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => lateness.resolve('late'), within);
  try {
    return await Promise.race([readBytes(request, limit), lateness.promise]);
  } finally {
    clearTimeout(timer);
  }
}
