import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { pidFileOf } from './people.ts';

/** Tryton 6.0, as its rig's `up.sh` and `seed.sh` leave it. */
export const tryton = { url: `http://127.0.0.1:${process.env['TRYTON_PORT'] ?? '18083'}/erp`, user: 'svc-gateway', password: 'svc-gateway-pw-1' };

/** An invoice as Tryton's own export writes it. */
export interface TrytonInvoice {
  readonly id: string;
  readonly number: string;
  readonly state: string;
  readonly issued: string;
  readonly paid: string;
  readonly currency: string;
  readonly untaxed: string;
  readonly tax: string;
  readonly total: string;
  readonly open: string;
  /** The number of the party. */
  readonly party: string;
}

/** A line of an invoice as Tryton's own export writes it. */
export interface TrytonLine {
  readonly invoice: string;
  readonly description: string;
  readonly quantity: string;
  readonly price: string;
}

/** What is missing of Tryton; undefined when it answers. */
export async function trytonNeeds(): Promise<string | undefined> {
  const invoices = existsSync(pidFileOf('tryton')) ? await exported('account.invoice', ['id'], '&s=1').catch(() => []) : [];
  return invoices.length === 0 ? 'the rig tryton, up and seeded' : undefined;
}

/** Every party's id by its number. */
export async function trytonParties(): Promise<ReadonlyMap<string, string>> {
  return new Map((await exported('party.party', ['code', 'id'])).map(([code = '', id = '']) => [code, id]));
}

/** Every invoice, the newest first. */
export async function trytonInvoices(): Promise<readonly TrytonInvoice[]> {
  const fields = ['id', 'number', 'state', 'invoice_date', 'reconciled', 'currency/code', 'untaxed_amount', 'tax_amount', 'total_amount', 'amount_to_pay', 'party/code'];
  const rows = await exported('account.invoice', fields, '&o=invoice_date,DESC&o=id,DESC');
  return rows.map(([id = '', number = '', state = '', issued = '', paid = '', currency = '', untaxed = '', tax = '', total = '', open = '', party = '']) => ({
    id, number, state, issued, paid, currency, untaxed, tax, total, open, party,
  }));
}

/** Every line of every invoice, in order. */
export async function trytonLines(): Promise<readonly TrytonLine[]> {
  const rows = await exported('account.invoice.line', ['invoice/id', 'description', 'quantity', 'unit_price'], '&o=id,ASC');
  return rows.map(([invoice = '', description = '', quantity = '', price = '']) => ({ invoice, description, quantity, price }));
}

/** Ends a session that another has opened; it is named as its holder names it to Tryton. */
export async function endTrytonSession(authorization: string): Promise<void> {
  const answer = await fetch(`${tryton.url}/`, {
    method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify({ id: 1, method: 'common.db.logout', params: [] }),
  });
  if (!answer.ok) throw new Error(`logging out answered ${answer.status}`);
}

/** Tryton's export as text: dates and decimals are written by Tryton itself, and by another way than its JSON. */
async function exported(model: string, fields: readonly string[], more = ''): Promise<readonly (readonly string[])[]> {
  const query = fields.map((field) => `f=${field}`).join('&');
  const text = await getPlainly(`${tryton.url}/data/${model}?${query}&h=0&dl=%09${more}`);
  return text.split(/\r?\n/).filter((line) => line !== '').map((line) => line.split('\t'));
}

/** A GET until the connection ends: this answer names its length twice, which Node's own clients refuse. */
async function getPlainly(address: string): Promise<string> {
  const { hostname, port, pathname, search } = new URL(address);
  const credential = Buffer.from(`${tryton.user}:${tryton.password}`).toString('base64');
  const socket = connect(Number(port), hostname).setTimeout(30_000, () => socket.destroy(new Error(`${pathname}: no answer`)));
  socket.write(`GET ${pathname}${search} HTTP/1.0\r\nAuthorization: Basic ${credential}\r\n\r\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  const [head = '', ...body] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n');
  if (!/^HTTP\/1\.\d 200 /.test(head)) throw new Error(`${pathname} answered ${head.split('\r\n')[0]}`);
  return body.join('\r\n\r\n');
}
