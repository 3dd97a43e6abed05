import type { DatabaseSync } from 'node:sqlite';
import { readPlace, writePlace } from '../review-place.ts';
import type { LinkEvent, Stewardship } from '../stewardship.ts';
import { prepareChange } from './change-links.ts';
import { unlinkedOf } from './rows.ts';
import { inTransaction } from './transaction.ts';

/** Changes by people, in SQLite: each is one transaction. */
export function openStewardship(deps: {
  readonly db: DatabaseSync;
  readonly clock: () => number;
  readonly newId: () => string;
}): Stewardship {
  const { db, clock, newId } = deps;
  const make = prepareChange(deps);
  const log = db.prepare('INSERT INTO link_event (id, at, customer, other, entry) VALUES (?, ?, ?, ?, ?)');
  const events = db.prepare(`
    SELECT entry FROM link_event WHERE id IN (
      SELECT id FROM link_event WHERE customer IN (SELECT value FROM json_each(?1))
      UNION SELECT id FROM link_event WHERE other IN (SELECT value FROM json_each(?1)))
    ORDER BY at, id`);
  const reviews = db.prepare(`
    SELECT * FROM unlinked
    WHERE (?1 IS NULL OR reason = ?1) AND (?2 IS NULL OR source = ?2) AND (noted_at, customer, source) > (?3, ?4, ?5)
    ORDER BY noted_at, customer, source LIMIT ?6`);

  return {
    async change({ change, actor, evidence, requestId }) {
      return inTransaction(db, () => {
        const made = make(change);
        if (typeof made === 'string') return { kind: 'refused', reason: made };
        const event: LinkEvent = { id: newId(), at: clock(), ...made, actor, evidence, requestId };
        log.run(event.id, event.at, event.customer, event.other ?? null, JSON.stringify(event));
        return { kind: 'changed', event };
      });
    },
    history: async (members) => events.all(JSON.stringify(members)).map(({ entry }) => JSON.parse(String(entry)) as LinkEvent),
    async reviews({ reason, source, size, at }) {
      const after = at === undefined ? [-1, '', ''] as const : readPlace(at);
      const rows = reviews.all(reason ?? null, source ?? null, ...after, size + 1).map(unlinkedOf);
      const noted = rows.slice(0, size);
      const last = noted.at(-1);
      return { noted, next: rows.length > size && last !== undefined ? writePlace(last) : undefined };
    },
  };
}
