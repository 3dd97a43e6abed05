import type { DatabaseSync } from 'node:sqlite';
import type { AuditLog } from '../audit-log.ts';

/** The audit trail in SQLite: a commit of its own for every intent, on disk before the promise is fulfilled. */
export function openAuditLog(db: DatabaseSync): AuditLog {
  const intents = db.prepare('INSERT INTO audit_intent (id, at, entry) VALUES (?, ?, ?)');
  const outcomes = db.prepare('INSERT INTO audit_outcome (intent, at, entry) VALUES (?, ?, ?)');
  return {
    async append(intent) {
      intents.run(intent.id, intent.at, JSON.stringify(intent));
    },
    async outcome(outcome) {
      outcomes.run(outcome.intent, outcome.at, JSON.stringify(outcome));
    },
  };
}
