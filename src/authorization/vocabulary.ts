import type { Coordinate } from '../ids.ts';
import { actions } from './decision.ts';

/** The words that policies may use: taken from the schema and the configuration, so that a typo in one is found at start. */
export interface Vocabulary {
  /** Every governed field with its data class. */
  readonly classes: ReadonlyMap<Coordinate, string>;
  /** Of governed fields that hold single values or lists of them, the scalar. */
  readonly scalars: ReadonlyMap<Coordinate, string>;
  readonly dataClasses: readonly string[];
  readonly roles: readonly string[];
  readonly purposes: readonly string[];
  /** True where there is a key for hashes. */
  readonly canHash: boolean;
}

/**
 * The Cedar schema of a deployment. Roles, classes and purposes are enumerated; field names are checked by `load-policies`.
 * A field lies in each purpose that covers its class. Only seeing and reading may look
 * at `context.customer`, and only reading at `context.granted`: a grant shows more of customers, and never more customers.
 */
export function cedarSchema({ dataClasses, roles, purposes }: Vocabulary): string {
  const words = (list: Iterable<string>): string => [...new Set(list)].map((word) => JSON.stringify(word)).join(', ');
  const context = 'purpose: Purpose, basis: String, rows: Bool, report: Bool, selected: Set<DataClass>';
  const applied = (more: string): string => `appliesTo { principal: [Caller], resource: [Field], context: { ${context}${more} } }`;
  const others = actions.filter((action) => action !== 'see' && action !== 'read');
  return `
    entity Role enum [${words(roles)}];
    entity DataClass enum [${words(dataClasses)}];
    entity Purpose enum [${words(purposes)}];
    entity Type;
    entity Caller in [Role] = { kind: String, audience: String, scopes: Set<String>, regions: Set<String> };
    entity Field in [DataClass, Type, Purpose] = { name: String };
    type Customer = { consents: Set<Purpose>, objections: Set<Purpose>, restricted: Bool, regions: Set<String>, partners: Set<String>, emergency: Bool };
    action see ${applied(', customer: Customer')};
    action read ${applied(', customer: Customer, granted: Bool')};
    action ${others.join(', ')} ${applied('')};
  `;
}
