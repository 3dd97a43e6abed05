import { openClient, whyNull } from './client.ts';
import { CustomerAtDeskDocument, InvoicesAfterDocument } from './generated/graphql.ts';

/** Shows a customer as an agent sees her: `TOKEN=… node examples/support-desk/show.ts 10001`. */

const { URL: url = 'http://127.0.0.1:4000/graphql', TOKEN: token = '' } = process.env;
const ask = openClient({ url, token });
const { data: { customer }, errors } = await ask(CustomerAtDeskDocument, { number: process.argv[2] ?? '10001' });
if (customer === null) {
  console.log('Nobody has this number, or she may not be shown.');
} else {
  console.log(`${customer.profile?.name ?? 'nameless'}, ${customer.email ?? 'no e-mail'}, customer since ${customer.since ?? 'an unknown day'}`);
  console.log(`segments: ${customer.segments?.join(', ') ?? `not shown (${whyNull(errors, 'customer', 'segments')?.reason ?? 'unknown'})`}`);
  for (const edge of customer.invoices?.edges ?? []) console.log(`invoice ${edge?.node?.number}: ${edge?.node?.totalAmount} ${edge?.node?.currency}, ${edge?.node?.status}`);
  if (customer.invoices?.pageInfo.hasNextPage === true) {
    const { data: { node } } = await ask(InvoicesAfterDocument, { customer: customer.id, after: customer.invoices.pageInfo.endCursor });
    for (const edge of node?.invoices?.edges ?? []) console.log(`invoice ${edge?.node?.number}: ${edge?.node?.totalAmount}`);
  }
}
