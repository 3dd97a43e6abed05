import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendError } from './send.ts';

const charsets = /;\s*charset\s*=\s*"?([^";\s]*)/gi;

/**
 * Answers with 415 where a request says that its body is anything but plain UTF-8, and tells whether it did. Nothing is decoded here: a body
 * that is called something else would be read in another way than by what stands before the gateway.
 */
export function refuseEncoded({ headers }: IncomingMessage, response: ServerResponse): boolean {
  const codings = (headers['content-encoding'] ?? '').split(',').map((coding) => coding.trim().toLowerCase());
  if (codings.some((coding) => coding !== '' && coding !== 'identity')) {
    // As RFC 9110 has it, by which a client knows that it is not the type that was wrong.
    response.setHeader('accept-encoding', 'identity');
    sendError(response, 415, 'BAD_REQUEST', 'Content-Encoding: expected none; bodies are taken uncompressed.');
    return true;
  }
  if ([...(headers['content-type'] ?? '').matchAll(charsets)].some(([, charset = '']) => !/^utf-?8$/i.test(charset))) {
    sendError(response, 415, 'BAD_REQUEST', 'Content-Type: expected no charset but utf-8.');
    return true;
  }
  return false;
}
