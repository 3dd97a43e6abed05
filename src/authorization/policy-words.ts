/** What of a customer policies may look at: the attributes of `context.customer`. */
export const customerAttributes = ['consents', 'objections', 'restricted', 'regions', 'partners', 'emergency'] as const;
export type CustomerAttribute = (typeof customerAttributes)[number];

/** Attributes of the context that are not the same for every request with a purpose. */
const requestAttributes = ['selected', 'granted'] as const;

/** What a policy names: by this it can be told whom and what its outcome may depend on. */
export interface PolicyWords {
  /** The customer's attributes that it looks at; none where its outcome is the same for every customer. */
  readonly customer: readonly CustomerAttribute[];
  readonly entities: readonly EntityName[];
  readonly texts: readonly string[];
  /** The attributes of the resource and the context that it looks at, and `kind`, `audience` and so on of the caller. */
  readonly attributes: readonly string[];
}

export interface EntityName {
  readonly type: string;
  readonly id: string;
}

/** Collects them from a policy's JSON form. */
export function policyWordsOf(policy: unknown): PolicyWords {
  const found = { customer: new Set<CustomerAttribute>(), texts: new Set<string>(), attributes: new Set<string>() };
  const conditions = policy !== null && typeof policy === 'object' && 'conditions' in policy ? policy.conditions : undefined;
  collect(conditions, found);
  return { customer: [...found.customer].sort(), entities: [...entitiesIn(policy)], texts: [...found.texts].sort(), attributes: [...found.attributes].sort() };
}

/** Every entity that a policy names, wherever in it. */
export function* entitiesIn(value: unknown): Generator<EntityName> {
  if (value === null || typeof value !== 'object') return;
  if ('type' in value && 'id' in value && typeof value.type === 'string' && typeof value.id === 'string') {
    yield { type: value.type, id: value.id };
    return;
  }
  for (const inner of Object.values(value)) yield* entitiesIn(inner);
}

interface Found {
  readonly customer: Set<CustomerAttribute>;
  readonly texts: Set<string>;
  readonly attributes: Set<string>;
}

function collect(node: unknown, found: Found): void {
  if (node === null || typeof node !== 'object') return;
  if ('Value' in node && typeof node.Value === 'string') found.texts.add(node.Value);
  // The context as a whole has all of it.
  if ('Var' in node && node.Var === 'context') {
    for (const attribute of requestAttributes) found.attributes.add(attribute);
    return addAll(found);
  }
  const access = accessOf(node);
  if (access === undefined) return void Object.values(node).forEach((inner) => collect(inner, found));
  found.attributes.add(access.attr);
  if (isContext(access.left)) return access.attr === 'customer' ? addAll(found) : undefined;
  const attribute = isCustomer(access.left) ? customerAttributes.find((one) => one === access.attr) : undefined;
  if (attribute === undefined) return collect(access.left, found);
  found.customer.add(attribute);
}

function addAll({ customer }: Found): void {
  for (const attribute of customerAttributes) customer.add(attribute);
}

function accessOf(node: object): { readonly left: unknown; readonly attr: string } | undefined {
  for (const name of ['.', 'has']) {
    const inner = name in node ? (node as Readonly<Record<string, unknown>>)[name] : undefined;
    if (inner === null || typeof inner !== 'object' || !('left' in inner && 'attr' in inner)) continue;
    return { left: inner.left, attr: String(inner.attr) };
  }
  return undefined;
}

function isContext(node: unknown): boolean {
  return node !== null && typeof node === 'object' && 'Var' in node && node.Var === 'context';
}

function isCustomer(node: unknown): boolean {
  if (node === null || typeof node !== 'object' || !('.' in node)) return false;
  const access = accessOf(node);
  return access !== undefined && isContext(access.left) && access.attr === 'customer';
}
