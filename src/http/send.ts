import type { ServerResponse } from 'node:http';
import type { ErrorCode } from '../errors.ts';

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** Answers with one GraphQL error. */
export function sendError(response: ServerResponse, status: number, code: ErrorCode, message: string, extensions: Readonly<Record<string, unknown>> = {}): void {
  sendJson(response, status, { errors: [{ message, extensions: { code, ...extensions } }] });
}
