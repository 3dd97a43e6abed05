import type { ServerResponse } from 'node:http';
import { sendError } from './send.ts';

/** What is said where the gateway's own store does not do its work. Without it nothing is known of who may see what, and nothing could be put on record. */
export const storeUnavailable = {
  code: 'STORE_UNAVAILABLE', retryAfter: '1',
  message: 'The gateway cannot reach what it keeps itself at the moment, and tells nothing without it; Retry-After tells in how many seconds to ask again.',
} as const;

/** Answers so. */
export function sendStoreUnavailable(response: ServerResponse, requestId: string): void {
  const { code, retryAfter, message } = storeUnavailable;
  if (!response.headersSent) response.setHeader('retry-after', retryAfter);
  sendError(response, 503, code, message, { requestId });
}
