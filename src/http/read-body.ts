import type { IncomingMessage } from 'node:http';

export type Body = { readonly kind: 'body'; readonly text: string } | { readonly kind: 'tooLarge' } | { readonly kind: 'notUtf8' };

/** Reads a request's body up to a limit in bytes; what is beyond it is not kept. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return { kind: 'tooLarge' };
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return { kind: 'tooLarge' };
    chunks.push(chunk);
  }
  try {
    return { kind: 'body', text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)) };
  } catch {
    return { kind: 'notUtf8' };
  }
}
