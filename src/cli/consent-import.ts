import type { Command } from 'commander';
import { addImport } from './import/add-import.ts';
import { importFacts, type FactRow } from './import/import-facts.ts';
import { consentColumns, consentReader } from './import/read-consent.ts';
import type { Tools } from './tools.ts';

/** `consent import`: what customers agreed or objected to, as another system recorded it. */
export function addConsentImport(parent: Command, tools: Tools): void {
  addImport<FactRow>(parent, tools, {
    action: 'consent.import',
    description: 'store consent records and objections, from a CSV file',
    rowIs: 'one record, with names of the customer',
    columns: `Columns: names of the customer as for link import, at least one; purpose, status, method, source, collectedAt; and, where they apply,
channel, notice, noticeVersion, expiresAt, evidence. status is GRANTED, DENIED or WITHDRAWN of consent, OBJECTED or
OBJECTION_LIFTED of an objection. A customer whom nobody has met yet is made by her names. Records are only ever added.`,
    rehearsedWith: ['customer', 'link', 'bar', 'fact'],
    open: (input) => importFacts(input, { values: consentColumns, read: consentReader({ purposes: input.config.purposes, clock: Date.now }), clock: Date.now }),
  });
}
