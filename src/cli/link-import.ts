import type { Command } from 'commander';
import type { LinkStore, Person } from '../store/links.ts';
import { addImport } from './import/add-import.ts';
import { adoptPersons } from './import/adopt-persons.ts';
import { nameColumns, readHeader } from './import/columns.ts';
import type { RowImport } from './import/import-rows.ts';
import { readPerson } from './import/read-person.ts';
import type { Tools } from './tools.ts';

/** `link import`: who is who in which system, as somebody knows it already. */
export function addLinkImport(parent: Command, tools: Tools): void {
  addImport<Person>(parent, tools, {
    action: 'link.import',
    description: 'store which records are the same person, from a CSV file',
    rowIs: 'one person with her key in each system',
    columns: `Columns: the deployment's sources, number, and issuer:ISS for the subjects of a token issuer. An empty value: she is not there.
A row whose names one customer has already adds what is new to her.`,
    rehearsedWith: ['customer', 'link', 'bar'],
    open: ({ config, store, file, stamp }) => {
      const names = nameColumns(config);
      return {
        ...storing(store.links),
        header(cells) {
          const { namespaces } = readHeader(cells, { names, values: new Map() }, file);
          return (row) => readPerson(row, namespaces, stamp);
        },
      };
    },
  });
}

function storing(links: LinkStore): Omit<RowImport<Person>, 'header'> {
  const figures = { newCustomers: 0, newLinks: 0, alreadyKnown: 0 };
  return {
    figures,
    async store(persons) {
      return (await adoptPersons(links, persons)).map((outcome) => {
        if (typeof outcome === 'string') return outcome;
        if (outcome.minted) figures.newCustomers += 1;
        if (outcome.added === 0) figures.alreadyKnown += 1;
        figures.newLinks += outcome.added;
        return undefined;
      });
    },
  };
}
