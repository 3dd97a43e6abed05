import { WebSocket } from 'undici';

/** The heap of another process, looked at through its inspector. */
export interface Heap {
  /** Bytes that its JavaScript holds once what nobody needs any more has been collected, buffers included. */
  live(): Promise<number>;
  close(): void;
}

/** What a process has to be started with. */
export const inspected = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** Opens the heap of a process that was started so; `logged` waits for a part of what it writes. */
export async function openHeap({ logged }: { readonly logged: (part: RegExp) => Promise<string> }): Promise<Heap> {
  const announced = /Debugger listening on (ws:\/\/\S+)/;
  const socket = new WebSocket(announced.exec(await logged(announced))?.[1] ?? '');
  await new Promise<void>((opened, failed) => {
    socket.addEventListener('open', () => opened(), { once: true });
    socket.addEventListener('error', () => failed(new Error('the inspector does not answer')), { once: true });
  });
  let asked = 0;
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  socket.addEventListener('message', ({ data }: { readonly data: unknown }) => {
    const { id = 0, result, error } = JSON.parse(String(data)) as { readonly id?: number; readonly result?: unknown; readonly error?: unknown };
    if (error === undefined) waiting.get(id)?.resolve(result);
    else waiting.get(id)?.reject(new Error(`the inspector says ${JSON.stringify(error)}`));
    waiting.delete(id);
  });
  socket.addEventListener('close', () => {
    for (const one of waiting.values()) one.reject(new Error('the process has ended'));
  });
  const ask = (method: string, params: object = {}): Promise<unknown> => {
    const answer = Promise.withResolvers<unknown>();
    asked += 1;
    waiting.set(asked, answer);
    socket.send(JSON.stringify({ id: asked, method, params }));
    return answer.promise;
  };
  return {
    async live() {
      await ask('HeapProfiler.collectGarbage');
      const { result } = await ask('Runtime.evaluate', { expression: '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())', returnByValue: true }) as { readonly result: { readonly value: number } };
      return result.value;
    },
    close: () => socket.close(),
  };
}
