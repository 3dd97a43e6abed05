/** The programs that check and complete what is typed, each beside the page's own script. */
const workers: ReadonlyMap<string, string> = new Map([['json', 'json.worker.js'], ['graphql', 'graphql.worker.js']]);

/** Tells the editor where its workers are; it looks for that in one global name. */
export function provideWorkers(): void {
  Object.assign(globalThis, {
    MonacoEnvironment: { getWorker: (_: string, label: string) => new Worker(new URL(workers.get(label) ?? 'editor.worker.js', import.meta.url)) },
  });
}
