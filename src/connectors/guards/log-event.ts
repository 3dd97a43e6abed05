import { SourceError } from '../../errors.ts';
import type { GuardEvent } from './events.ts';

/** A line of the log. */
export interface LogLine {
  readonly level: 'warn' | 'error';
  readonly facts: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** What a guard's event says to operators; undefined where it is nothing to write down. No key and no value is in it. */
export function logEvent(event: GuardEvent): LogLine | undefined {
  const { kind, source } = event;
  switch (kind) {
    case 'call': {
      if (event.code === undefined) return undefined;
      const { operation, entity, milliseconds, code, requestId } = event;
      const reason = event.error instanceof SourceError ? event.error.message : undefined;
      const facts = { requestId, source, operation, entity, milliseconds: Math.round(milliseconds), code, reason };
      return { level: 'warn', facts, message: 'a source call failed' };
    }
    case 'defect':
      return { level: 'error', facts: { requestId: event.requestId, source, err: event.error }, message: 'a connector is at fault' };
    case 'breaker':
      return { level: 'warn', facts: { source, state: event.state }, message: 'a circuit breaker changed' };
    case 'overload':
      return { level: 'warn', facts: { requestId: event.requestId, source }, message: 'the queue of a source is full' };
    case 'split':
      return { level: 'warn', facts: { requestId: event.requestId, source, items: event.items, bad: event.bad }, message: 'a source refused some keys of a batch' };
    case 'half-batch':
      return { level: 'warn', facts: { requestId: event.requestId, source, entity: event.entity, missed: event.missed }, message: 'a source left out rows that it has' };
    case 'cache':
    case 'retry':
    case 'coalesced':
      return undefined;
  }
}
