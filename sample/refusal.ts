/** A request that a system does not answer, with the HTTP status and the code to refuse it with. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
  }
}

/** `{ error: { code, message } }`; of an error that is no refusal it says nothing. */
export function errorBody(error: unknown): unknown {
  const { code, message } = error instanceof Refusal ? error : { code: 'internal', message: 'something went wrong' };
  return { error: { code, message } };
}
