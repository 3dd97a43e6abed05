import type { Command } from 'commander';
import { addImport } from './import/add-import.ts';
import { importFacts, type FactRow } from './import/import-facts.ts';
import { relationColumns, relationReader } from './import/read-relation.ts';
import type { Tools } from './tools.ts';

/** Audiences that are no partner's. */
const own: ReadonlySet<string> = new Set(['internal', 'self']);

/** `relation import`: whose customers they are, and to which region they belong. */
export function addRelationImport(parent: Command, tools: Tools): void {
  addImport<FactRow>(parent, tools, {
    action: 'relation.import',
    description: 'store relations of customers to partners and regions, from a CSV file',
    rowIs: 'one relation, with names of the customer',
    columns: `Columns: names of the customer as for link import, at least one; relation, party, status, source, collectedAt; and, where they apply,
expiresAt, evidence. relation is PARTNER, with an audience as party, or REGION; status is HOLDS or ENDED. A customer whom nobody
has met yet is made by her names. Records are only ever added.`,
    rehearsedWith: ['customer', 'link', 'bar', 'fact'],
    open: (input) => {
      const partners = new Set(Object.keys(input.config.gateway.audiences).filter((name) => !own.has(name)));
      return importFacts(input, { values: relationColumns, read: relationReader({ partners, clock: Date.now }), clock: Date.now });
    },
  });
}
