/** A path below the base address: `https://crm/api` and `/v1/contacts` give `/api/v1/contacts`. */
export function belowBase(base: URL, path: string): string {
  return `${base.pathname.replace(/\/+$/, '')}${path}`;
}
