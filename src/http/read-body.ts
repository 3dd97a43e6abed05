import type { IncomingMessage } from 'node:http';

export type Body = { readonly kind: 'body'; readonly text: string } | { readonly kind: 'tooLarge' } | { readonly kind: 'notUtf8' };

/** Reads a request's body up to a limit in bytes; what is beyond it is not kept. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Body> {
  const bytes = await readBytes(request, limit);
  if (bytes === undefined) return { kind: 'tooLarge' };
  try {
    return { kind: 'body', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { kind: 'notUtf8' };
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
