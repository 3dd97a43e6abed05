/** Which fields are wanted: by name, with what is wanted of each; `'all'` is the whole value. */
type Selection = 'all' | Map<string, Selection>;

/** The row with the asked fields only, by dotted paths; a path that crosses a list holds for each of its items. `id` always comes. */
export function project(row: Readonly<Record<string, unknown>>, paths: readonly string[] | undefined): unknown {
  if (paths === undefined) return row;
  return chosen(row, selectionOf(['id', ...paths]));
}

function selectionOf(paths: readonly string[]): Selection {
  const root = new Map<string, Selection>();
  for (const path of paths) {
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    let level: Selection = root;
    for (const step of steps) {
      if (level === 'all') break;
      const next: Selection = level.get(step) ?? new Map<string, Selection>();
      level.set(step, next);
      level = next;
    }
    if (level !== 'all') level.set(last, 'all');
  }
  return root;
}

function chosen(value: unknown, selection: Selection): unknown {
  if (selection === 'all' || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => chosen(item, selection));
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => {
      const wanted = selection.get(name);
      return wanted === undefined ? [] : [[name, chosen(part, wanted)]];
    }),
  );
}
