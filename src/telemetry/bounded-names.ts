/** What stands for every name that is not counted by itself. */
const other = 'other';

/** A number in a name may be a customer's: clients that write their documents anew for each of them do so. */
const numbered = /\d{4}/;

/**
 * Names that come from clients, as labels: the first `most` that are met, each as it is, and all others as `other`. So nobody can make
 * more series, or more spans to look for, than that; and where it is told who comes with a name, nobody brings more than a quarter of them.
 */
export function boundedNames(most: number): (name: string | undefined, by?: string) => string | undefined {
  const known = new Set<string>();
  const brought = new Map<string | undefined, number>();
  return (name, by) => {
    if (name === undefined || known.has(name)) return name;
    const own = brought.get(by) ?? 0;
    if (known.size >= most || name.length > 100 || numbered.test(name) || (by !== undefined && own >= most / 4)) return other;
    brought.set(by, own + 1);
    known.add(name);
    return name;
  };
}
