/** What W3C Trace Context's `traceparent` says. */
export interface TraceParent {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
}

const form = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

/** Reads the header; undefined where it is none that may be heeded. Whether the sender samples is not asked: that is the gateway's to decide. */
export function readTraceparent(header: string | undefined): TraceParent | undefined {
  const [, traceId = '', spanId = '', more] = form.exec(header ?? '') ?? [];
  // Version 00 has nothing behind its flags; ids of zeros alone are none.
  if (/^0*$/.test(traceId) || /^0*$/.test(spanId) || (header?.startsWith('00') === true && more !== undefined)) return undefined;
  return { traceId, spanId };
}

/** Writes the header. */
export function writeTraceparent({ traceId, spanId }: TraceParent, sampled: boolean): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}
