/** Where values come from stands beside them; requests for access are about colleagues; of who used her data, disclosures tell. */
const untold: ReadonlySet<string> = new Set(['lineage', 'access', 'use']);

/** Whether a report tells data of a class, value by value. */
export function isTold(dataClass: string | undefined): boolean {
  return dataClass !== undefined && !untold.has(dataClass);
}
