/** One entry of `completeness`. */
export interface Status {
  readonly source: { readonly key: string };
  readonly status: string;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- nodes of many shapes
export function nodesOf(connection: { readonly edges: readonly { readonly node: any }[] } | null): readonly any[] {
  return connection?.edges.map(({ node }) => node) ?? [];
}

/** Each source's status by its name. */
export function byKey(completeness: readonly Status[]): Readonly<Record<string, string>> {
  return Object.fromEntries(completeness.map(({ source, status }) => [source.key, status]));
}
