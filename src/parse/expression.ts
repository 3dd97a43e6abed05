import jsonata from 'jsonata';

/** A compiled JSONata expression. Evaluating rejects when the expression fails, recurses too deep or takes too long. */
export type Expression = (input: unknown, bindings?: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** A loop without end in a deployment's expression must not hold a request, nor the process: milliseconds, and frames. */
const bounds = { timeout: 250, stack: 200 };

/** Compiles a JSONata expression; throws an `Error` that names what is wrong with its text. `functions` are named without `$`. */
export function compileExpression(text: string, functions: Readonly<Record<string, (...args: readonly string[]) => unknown>> = {}): Expression {
  const compiled = check(text);
  for (const [name, implementation] of Object.entries(functions)) compiled.registerFunction(name, implementation);
  return async (input, bindings = {}) => {
    const result: unknown = await compiled.evaluate(input, { ...bindings });
    return result;
  };
}

function check(text: string): jsonata.Expression {
  try {
    return jsonata(text, bounds);
  } catch (error) {
    const reason = error !== null && typeof error === 'object' && 'message' in error ? String(error.message) : 'cannot be parsed';
    throw new Error(`not a JSONata expression: ${reason}`);
  }
}
