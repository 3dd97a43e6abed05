import type { ServerResponse } from 'node:http';

const header = 'x-request-id';

/** Gives a request the id by which its client, the logs and the audit trail speak of it. A client's own is not taken: it may hold anything. */
export function giveRequestId(response: ServerResponse, newId: () => string): string {
  const id = newId();
  response.setHeader(header, id);
  return id;
}

/** The id that was given; empty where there is none. */
export function requestIdOf(response: ServerResponse): string {
  return String(response.getHeader(header) ?? '');
}
