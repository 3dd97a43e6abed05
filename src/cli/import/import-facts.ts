import type { CustomerId } from '../../ids.ts';
import type { Fact, FactRecord } from '../../store/facts.ts';
import type { Person } from '../../store/links.ts';
import { within } from '../within.ts';
import { adoptPersons } from './adopt-persons.ts';
import { nameColumns, readHeader, type KnownColumns } from './columns.ts';
import type { ImportInput } from './import-kind.ts';
import type { RowImport } from './import-rows.ts';
import { readPerson } from './read-person.ts';
import { readValues, type Values } from './read-values.ts';
import { recordId } from './record-id.ts';

/** A row as what it says of whom. */
export interface FactRow {
  readonly person: Person;
  readonly fact: Fact;
}

/**
 * Stores what rows say of customers. Their names are stored first, as by `link import`; one whom nobody has met yet is made, so
 * that what is said of her holds from her first appearance on. After a crash in between, repeating completes it.
 */
export function importFacts({ config, store, file, stamp }: ImportInput, how: {
  readonly values: KnownColumns['values'];
  readonly read: (values: Values) => Fact | string;
  readonly clock: () => number;
}): RowImport<FactRow> {
  const known = { names: nameColumns(config), values: how.values };
  const figures = { newCustomers: 0, newLinks: 0, newRecords: 0, alreadyKnown: 0 };
  const recordOf = (customer: CustomerId, fact: Fact): FactRecord =>
    ({ id: recordId(customer, fact), customer, fact, recordedAt: how.clock(), actor: stamp.actor });
  return {
    figures,
    header(cells) {
      const { namespaces, values: names } = readHeader(cells, known, file);
      return (row) => {
        const person = readPerson(row, namespaces, stamp);
        if (typeof person === 'string') return person;
        const values = readValues(row, names);
        const fact = typeof values === 'string' ? values : how.read(values);
        return typeof fact === 'string' ? fact : { person, fact };
      };
    },
    async store(rows) {
      const outcomes = await adoptPersons(store.links, rows.map(({ person }) => person));
      const records = rows.flatMap(({ fact }, at) => {
        const outcome = outcomes[at];
        return typeof outcome === 'object' ? [recordOf(outcome.customer, fact)] : [];
      });
      const added = await within(store.facts.append(records), 'writing to the store');
      for (const outcome of outcomes) {
        if (typeof outcome === 'string') continue;
        if (outcome.minted) figures.newCustomers += 1;
        figures.newLinks += outcome.added;
      }
      figures.newRecords += added;
      figures.alreadyKnown += records.length - added;
      return outcomes.map((outcome) => (typeof outcome === 'string' ? outcome : undefined));
    },
  };
}
