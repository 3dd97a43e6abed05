import type { ExecutionResult, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { noGrants } from '../access/grants.ts';
import { makeDecider } from '../authorization/decide.ts';
import { openDryRuns } from '../authorization/dry-runs.ts';
import type { Caller } from '../caller/caller.ts';
import { choosePurpose, type PurposeChoice } from '../caller/purpose.ts';
import { ClientError } from '../errors.ts';
import { clientError } from '../federation/answer.ts';
import { makeCallerIds } from '../federation/caller-ids.ts';
import { openCostOf } from '../operation/cost.ts';
import type { Operation } from '../operation/gateway.ts';
import type { OperationLimits } from '../operation/limits.ts';
import { select } from '../selection/select.ts';
import { collectFaults, type Fault } from '../parse/faults.ts';
import { readCallerFile } from './caller-file.ts';
import type { Deployment } from './deployment.ts';
import { explainOperation, type Explanation } from './explain-operation.ts';
import { readFactsFile } from './facts-file.ts';

/** What is to be explained, as it stands in files and options. */
export interface ExplainRequest {
  /** The document. */
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly purpose: string | undefined;
  readonly caller: NamedJson;
  /** Fields that the caller is assumed to have been granted for the purpose. */
  readonly granted: readonly string[];
  /** Of a customer who is assumed. */
  readonly facts: NamedJson | undefined;
}

/** A file that was read as JSON. */
export interface NamedJson {
  readonly name: string;
  readonly value: unknown;
}

export type Explained =
  | { readonly kind: 'explained'; readonly explanation: Explanation }
  /** The errors that the caller would get in place of an answer. */
  | { readonly kind: 'errors'; readonly errors: readonly GraphQLFormattedError[] }
  /** What is wrong with the files beside the document. */
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] };

/** Takes a request through the server of an audience: parsed, validated and handed to `run`, with the errors that a client gets. */
export type RunDocument = (
  server: {
    readonly schema: GraphQLSchema;
    readonly introspection: boolean;
    readonly limits: OperationLimits;
    readonly maxDocuments: number;
    readonly run: (operation: Operation) => Promise<ExecutionResult>;
  },
  request: Pick<ExplainRequest, 'query' | 'operationName' | 'variables'>,
  context: { readonly caller: Caller; readonly purpose: PurposeChoice },
) => Promise<readonly GraphQLFormattedError[]>;

/** Explains a document to whoever asks on behalf of a caller. */
export async function explainBy(deployment: Deployment, request: ExplainRequest, runDocument: RunDocument): Promise<Explained> {
  const { config: { gateway: settings, limitsOf, purposes, sources, lead }, model, vocabulary, policySet, schemas } = deployment;
  const words = { roles: settings.roles, purposes: [...purposes.keys()], audiences: [...schemas.keys()], issuers: settings.issuers };
  const faults: Fault[] = [];
  const caller = readCallerFile(request.caller.value, words, collectFaults(request.caller.name, faults));
  const facts = request.facts && readFactsFile(request.facts.value, words, collectFaults(request.facts.name, faults));
  const schema = caller && schemas.get(caller.audience);
  if (faults.length > 0 || caller === undefined || schema === undefined) return { kind: 'faults', faults };
  const limits = limitsOf(caller.audience);
  const explaining = {
    model, purposes, sources, lead,
    decider: makeDecider({ policySet, vocabulary, purposes }),
    dryRuns: openDryRuns({ policySet, vocabulary, purposes }),
    policyFacts: policySet.facts,
    linkBy: settings.identity.link,
    idsOf: makeCallerIds(settings.pairwiseKey),
    select, costOf: openCostOf(model.costs), limits,
  };
  const found: Explanation[] = [];
  const run = async (operation: Operation): Promise<ExecutionResult> => {
    try {
      const explanation = explainOperation(explaining, operation, { facts, grants: { ...noGrants, fields: new Set(request.granted) } });
      if ('kind' in explanation) return { errors: explanation.errors };
      found.push(explanation);
      return { data: {} };
    } catch (error) {
      if (error instanceof ClientError) return { errors: [clientError(error)] };
      throw error;
    }
  };
  const { audiences } = settings;
  const server = { schema, run, introspection: audiences[caller.audience]?.introspection ?? false, limits, maxDocuments: settings.limits.documents };
  const errors = await runDocument(server, request, { caller, purpose: choosePurpose(caller, request.purpose, purposes) });
  const [explanation] = found;
  return explanation === undefined ? { kind: 'errors', errors } : { kind: 'explained', explanation };
}
