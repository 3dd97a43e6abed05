import type { CustomerRights } from '../../authorization/rights.ts';
import type { Granted, Planned, PlannedItems } from './plan.ts';

/** Settles what depended on the customer, so that what is denied of her is planned away before anything is read. */
export function settle(planned: readonly Planned[], rights: CustomerRights): readonly Planned[] {
  return planned.map((one) => settleOne(one, rights));
}

function settleOne(planned: Planned, rights: CustomerRights): Planned {
  switch (planned.kind) {
    case 'denied':
      return planned;
    case 'open': {
      const { field, sources, granted } = planned;
      const decision = rights.reads(field.at);
      if (decision.kind === 'deny') return { kind: 'denied', field, decision, sources, dependsOnCustomer: true };
      const settled = { ...settleGranted(granted, rights), policies: decision.policies };
      return settled.kind === 'value' || settled.kind === 'own' ? { ...settled, mask: decision.mask } : settled;
    }
    default:
      return settleGranted(planned, rights);
  }
}

function settleGranted(planned: Granted, rights: CustomerRights): Granted {
  switch (planned.kind) {
    case 'value':
      return planned;
    case 'own':
      return { ...planned, below: new Map([...planned.below].map(([type, fields]) => [type, settle(fields, rights)])) };
    case 'part':
      return { ...planned, fields: settle(planned.fields, rights) };
    case 'items':
      return { ...planned, origins: planned.origins.flatMap((origin) => settleItems(origin, rights)) };
    case 'rows':
      return {
        ...planned,
        origins: planned.origins.map((rows) => ({ ...rows, nodes: new Map([...rows.nodes].map(([node, fields]) => [node, settle(fields, rights)])) })),
      };
  }
}

/** Items of which nothing may be read that tells whether they are there are none. */
function settleItems(items: PlannedItems, rights: CustomerRights): readonly PlannedItems[] {
  const readable = items.countedBy.filter(({ field }) => rights.reads(field).kind === 'allow');
  const countedBy = items.origin.kind === 'embedded' || readable[0] === items.countedBy[0] ? readable.slice(0, 1) : readable;
  return countedBy.length === 0 ? [] : [{ ...items, countedBy, fields: settle(items.fields, rights) }];
}

/** True where nothing depends on the customer. Lists of items always may: it does by what they are counted. */
export function isSettled(planned: readonly Planned[]): boolean {
  return planned.every((one) => {
    switch (one.kind) {
      case 'denied':
      case 'value': return true;
      case 'open':
      case 'items': return false;
      case 'own': return [...one.below.values()].every(isSettled);
      case 'part': return isSettled(one.fields);
      case 'rows': return one.origins.every(({ nodes }) => [...nodes.values()].every(isSettled));
    }
  });
}
