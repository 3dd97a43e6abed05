import type { ExitCode } from './tools.ts';

/** Ends a command with a message for a person: what was got, what was expected and where. Shown without a stack trace. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = 1, cause?: unknown) {
    super(message, { cause });
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

/** A mistake in what was typed, such as a column or an issuer that the deployment does not have. */
export function wrongCommandLine(message: string): CommandError {
  return new CommandError(message, 2);
}
