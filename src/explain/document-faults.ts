import { GraphQLError, Kind, NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate, type DocumentNode } from 'graphql';
import { documentLimitsRule } from '../operation/document-limits.ts';
import type { Deployment } from './deployment.ts';

/** One thing that is wrong with a document; line and column count from 1, and are missing where it is wrong as a whole. */
export interface DocumentFault {
  readonly message: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
}

/**
 * Why clients of an audience could not send a document: what does not parse, does not fit the audience's schema or is beyond what is counted of the
 * text. Empty where they could. What depends on variables, such as the cost, is told of each request.
 */
export function documentFaults({ schemas, config: { gateway, limitsOf } }: Pick<Deployment, 'schemas' | 'config'>, audience: string, text: string): readonly DocumentFault[] {
  const schema = schemas.get(audience);
  if (schema === undefined) return [{ message: `the audience ${audience} has no schema`, line: undefined, column: undefined }];
  const limits = limitsOf(audience);
  let document: DocumentNode;
  try {
    document = parse(text, { maxTokens: limits.tokens });
  } catch (error) {
    if (error instanceof GraphQLError) return [faultOf(error)];
    throw error;
  }
  if (!document.definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION)) return [{ message: 'expected an operation', line: undefined, column: undefined }];
  const introspection = gateway.audiences[audience]?.introspection ?? false;
  const rules = [...specifiedRules, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]), documentLimitsRule(limits)];
  return validate(schema, document, rules).map(faultOf);
}

function faultOf({ message, locations }: GraphQLError): DocumentFault {
  const [place] = locations ?? [];
  return { message, line: place?.line, column: place?.column };
}
