import type { Coordinate } from '../ids.ts';
import { actions } from './decision.ts';

/** The words that policies may use: taken from the schema and the configuration, so that a typo in one is found at start. */
export interface Vocabulary {
  /** Every governed field with its data class. */
  readonly classes: ReadonlyMap<Coordinate, string>;
  readonly dataClasses: readonly string[];
  readonly roles: readonly string[];
  readonly purposes: readonly string[];
}

/** The Cedar schema of a deployment. Roles, classes and purposes are enumerated; field names are checked by `load-policies`. */
export function cedarSchema({ dataClasses, roles, purposes }: Vocabulary): string {
  const words = (list: Iterable<string>): string => [...new Set(list)].map((word) => JSON.stringify(word)).join(', ');
  return `
    entity Role enum [${words(roles)}];
    entity DataClass enum [${words(dataClasses)}];
    entity Purpose enum [${words(purposes)}];
    entity Type;
    entity Caller in [Role] = { kind: String, audience: String, scopes: Set<String> };
    entity Field in [DataClass, Type] = { name: String };
    action ${actions.join(', ')} appliesTo { principal: [Caller], resource: [Field], context: { purpose: Purpose } };
  `;
}
