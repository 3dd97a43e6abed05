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
  const ask = (method: string, params: object = {}): Promise<unknown> => new Promise((answered, failed) => {
    const id = asked += 1;
    const hear = ({ data }: { readonly data: unknown }): void => {
      const answer = JSON.parse(String(data)) as { readonly id?: number; readonly result?: unknown; readonly error?: unknown };
      if (answer.id !== id) return;
      socket.removeEventListener('message', hear);
      if (answer.error === undefined) answered(answer.result);
      else failed(new Error(`${method}: ${JSON.stringify(answer.error)}`));
    };
    socket.addEventListener('message', hear);
    socket.addEventListener('close', () => failed(new Error('the process has ended')), { once: true });
    socket.send(JSON.stringify({ id, method, params }));
  });
  return {
    async live() {
      await ask('HeapProfiler.collectGarbage');
      const { result } = await ask('Runtime.evaluate', { expression: '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())', returnByValue: true }) as { readonly result: { readonly value: number } };
      return result.value;
    },
    close: () => socket.close(),
  };
}
