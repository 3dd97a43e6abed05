import { GraphQLError, Kind, parse, validate, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { Caller } from '../caller/caller.ts';
import { executeOperation } from './execute.ts';
import type { Gateway } from './gateway.ts';

/** Who asks at the command line: whoever runs it, with the roles and the purpose that the deployment gives to commands. */
export interface Operator {
  readonly name: string;
  readonly roles: readonly string[];
  readonly purpose: string;
}

/**
 * Asks a gateway that serves nobody. What the operator is told is decided and on record like for any member of staff; nobody but
 * the operating system has vouched for her name.
 */
export async function askAsOperator(gateway: Gateway, { schema, operator, text, variables, signal }: {
  /** The schema of staff. */
  readonly schema: GraphQLSchema;
  readonly operator: Operator;
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}): Promise<ExecutionResult> {
  const document = parse(text);
  const errors = validate(schema, document);
  const definition = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (errors.length > 0 || definition === undefined) return { errors: errors.length > 0 ? errors : [new GraphQLError('there is no operation')] };
  return executeOperation(gateway, {
    schema, document, definition, variables, signal, optOut: false, requestId: gateway.newId(),
    caller: callerOf(operator), purpose: { kind: 'purpose', purpose: operator.purpose },
  });
}

function callerOf({ name, roles, purpose }: Operator): Caller {
  return {
    kind: 'staff', subject: name, issuer: 'command line', tokenId: undefined, client: undefined, actor: undefined, roles: roles.toSorted(), scopes: [], purposes: [purpose],
    audience: 'internal', customers: 'all', regions: [], expiresAt: Number.MAX_SAFE_INTEGER,
  };
}
