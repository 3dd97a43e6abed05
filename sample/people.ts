import { basicsAt, firstOutsider, type Basics } from './basics.ts';
import { copiesOf, type Copies } from './copies.ts';

/** A customer as she is; what the systems know of her stands in `copies`. */
export interface Person extends Basics {
  readonly copies: Copies;
}

/** The sample company's customers, and the outsiders that only billing or support knows. */
export interface People {
  /** How many there are of each: customers have the indexes from 0, outsiders those from `firstOutsider`. */
  readonly customers: number;
  readonly outsiders: number;
  /** The person of an index, made when asked for; undefined where there is none. */
  at(index: number): Person | undefined;
  /** Everyone: customers 10001, 10002, … and then the outsiders. Takes a tenth of a second once; kept from then on. */
  all(): readonly Person[];
}

/** The customers from number 10001 on, and one outsider for every hundred of them. Makes nobody yet. */
export function makePeople(customers = firstOutsider): People {
  if (customers > firstOutsider) throw new RangeError(`at most ${firstOutsider} customers, got ${customers}`);
  const outsiders = Math.ceil(customers / 100);
  let everyone: readonly Person[] | undefined;
  return {
    customers,
    outsiders,
    at: (index) => (isOneOf(index, customers, outsiders) ? personAt(index) : undefined),
    all: () => (everyone ??= indexes(customers, outsiders).map(personAt)),
  };
}

/** The indexes of so many customers and outsiders. */
export function indexes(customers: number, outsiders: number): readonly number[] {
  return [...Array.from({ length: customers }, (_, index) => index), ...Array.from({ length: outsiders }, (_, at) => firstOutsider + at)];
}

/** The person of an index; the same on every machine and at any time. */
function personAt(index: number): Person {
  const basics = basicsAt(index);
  return { ...basics, copies: copiesOf(basics) };
}

function isOneOf(index: number, customers: number, outsiders: number): boolean {
  return (index >= 0 && index < customers) || (index >= firstOutsider && index < firstOutsider + outsiders);
}
