import { accountAt, contactAt, customerCount, keysAt, ticketsAt } from '../company.ts';

/**
 * Each system's REST API, as a function from a request's path to JSON:
 * `/contacts?ids=` and `?numbers=`, `/accounts?ids=`, `/tickets?requesterIds=`, each with up to any number of keys, answered with `{ data: [row, …] }`. Keys without a row are passed over.
 */
export function restHandlers() {
  const contacts = { ids: new Map(), numbers: new Map() };
  const accounts = { ids: new Map() };
  const tickets = { requesterIds: new Map() };
  for (let at = 0; at < customerCount; at += 1) {
    const keys = keysAt(at);
    const contact = JSON.stringify(contactAt(at));
    contacts.ids.set(keys.crm, contact);
    contacts.numbers.set(keys.number, contact);
    accounts.ids.set(keys.billing, JSON.stringify(accountAt(at)));
    tickets.requesterIds.set(keys.support, ticketsAt(at).map((ticket) => JSON.stringify(ticket)).join(','));
  }
  return { crm: answering(contacts), billing: answering(accounts), support: answering(tickets) };
}

/** Rows are kept as the text that they are answered with. */
function answering(indexes) {
  return (url) => {
    for (const [name, values] of new URLSearchParams(url.slice(url.indexOf('?')))) {
      const rows = indexes[name];
      if (rows !== undefined) return `{"data":[${values.split(',').flatMap((value) => rows.get(value) ?? []).join(',')}]}`;
    }
    return '{"data":[]}';
  };
}
