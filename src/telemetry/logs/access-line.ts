import type { Ended } from '../exchange.ts';

/**
 * A request as the access log tells it. The path is a route, never what stood in the address. Of callers it tells the kind and the audience;
 * by name only those that are programs or companies: who of the staff and which customer asked is for the audit trail to tell.
 */
export function accessLine({ notes, method, route, status, milliseconds, waited, operation, codes }: Ended): Readonly<Record<string, unknown>> {
  const { caller, requestId } = notes;
  const isProgram = caller?.kind === 'partner' || caller?.kind === 'service';
  return {
    requestId, method, path: route, status, milliseconds: round(milliseconds), waited: round(waited),
    operation: operation?.name, type: operation?.type, codes: codes.size === 0 ? undefined : [...codes].sort(),
    audience: caller?.audience, kind: caller?.kind, client: isProgram ? caller.subject : undefined,
  };
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
