import type { CustomerId } from '../../ids.ts';
import type { LinkedCustomer, LinkName } from '../links.ts';
import type { ChangeRefusal, LinkEvent } from '../stewardship.ts';
import { idOf } from './documents.ts';
import { findById } from './table.ts';
import type { Tables } from './tables.ts';

/** What an event says of a change, but for who made it and when. */
export type Facts = Pick<LinkEvent, 'kind' | 'customer' | 'other' | 'record' | 'to'>;

/** How steps went: `again` says that somebody else was faster, and that it has to be looked at anew. */
export type Taken = 'made' | 'again' | ChangeRefusal;

/** What a change will leave behind, and the steps to it. They may be taken any number of times. */
export interface Plan {
  readonly facts: Facts;
  readonly steps: () => Promise<Taken>;
}

/** What plans are made of. */
export interface Planning {
  readonly tables: Tables;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly customer: LinkedCustomer;
  /** Ids of the customer and of all merged with her. */
  readonly group: readonly CustomerId[];
  /** What the same order said that has begun and not ended: it may have taken any of its steps. */
  readonly begun: LinkEvent | undefined;
}

/** Who has a name. */
export async function ownerOf({ link }: Tables, { namespace, value }: LinkName): Promise<CustomerId | undefined> {
  return (await findById(link, idOf(namespace, value)))?.customer;
}
